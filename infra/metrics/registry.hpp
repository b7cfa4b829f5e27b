#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "infra/metrics/family.hpp"

namespace prometheus {
class Counter;
class Histogram;
class Registry;
}  // namespace prometheus

namespace ledger::metrics {

// In the order of the family's label names. A wrong number of them, or another kind than declared, is our own bug: std::logic_error.
using Labels = std::initializer_list<std::string_view>;

// Instruments for what is measured where it happens. Any thread; valid as long as the registry; look one up once and keep it.
class Counter {
 public:
  explicit Counter(prometheus::Counter& counter) : counter_{&counter} {}
  void add(double by = 1);

 private:
  prometheus::Counter* counter_;
};

class Histogram {
 public:
  explicit Histogram(prometheus::Histogram& histogram) : histogram_{&histogram} {}
  void observe(double value);

 private:
  prometheus::Histogram* histogram_;
};

// A histogram that its owner keeps by itself.
struct Buckets {
  std::span<const double> bounds;         // upper, rising
  std::span<const std::uint64_t> counts;  // of each bucket by itself; one more than bounds, the last without bound
  double sum = 0;
};

// One reading of everything: who keeps numbers of its own tells them here. Families come out in the order first told.
class Scrape {
 public:
  virtual ~Scrape() = default;
  virtual void value(const Family& family, Labels labels, double value) = 0;   // a counter or a gauge
  virtual void histogram(const Family& family, Labels labels, const Buckets& buckets) = 0;
};

// Everything that /metrics shows. Thread-safe.
class Registry {
 public:
  using Source = std::function<void(Scrape&)>;

  // A source is asked at every scrape as long as this lives; its end waits for a scrape that is under way.
  class Subscription {
   public:
    Subscription(Registry& registry, std::list<Source>::iterator source) : registry_{&registry}, source_{source} {}
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

   private:
    Registry* registry_;
    std::list<Source>::iterator source_;
  };

  Registry();
  ~Registry();

  Counter counter(const Family& family, Labels labels = {});
  Histogram histogram(const Family& family, Labels labels = {});
  // The source must be quick, must not throw, and must not subscribe or scrape itself.
  [[nodiscard]] Subscription subscribe(Source source);

  // Prometheus' text format, version 0.0.4.
  std::string render();

 private:
  std::unique_ptr<prometheus::Registry> instruments_;
  std::mutex mutex_;
  std::list<Source> sources_;
};

inline constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace ledger::metrics
