#include <wasio/detail/module_line.h>
#include <wasio/js_call.h>
#include <wasio/web/loop.h>

extern "C" {
void wasio_host_resolve(double call, const std::byte* value, std::size_t size);
void wasio_host_reject(double call, const std::byte* error, std::size_t size, bool cancelled);
}

WASIO_BEGIN
namespace detail {
namespace {

#define WASIO_DIGIT_(x) #x
#define WASIO_DIGIT(x) WASIO_DIGIT_(x)
constexpr auto switches =
    section_line(FixedText("switches\\ttail_calls=" WASIO_DIGIT(WASIO_TAIL_CALLS)) +
                 FixedText(" exceptions=" WASIO_DIGIT(WASIO_EXCEPTIONS)) +
                 FixedText(" debug=" WASIO_DIGIT(WASIO_DEBUG)) +
                 FixedText(" places=" WASIO_DIGIT(WASIO_PLACES)));
WASIO_MODULE_LINE(switches)

// Causes and members nest without limit; what is deeper than this is left out.
constexpr int deepest = 100;

void write_hops(Writer& out, const Chain& chain) {
  out.number(static_cast<std::uint32_t>(chain.omitted()));
  out.number(static_cast<std::uint32_t>(chain.kept()));
  for (std::size_t i = 0; i < chain.kept(); ++i) {
    const Hop hop = chain[i];
    out.text(hop.function());
    out.text(hop.file());
    out.number(hop.line());
  }
}

void write_error(Writer& out, const Error& error, int depth = 0);

void write_errors(Writer& out, std::span<const Error> errors, int depth) {
  out.number(static_cast<std::uint32_t>(errors.size()));
  for (const Error& error : errors) write_error(out, error, depth);
}

// Read by `readError` in bindings/js/errors.ts.
void write_error(Writer& out, const Error& error, int depth) {
  out.text(error.kind().name);
  out.text(error.message());
  write_hops(out, error.chain());
  const auto* const value = error.payload<JsValue>();
  out.number(value ? handle_of(*value) : 0.0);
  Wire<bool>::write(out, error.is_group());
  const bool goes_on = depth < deepest;
  write_errors(out, goes_on ? error.members() : std::span<const Error>(), depth + 1);
  const bool has_others = goes_on && !(error.first() == error);
  write_errors(out, has_others ? error.others() : std::span<const Error>(), depth + 1);
  const bool has_cause = goes_on && error.cause();
  Wire<bool>::write(out, has_cause);
  if (has_cause) write_error(out, error.cause(), depth + 1);
}

void reject(double call, const Error& error, bool cancelled = false) {
  Writer whole;
  write_error(whole, error);
  // The error that says so has no need of memory.
  Writer short_of_memory;
  if (whole.failed()) write_error(short_of_memory, no_memory());
  const Writer& out = whole.failed() ? short_of_memory : whole;
  wasio_host_reject(call, out.data(), out.size(), cancelled);
}

} // namespace

void resolve_call(double call, const Writer& value) {
  if (value.failed()) return reject(call, no_memory());
  wasio_host_resolve(call, value.data(), value.size());
}

void reject_call(double call, const TaskRecord& task) {
  reject(call, result_error(task), task.ending() == Ending::cancelled);
}

// Copies are about as large as the block; the shortest need no memory of their own.
bool has_memory_for(const Block& arguments) {
  return arguments.size() <= 64 || has_memory(2 * arguments.size());
}

// Never destroyed, like the runtime.
OperationTable<TaskRecord>& js_calls() {
  static auto& table = *new OperationTable<TaskRecord>;
  return table;
}

double start_call(std::string_view name, double call, MadeCall made) {
  if (!made.task) {
    reject(call, no_memory());
    return Ticket().number();
  }
  *made.ticket = js_calls().add(*made.task);
  made.task->describe(name, {});
  web_runtime().begin(*made.task);
  return made.ticket->number();
}

} // namespace detail
WASIO_END

// What JavaScript calls (bindings/js/calls.ts). Each only marks and queues.
extern "C" {

// The block holds the reason, if there was memory for it. Does nothing if the call is settled.
__attribute__((export_name("wasio_cancel"))) void wasio_cancel(double ticket, std::byte* reason,
                                                               std::size_t size) {
  using namespace wasio::detail;
  const Block block(reason, size);
  TaskRecord* const task = js_calls().find(Ticket::of(ticket));
  if (!task) return;
  task->cancel(wasio::CancelSource::host, cancel_reason(block ? block.reader().text() : ""));
}

// Cancels everything. False: nothing runs.
__attribute__((export_name("wasio_dispose"))) bool wasio_dispose() {
  wasio::Runtime& runtime = wasio::detail::web_runtime();
  if (runtime.idle()) return false;
  runtime.end(wasio::detail::cancel_reason("the app was disposed"));
  return true;
}
}
