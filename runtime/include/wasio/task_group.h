// Tasks that run at once and end together.
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
} // namespace detail

// The group inside `task_group(body)`. It lives until `co_await task_group(...)` goes on; a
// reference to it may be handed to children, which may spawn too.
class TaskGroup : private detail::TaskSet {
 public:
  // Runs the body as a new task of this group, from its first step in the next pass on: unless it
  // is eager, it does not run inside this call. The task belongs to the group's scope, whatever
  // stands around the call. Once the group has closed, the body is destroyed unrun, that is
  // reported to the unhandled-error hook, and the handle fails with `misuse`. Without memory the
  // group fails with `out_of_memory`, and the handle refers to nothing. No checkpoint. O(1).
  template <Body B>
    requires(!detail::TaskBody<B>)
  TaskHandle<body_result_t<B>> spawn(B&& body, SpawnOptions options = {},
                                     detail::CallPlace at = detail::CallPlace::current()) {
    return spawn_body(std::forward<B>(body), options, at);
  }
  // A Task that refers to a temporary of the call is a compiler's warning.
  template <class T>
  TaskHandle<T> spawn(Task<T> task WASIO_CAPTURED_BY_THIS, SpawnOptions options = {},
                      detail::CallPlace at = detail::CallPlace::current()) {
    return spawn_body(std::move(task), options, at);
  }

  // `co_await group.start<V>(function)` runs `function(started)` as a new task and waits until that
  // says `co_await started(value)`; gives the value. The task then goes on in this group; until
  // then it runs under the cancels and shields of the caller. What it fails with before comes out
  // here, as it is; an end before gives `not_started`, and a group that has closed `misuse`. The
  // group does not end meanwhile. No checkpoint itself.
  template <class V = void, class F>
  auto start(F&& function WASIO_LIFETIMEBOUND, SpawnOptions options = {},
             detail::CallPlace at = detail::CallPlace::current());

  // Waits until all children have ended; spawning may go on meanwhile and afterwards. For the body:
  // what its children refer to lives till then. One task at a time; a second fails with `misuse`.
  // Cancel point; a cancel ends the wait at once.
  detail::GroupJoin join() { return detail::GroupJoin(*this); }

  // Ends body and children without an error: `task_group` then gives the body's value if it had
  // finished, else nothing. The first call counts and gives true; a later one only brings the end
  // of the grace forward. O(scopes and tasks inside).
  bool cancel(const CancelOptions& options) {
    return ScopeNode::cancel(CancelSource::call, options);
  }
  bool cancel(std::string_view reason = {}) { return cancel({.reason = reason}); }

  // A cancel was aimed at this group, by a call or the failure of a part; by whom, and why.
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
      part_ended(detail::Ending::error, Error(errors::out_of_memory));
      return {};
    }
    TaskHandle<body_result_t<B>> handle = detail::handle_to(*task);
    admit(*task, options.eager);
    return handle;
  }

  TaskGroup() = default;
  TaskGroup(TaskGroup&&) = default;
  ~TaskGroup() = default;

  void open(detail::TaskRecord& task, detail::Boundary& boundary);
  void admit(detail::TaskRecord& task, bool eager);
  void emptied() override;
  detail::Next resumed(detail::TaskRecord& task) override;
  detail::Boundary::Hold before_unwind(detail::TaskRecord& task, detail::Ending how);
  detail::Next body_ended(detail::TaskRecord& task, detail::Ending how);
  void reserve_body_error();

  detail::Boundary* boundary_ = nullptr;
  detail::GroupJoin* joiner_ = nullptr;
  bool open_ = false;
  bool body_ended_ = false;
  static constexpr std::size_t no_place = ~std::size_t{0};
  std::size_t body_error_ = no_place; // where the body's failure has its place among the errors
  bool unwinding_ = false;            // the host waits with its body's frames still standing
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

// `co_await task_group([&](TaskGroup& group) -> Task<T> {...})` runs the body, and the children
// that it spawns, and ends when all have. The body may be a plain function returning nothing.
//
// - Gives void, optional<T> or T*: nothing only if `group.cancel()` ended the body.
// - The first failure of the body or a child cancels the others; when they have ended, all errors
//   come out as one error of the kind `group`, a single one too.
// - A body that fails or is cancelled keeps its frames until the last child has ended. A body that
//   returns has lost its locals: what children share stands outside, or the body ends with
//   `co_await group.join()`.
// - A cancel from outside reaches body and children; their errors, if any, come out instead of it,
//   and it then acts at the next checkpoint.
// No checkpoint itself.
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
