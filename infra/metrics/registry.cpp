#include "infra/metrics/registry.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace ledger::metrics {
namespace {

void require(bool holds, const Family& family, const char* broken) {
  if (!holds) throw std::logic_error{std::string{family.name} + ": " + broken};
}

prometheus::Labels named(const Family& family, Labels values) {
  require(values.size() == family.label_count(), family, "wrong number of labels");
  prometheus::Labels labels;
  std::size_t at = 0;
  for (const std::string_view value : values) labels.emplace(family.labels[at++], value);
  return labels;
}

prometheus::MetricType type_of(Kind kind) {
  switch (kind) {
    case Kind::counter: return prometheus::MetricType::Counter;
    case Kind::gauge: return prometheus::MetricType::Gauge;
    case Kind::histogram: return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

class Collected final : public Scrape {
 public:
  void value(const Family& family, Labels labels, double value) override {
    require(family.kind != Kind::histogram, family, "a histogram has no single value");
    auto& metric = next(family, labels);
    if (family.kind == Kind::counter) metric.counter.value = value;
    else metric.gauge.value = value;
  }

  void histogram(const Family& family, Labels labels, const Buckets& buckets) override {
    require(family.kind == Kind::histogram, family, "not a histogram");
    require(buckets.counts.size() == buckets.bounds.size() + 1, family, "a histogram has one count more than bounds");
    auto& histogram = next(family, labels).histogram;
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < buckets.bounds.size(); ++i) histogram.bucket.push_back({so_far += buckets.counts[i], buckets.bounds[i]});
    histogram.sample_count = so_far + buckets.counts.back();
    histogram.sample_sum = buckets.sum;
  }

  std::vector<prometheus::MetricFamily> take() && { return std::move(families_); }

 private:
  prometheus::ClientMetric& next(const Family& family, Labels values) {
    const auto labels = named(family, values);
    const auto [known, is_new] = places_.emplace(family.name, families_.size());
    if (is_new) families_.push_back({std::string{family.name}, std::string{family.help}, type_of(family.kind), {}});
    auto& metric = families_[known->second].metric.emplace_back();
    for (const auto& [name, value] : labels) metric.label.push_back({name, value});
    return metric;
  }

  std::map<std::string_view, std::size_t> places_;
  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace

void Counter::add(double by) { counter_->Increment(by); }
void Histogram::observe(double value) { histogram_->Observe(value); }

Registry::Registry() : instruments_{std::make_unique<prometheus::Registry>()} {}
Registry::~Registry() = default;

Counter Registry::counter(const Family& family, Labels labels) {
  require(family.kind == Kind::counter, family, "not a counter");
  auto& all = prometheus::BuildCounter().Name(std::string{family.name}).Help(std::string{family.help}).Register(*instruments_);
  return Counter{all.Add(named(family, labels))};
}

Histogram Registry::histogram(const Family& family, Labels labels) {
  require(family.kind == Kind::histogram, family, "not a histogram");
  auto& all = prometheus::BuildHistogram().Name(std::string{family.name}).Help(std::string{family.help}).Register(*instruments_);
  return Histogram{all.Add(named(family, labels), prometheus::Histogram::BucketBoundaries(family.bounds.begin(), family.bounds.end()))};
}

Registry::Subscription Registry::subscribe(Source source) {
  const std::lock_guard lock{mutex_};
  return {*this, sources_.insert(sources_.end(), std::move(source))};
}

Registry::Subscription::~Subscription() {
  const std::lock_guard lock{registry_->mutex_};
  registry_->sources_.erase(source_);
}

std::string Registry::render() {
  Collected collected;
  {
    const std::lock_guard lock{mutex_};
    for (const Source& source : sources_) source(collected);
  }
  auto families = instruments_->Collect();
  std::ranges::move(std::move(collected).take(), std::back_inserter(families));
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, families);
  return std::move(out).str();
}

}  // namespace ledger::metrics
