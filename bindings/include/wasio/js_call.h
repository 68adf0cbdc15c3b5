// Calls that come from JavaScript: tasks whose end settles a Promise.
#pragma once

#include <wasio/detail/operation_table.h>
#include <wasio/fail.h>
#include <wasio/task_handle.h>
#include <wasio/web/wire_types.h>

#include <string_view>

WASIO_BEGIN
namespace detail {

// Settles the Promise of a call. Without memory for the value, it is rejected.
void resolve_call(double call, const Writer& value);
// With why the task of a call has not come to a value.
void reject_call(double call, const TaskRecord& task);

// The calls that are not settled. JavaScript cancels them by their tickets.
OperationTable<TaskRecord>& js_calls();

// Whether the arguments can be copied out of their block: what holds a copy would abort without
// memory for it.
bool has_memory_for(const Block& arguments);
template <class T>
Task<T> fail_for_memory() {
  co_await fail(no_memory());
}

// The task of a call, and where it keeps what JavaScript knows it by. Null: memory is exhausted.
struct MadeCall {
  TaskRecord* task;
  Ticket* ticket;
};

// Queues the task of a call of the function of this name, and returns its ticket for JavaScript. If
// memory is exhausted, the call is rejected.
double start_call(std::string_view name, double call, MadeCall made);

// The task of one call, a child of the runtime's root set.
template <class T, class B>
class JsCall final : public BodyTask<T, B>, public Pooled {
 public:
  template <class U>
  JsCall(double call, U&& body)
      : BodyTask<T, B>(std::in_place, std::forward<U>(body)), call_(call) {
    this->set_awaited(); // by the Promise
    this->hold();        // until it is settled, so that it keeps why it was cancelled
    this->set_needs_release();
  }
  static MadeCall make(double call, B&& body) {
    auto* const made = new JsCall(call, std::move(body));
    if (!made) return {};
    return {made, &made->ticket_};
  }

 private:
  ~JsCall() = default;
  // The task has ended: first all that it held goes, then JavaScript learns of it.
  void release_body() override {
    BodyTask<T, B>::release_body();
    js_calls().remove(ticket_.index);
    settle();
    this->drop();
  }
  void settle() {
    if (!this->has_value()) return reject_call(call_, *this);
    Writer out;
    if constexpr (!std::is_void_v<T>) Wire<T>::write(out, this->result().value());
    resolve_call(call_, out);
  }
  void no_references() override { delete this; }

  double call_; // what JavaScript knows it by
  Ticket ticket_;
};

} // namespace detail
WASIO_END
