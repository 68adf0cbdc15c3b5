#include <wasio/io/errors.h>
#include <wasio/web/host_operation.h>
#include <wasio/web/js_value.h>

extern "C" void wasio_host_drop_value(double value);

WASIO_BEGIN

JsValue::~JsValue() {
  if (handle_ != 0) wasio_host_drop_value(handle_);
}

namespace detail {
namespace {

// Never destroyed, like the runtime.
OperationTable<HostOperation>& operations() {
  static auto& table = *new OperationTable<HostOperation>;
  return table;
}

// The kinds that the host reports, by their names (`HostErrorKind` in web/js/host_error.ts).
const ErrorKind& kind_named(std::string_view name) {
  for (const ErrorKind* kind : {&errors::not_found, &errors::not_permitted, &errors::is_directory,
                                &errors::closed, &errors::connection_failed, &errors::bad_data})
    if (name == kind->name) return *kind;
  return errors::io;
}

} // namespace

std::optional<double> HostOperation::expect_answer() {
  forget_answer(); // of a try whose task found no memory to wait
  const Ticket ticket = operations().add(*this);
  index_ = ticket.index;
  if (ticket.index == Ticket::none) return std::nullopt;
  return ticket.number();
}

void HostOperation::forget_answer() {
  operations().remove(std::exchange(index_, Ticket::none));
}

void HostOperation::deliver(Ticket ticket, HostAnswer answer, const Block& block) {
  HostOperation* const operation = operations().find(ticket);
  if (!operation) {
    // The error may hold a value, which is released with it.
    if (answer == HostAnswer::failed) host_error(block);
    return;
  }
  operation->forget_answer();
  operation->answered(answer, block);
}

Error host_error(const Block& block, std::string_view before) {
  if (!block || !has_memory(block.size() + before.size())) return no_memory();
  Reader in = block.reader();
  const ErrorKind& kind = kind_named(in.text());
  Error error(kind, join_text(before, in.text()));
  JsValue thrown = value_at(in.number<double>());
  return thrown ? std::move(error).with_payload(std::move(thrown)) : error;
}

} // namespace detail
WASIO_END

extern "C" __attribute__((export_name("wasio_answer"))) void
wasio_answer(double ticket, std::int32_t answer, std::byte* block, std::size_t size) {
  using namespace wasio::detail;
  HostOperation::deliver(Ticket::of(ticket), static_cast<HostAnswer>(answer), Block(block, size));
}
