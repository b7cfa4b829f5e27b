#include "projections/history/rows.hpp"

#include <stdexcept>

#include "projections/record_bytes.hpp"

namespace ledger::projections {

RecordedEvent event_of(std::string_view headers, std::string_view value) {
  const auto decoded = decode_headers(headers);
  if (!decoded) throw std::logic_error{"the headers of a record in the history are no list of headers"};
  auto event = open(*decoded, value);
  if (!event) throw std::logic_error{"an event in the history cannot be read any more: " + event.error()};
  return std::move(*event);
}

}  // namespace ledger::projections
