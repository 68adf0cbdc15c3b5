#include "imports.h"
#include <wasio/io/errors.h>
#include <wasio/web/host_wait.h>
#include <wasio/web/js_value.h>

#include <vector>

WASIO_BEGIN

JsValue::~JsValue() {
  if (handle_) wasio_host_drop(handle_);
}

namespace detail {
namespace {

struct Entry {
  HostWait* wait = nullptr;
  std::uint32_t generation = 0;
  std::uint32_t next_free = 0;
};

constexpr std::uint32_t none = ~std::uint32_t{0};

// Never destroyed, like the runtime.
struct Table {
  std::vector<Entry> entries;
  std::uint32_t first_free = none;
};

Table& table() {
  static Table& table = *new Table;
  return table;
}

// In the order of `ERROR_KINDS` in web/js/host_error.ts.
constexpr const ErrorKind* host_error_kinds[] = {
    &errors::io,     &errors::not_found,         &errors::not_permitted, &errors::is_directory,
    &errors::closed, &errors::connection_failed, &errors::bad_data};

} // namespace

HostWait::Ticket HostWait::expect_answer() {
  Table& all = table();
  if (all.first_free == none) {
    all.first_free = static_cast<std::uint32_t>(all.entries.size());
    all.entries.push_back({.next_free = none});
  }
  index_ = all.first_free;
  expected_ = true;
  Entry& entry = all.entries[index_];
  all.first_free = entry.next_free;
  entry.wait = this;
  return {index_, entry.generation};
}

void HostWait::forget_answer() {
  Table& all = table();
  Entry& entry = all.entries[index_];
  expected_ = false;
  entry.wait = nullptr;
  ++entry.generation;
  entry.next_free = all.first_free;
  all.first_free = index_;
}

void HostWait::deliver(std::uint32_t index, std::uint32_t generation, HostAnswer answer,
                       double value) {
  const Table& all = table();
  if (index >= all.entries.size() || all.entries[index].generation != generation) return;
  HostWait* const wait = all.entries[index].wait;
  if (!wait) return;
  wait->forget_answer();
  wait->answered(answer, value);
}

std::string take_host_text(std::size_t size) {
  std::string text(size, '\0');
  wasio_host_take_text(text.data());
  return text;
}

Error take_host_error(std::string_view before) {
  std::size_t size = 0;
  std::uint32_t value = 0;
  const auto kind = static_cast<std::size_t>(wasio_host_take_error(&size, &value));
  std::string message(before);
  message += take_host_text(size);
  Error error(*host_error_kinds[kind], message);
  return value ? std::move(error).with_payload(value_at(value)) : error;
}

} // namespace detail
WASIO_END

extern "C" __attribute__((export_name("wasio_answer"))) void
wasio_answer(std::uint32_t index, std::uint32_t generation, std::int32_t answer, double value) {
  using wasio::detail::HostAnswer;
  wasio::detail::HostWait::deliver(index, generation, static_cast<HostAnswer>(answer), value);
}
