#include "imports.h"
#include <wasio/js_call.h>
#include <wasio/trace/dump.h>
#include <wasio/web/js_value.h>
#include <wasio/web/loop.h>

WASIO_BEGIN
namespace detail {
namespace {

constinit Export* first_export = nullptr;

void put_number(std::string& out, std::uint32_t number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

// Kind, message, the whole in words, the JS value held, the errors inside, the cause. Read by
// bindings/js/decode_error.ts.
void put_error(std::string& out, const Error& error) {
  put_text(out, error.kind().name);
  put_text(out, error.message());
  put_text(out, describe(error));
  const auto* value = error.payload<JsValue>();
  put_number(out, value ? handle_of(*value) : 0);
  put_number(out, error.is_group());
  put_number(out, static_cast<std::uint32_t>(error.others().size()));
  for (const Error& other : error.others()) put_error(out, other);
  put_number(out, static_cast<bool>(error.cause()));
  if (error.cause()) put_error(out, error.cause());
}

void reject(std::uint32_t call, const Error& error, bool cancelled) {
  std::string text;
  put_error(text, error);
  wasio_host_reject(call, text.data(), text.size(), cancelled);
}

void idle_after_dispose() {
  set_idle_listener(nullptr);
  wasio_host_disposed();
}

} // namespace

void resolve_void(std::uint32_t call) {
  wasio_host_resolve(call);
}
void resolve_bool(std::uint32_t call, bool value) {
  wasio_host_resolve_bool(call, value);
}
void resolve_number(std::uint32_t call, double value) {
  wasio_host_resolve_number(call, value);
}
void resolve_int64(std::uint32_t call, std::int64_t value) {
  wasio_host_resolve_int64(call, value);
}
void resolve_uint64(std::uint32_t call, std::uint64_t value) {
  wasio_host_resolve_uint64(call, value);
}
void resolve_text(std::uint32_t call, std::string_view text) {
  wasio_host_resolve_text(call, text.data(), text.size());
}
void resolve_bytes(std::uint32_t call, std::span<const std::byte> bytes) {
  wasio_host_resolve_bytes(call, bytes.data(), bytes.size());
}

void reject_call(std::uint32_t call, const TaskRecord& task) {
  reject(call, result_error(task), task.ending() == Ending::cancelled);
}
void reject_call(std::uint32_t call, const Error& error) {
  reject(call, error, false);
}

Export::Export(std::string_view name, std::string_view parameters, std::string_view types,
               Make make)
    : name_(name), parameters_(parameters), types_(types), make_(make),
      next_(std::exchange(first_export, this)) {}

// Never destroyed, like the runtime.
OperationTable<TaskRecord>& js_calls() {
  static auto& table = *new OperationTable<TaskRecord>;
  return table;
}

Ticket Export::start(std::uint32_t call, ArgumentBlock&& arguments) const {
  const MadeCall made = make_(call, std::move(arguments));
  if (!made.task) {
    reject_call(call, no_memory());
    return {};
  }
  const Ticket ticket = *made.ticket = js_calls().add(*made.task);
  made.task->describe(name_, {});
  web_runtime().begin(*made.task);
  return ticket;
}

void Export::list_all() {
  for (const Export* each = first_export; each; each = each->next_)
    wasio_host_export(each, each->name_.data(), each->name_.size(), each->parameters_.data(),
                      each->parameters_.size(), each->types_.data(), each->types_.size());
}

} // namespace detail
WASIO_END

// What JavaScript calls (bindings/js/calls.ts). Each only marks and queues.
#define WASIO_ENTRY(name) __attribute__((export_name(#name))) name

extern "C" {

void WASIO_ENTRY(wasio_list_exports)() {
  wasio::detail::Export::list_all();
}

// Room for a block of arguments or a text, which the call that it is given to releases; null when
// memory is exhausted.
void* WASIO_ENTRY(wasio_allocate)(std::size_t size) {
  return wasio::detail::allocate(size);
}

// Starts a call. Returns its ticket, for `wasio_cancel`.
double WASIO_ENTRY(wasio_call)(const wasio::detail::Export* exported, std::uint32_t call,
                               std::byte* arguments, std::size_t size) {
  return exported->start(call, wasio::detail::ArgumentBlock(arguments, size)).number();
}

// Does nothing if the call is settled.
void WASIO_ENTRY(wasio_cancel)(double ticket, char* reason, std::size_t size) {
  if (auto* const task = wasio::detail::js_calls().find(wasio::detail::Ticket::of(ticket)))
    task->cancel(wasio::CancelSource::host, wasio::detail::cancel_reason({reason, size}));
  wasio::detail::release(reason, size);
}

// Cancels everything; `wasio_host_disposed` says when it has ended. False: nothing runs.
bool WASIO_ENTRY(wasio_dispose)() {
  wasio::Runtime& runtime = wasio::detail::web_runtime();
  if (runtime.idle()) return false;
  wasio::detail::set_idle_listener(wasio::detail::idle_after_dispose);
  runtime.end(wasio::detail::cancel_reason("the app was disposed"));
  return true;
}

void WASIO_ENTRY(wasio_describe_tasks)() {
  using namespace wasio::detail;
  const std::string text = dump_tasks_of(web_runtime(), max_tasks_reported);
  wasio_host_tasks(text.data(), text.size());
}
}
