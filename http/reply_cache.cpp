#include "http/reply_cache.hpp"

#include <mutex>
#include <utility>

namespace ledger::http {

std::string ReplyCache::key_of(const Request& request) {
  std::string key = request.principal.workspace;
  const auto add = [&](std::string_view part) { key.append("\n").append(std::to_string(part.size())).append(":").append(part); };
  add(request.path);
  for (const auto& [name, value] : request.query) {
    add(name);
    add(value);
  }
  return key;
}

std::string ReplyCache::tag_name(std::string_view partition_key, std::string_view tag) {
  return std::string(partition_key).append("\n").append(tag);
}

std::shared_ptr<const Reply> ReplyCache::find(const std::string& key, Clock::time_point now) const {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(key);
  return found != entries_.end() && now < found->second.until ? found->second.reply : nullptr;
}

bool ReplyCache::knows_newer(const std::string& name, const Basis& basis) const {
  const auto found = marks_.find(name);
  return found != marks_.end() && (found->second.stream != basis.stream || found->second.sequence > basis.version);
}

void ReplyCache::put(const std::string& key, Reply reply, const Basis& basis, Clock::time_point now) {
  const std::unique_lock lock(mutex_);
  forget_marks(now);
  const auto tag = tag_name(basis.partition_key, basis.tag);
  if (now < closed_until_ || knows_newer(basis.stream, basis) || knows_newer(tag, basis)) return;
  const std::size_t bytes = key.size() + reply.body.size();
  if (bytes_ + bytes > settings_.max_bytes) {
    entries_.clear();
    keys_.clear();
    bytes_ = 0;
  }
  drop(key);
  entries_[key] = {std::make_shared<const Reply>(std::move(reply)), now + settings_.keep_ms, {basis.stream, tag}};
  bytes_ += bytes;
  keys_[basis.stream].push_back(key);
  keys_[tag].push_back(key);
}

void ReplyCache::on_counted(const RecordedEvent& event, Clock::time_point now) {
  const std::unique_lock lock(mutex_);
  forget_marks(now);
  mark(event.stream.text(), event, now);
  for (const auto& tag : event.tags) mark(tag_name(event.partition_key, tag), event, now);
}

void ReplyCache::mark(const std::string& name, const RecordedEvent& event, Clock::time_point now) {
  drop_based_on(name);
  if (marks_.size() >= settings_.max_marks) {
    marks_.clear();
    marked_.clear();
    closed_until_ = now + settings_.mark_for_ms;
  }
  marks_[name] = {event.stream.text(), event.sequence, now};
  marked_.emplace_back(now, name);
}

void ReplyCache::drop_based_on(const std::string& name) {
  const auto found = keys_.find(name);
  if (found == keys_.end()) return;
  const auto keys = found->second;
  for (const auto& key : keys) drop(key);
}

void ReplyCache::drop(const std::string& key) {
  const auto entry = entries_.find(key);
  if (entry == entries_.end()) return;
  bytes_ -= key.size() + entry->second.reply->body.size();
  for (const auto& name : entry->second.names) {
    auto& keys = keys_[name];
    std::erase(keys, key);
    if (keys.empty()) keys_.erase(name);
  }
  entries_.erase(entry);
}

void ReplyCache::forget_marks(Clock::time_point now) {
  while (!marked_.empty() && marked_.front().first + settings_.mark_for_ms < now) {
    const auto found = marks_.find(marked_.front().second);
    if (found != marks_.end() && found->second.at == marked_.front().first) marks_.erase(found);
    marked_.pop_front();
  }
}

std::size_t ReplyCache::size() const {
  const std::shared_lock lock(mutex_);
  return entries_.size();
}

}  // namespace ledger::http
