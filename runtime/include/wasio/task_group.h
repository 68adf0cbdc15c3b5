// Tasks that run concurrently and end together.
#pragma once

#include <wasio/detail/combinator.h>
#include <wasio/detail/task_set.h>
#include <wasio/task_handle.h>

#include <string_view>
#include <utility>

WASIO_BEGIN

class TaskGroup;

namespace detail {
class GroupStage;
class StartSet;

class [[nodiscard]] GroupJoin final : public Wait {
 public:
  static constexpr bool always_stops = true;

  explicit GroupJoin(TaskGroup& group) : group_(&group) {}
  GroupJoin(const GroupJoin&) = default;
  ~GroupJoin();
  void await_resume() const noexcept {}

 private:
  friend wasio::TaskGroup;
  std::string_view what() const override { return "join"; }
  void start() override;
  Stop stop() override;

  TaskGroup* group_;
};

// The deadline of a group that was given one: cancels it like a call of `TaskGroup::cancel`. Not
// final, so that only `TaskGroup::set_deadline` refers to its code: other programs do without it.
class GroupDeadline : public Timer, public Pooled {
 public:
  GroupDeadline(ScopeNode& group, Timers& timers) : group_(group), timers_(timers) {}
  GroupDeadline(const GroupDeadline&) = delete;
  virtual ~GroupDeadline();

  void set(Instant when, Instant now);
  Instant when() const { return when_; }

 private:
  void due() override;

  ScopeNode& group_;
  Timers& timers_;
  Instant when_ = Instant::never();
};
} // namespace detail

// The group inside `task_group(body)`. It lives until `co_await task_group(...)` returns; a
// reference to it may be passed to children, which may spawn too.
class TaskGroup : private detail::TaskSet {
 public:
  // Runs the body as a new task of this group. Its first step is in the next pass; only an eager
  // task runs inside this call. The task belongs to the group's scope, whatever scopes surround the
  // call. Once the group has closed, the body is destroyed without running, the unhandled-error
  // hook is notified, and the handle fails with `misuse`. If memory is exhausted, the group fails
  // with `out_of_memory`, and the handle refers to no task. Not a checkpoint. O(1).
  template <Body B>
    requires(!detail::TaskBody<B>)
  TaskHandle<body_result_t<B>> spawn(B&& body, SpawnOptions options = {},
                                     detail::CallPlace at = detail::CallPlace::current()) {
    return spawn_body(std::forward<B>(body), options, at);
  }
  // The compiler warns about a Task that refers to a temporary of the call.
  template <class T>
  TaskHandle<T> spawn(Task<T> task WASIO_CAPTURED_BY_THIS, SpawnOptions options = {},
                      detail::CallPlace at = detail::CallPlace::current()) {
    return spawn_body(std::move(task), options, at);
  }

  // `co_await group.start<V>(function)` runs `function(started)` as a new task, waits until that
  // calls `co_await started(value)`, and returns the value. Until then the task runs under the
  // cancels and shields of the caller; afterwards it continues in this group. An error before that
  // propagates here unchanged; if the task ends without having started, this fails with
  // `not_started`, and if the group has closed, with `misuse`. A cancel of the caller reaches the
  // task; `start` ends as cancelled when the task has ended. The group does not end meanwhile.
  // Not a checkpoint itself.
  template <class V = void, class F>
  auto start(F&& function WASIO_LIFETIMEBOUND, SpawnOptions options = {},
             detail::CallPlace at = detail::CallPlace::current());

  // The same, with a handle: `auto [port, server] = co_await group.start_task<int>(function)`
  // returns a `StartedTask`, or without a value just the TaskHandle.
  template <class V = void, class F>
  auto start_task(F&& function WASIO_LIFETIMEBOUND, SpawnOptions options = {},
                  detail::CallPlace at = detail::CallPlace::current());

  // Waits until all children have ended; more may be spawned meanwhile and afterwards. Used by the
  // body to keep alive what its children refer to. One task at a time can wait; a second fails with
  // `misuse`. Cancel point; a cancel ends the wait immediately.
  detail::GroupJoin join() { return detail::GroupJoin(*this); }

  // Ends body and children without an error: `task_group` then returns the body's value if the body
  // had finished, otherwise nothing. The first call takes effect and returns true; a later one can
  // only bring the end of the grace forward. O(scopes and tasks inside).
  bool cancel(const CancelOptions& options) {
    return ScopeNode::cancel(CancelSource::call, options);
  }
  bool cancel(std::string_view reason = {}) { return cancel({.reason = reason}); }

  // Cancels the group at `when`, as `cancel` would then; a deadline that has been reached acts
  // immediately. It can move both ways while the group lives, and never un-cancels.
  // `Instant::never()`: no deadline. O(log timers).
  void set_deadline(Instant when);
  Instant deadline() const override { return deadline_ ? deadline_->when() : Instant::never(); }

  // Whether this group itself was cancelled, by a call, its deadline or the failure of a part;
  // which of them; and why.
  bool cancel_called() const { return cancelled; }
  CancelSource cancel_source() const { return source; }
  std::string_view cancel_reason() const {
    return cancelled ? reason.message() : std::string_view();
  }

 private:
  friend detail::GroupStage;
  friend detail::GroupJoin;
  friend detail::StartSet;

  template <class B>
  TaskHandle<body_result_t<B>> spawn_body(B&& body, const SpawnOptions& options,
                                          detail::CallPlace at) {
    auto* task = detail::make_child(std::forward<B>(body), options.name, at);
    if (!task) {
      part_ended(detail::Ending::error, detail::no_memory());
      return {};
    }
    TaskHandle<body_result_t<B>> handle = detail::handle_to(*task);
    admit(*task, options.eager);
    return handle;
  }

  TaskGroup() = default;
  TaskGroup(TaskGroup&&) = default;
  ~TaskGroup() { drop_deadline(); }

  void drop_deadline() { delete std::exchange(deadline_, nullptr); }
  void open(detail::TaskRecord& task, detail::Boundary& boundary);
  void admit(detail::TaskRecord& task, bool eager);
  void emptied() override;
  detail::Next resumed(detail::TaskRecord& task) override;
  detail::Boundary::Hold before_unwind(detail::TaskRecord& task, detail::Ending how);
  detail::Next body_ended(detail::TaskRecord& task, detail::Ending how);
  void reserve_body_error();

  detail::Boundary* boundary_ = nullptr;
  detail::GroupJoin* joiner_ = nullptr;
  detail::GroupDeadline* deadline_ = nullptr; // null until one is set
  bool open_ = false;
  bool body_ended_ = false;
  static constexpr std::size_t no_place = ~std::size_t{0};
  std::size_t body_error_ = no_place; // index of the body's error among the errors
  bool unwinding_ = false;            // the host waits, and its body's frames still exist
  bool has_value_ = false;
};

namespace detail {

template <class B>
concept TakesGroup = !DirectBody<B> && std::invocable<B&, TaskGroup&>;

class GroupStage : public Stage {
 public:
  TaskGroup& argument() { return group_; }
  bool enter(Frame&, InnerBoundary& boundary);
  Boundary::Hold before_unwind(TaskRecord& task, Ending how) {
    return group_.before_unwind(task, how);
  }
  Next body_ended(TaskRecord& task, Ending how) { return group_.body_ended(task, how); }
  bool take_value() { return std::exchange(group_.has_value_, false); }

  template <class T>
  auto result(Slot<T>& slot) {
    const bool has_value = take_value();
    if constexpr (!std::is_void_v<T>) {
      if (!has_value) return Maybe<T>{};
      return MaybeShape<T>::some(slot);
    }
  }

 private:
  TaskGroup group_;
};

} // namespace detail

// `co_await task_group([&](TaskGroup& group) -> Task<T> {...})` runs the body and the children that
// it spawns, and ends when all of them have ended. The body may be a plain function that returns
// nothing.
//
// - Returns void, optional<T> or T*: empty only if `group.cancel()` ended the body.
// - The first failure of the body or a child cancels the others; when they have ended, all errors
//   propagate as one error of the kind `group`, even if there is only one; `members()` lists them.
// - A body that fails or is cancelled keeps its frames until the last child has ended. A body that
//   returns destroys its locals: keep what children share outside, or end the body with
//   `co_await group.join()`.
// - A cancel from outside reaches body and children; their errors, if any, propagate instead of it,
//   and it then acts at the next checkpoint. It wins over a `group.cancel()` that came before it.
// Not a checkpoint itself.
template <class B>
  requires Body<B> || detail::TakesGroup<std::decay_t<B>>
auto task_group(B&& body WASIO_LIFETIMEBOUND) {
  using Kept = std::decay_t<B>;
  if constexpr (detail::TakesGroup<Kept>) {
    return detail::Combinator<Kept, detail::GroupStage, TaskGroup>(std::in_place,
                                                                   std::forward<B>(body));
  } else {
    return detail::combine<detail::GroupStage>(std::forward<B>(body));
  }
}

WASIO_END

#include <wasio/started.h>
