#include "imports.h"
#include <wasio/io/errors.h>
#include <wasio/web/host_operation.h>
#include <wasio/web/js_value.h>

WASIO_BEGIN

JsValue::~JsValue() {
  if (handle_) wasio_host_drop(handle_);
}

namespace detail {
namespace {

// Never destroyed, like the runtime.
OperationTable<HostOperation>& operations() {
  static auto& table = *new OperationTable<HostOperation>;
  return table;
}

// In the order of `ERROR_KINDS` in web/js/host_error.ts.
constexpr const ErrorKind* host_error_kinds[] = {
    &errors::io,     &errors::not_found,         &errors::not_permitted, &errors::is_directory,
    &errors::closed, &errors::connection_failed, &errors::bad_data};

} // namespace

Ticket HostOperation::expect_answer() {
  if (expected_) forget_answer(); // of a try whose task found no memory to wait
  const Ticket ticket = operations().add(*this);
  if (ticket.index == Ticket::none) panic("out of memory for another operation of the host");
  index_ = ticket.index;
  expected_ = true;
  return ticket;
}

void HostOperation::forget_answer() {
  expected_ = false;
  operations().remove(index_);
}

void HostOperation::deliver(Ticket ticket, HostAnswer answer, double value) {
  HostOperation* const operation = operations().find(ticket);
  if (!operation) return;
  operation->forget_answer();
  operation->answered(answer, value);
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
  using wasio::detail::HostOperation;
  HostOperation::deliver({index, generation}, static_cast<HostAnswer>(answer), value);
}
