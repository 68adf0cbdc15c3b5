// Tasks whose outcomes are taken one by one, as they end, while more are spawned.
#pragma once

#include <wasio/detail/combinator.h>
#include <wasio/detail/task_set.h>
#include <wasio/detail/wait_line.h>
#include <wasio/outcome.h>
#include <wasio/task_handle.h>

#include <concepts>
#include <cstddef>
#include <optional>
#include <utility>

WASIO_BEGIN

template <class T>
class JoinSet;

namespace detail {

class JoinWait;
template <class T>
class JoinStage;

// The part of a JoinSet that does not depend on the result. The body runs inside the set's scope,
// like that of a group; a task that has ended is kept until its outcome is taken.
//
// Invariant: waits are in `waiting_` only while `completed_` is empty and a task is running.
class JoinTasks : public TaskSet {
 public:
  JoinTasks() { heeds_all_ = true; }
  JoinTasks(JoinTasks&& other) : TaskSet(std::move(other)) {} // only before it is used
  JoinTasks& operator=(const JoinTasks&) = delete;

  std::size_t size() const { return size_; }
  void open(TaskRecord& host, Boundary& boundary);
  void admit(TaskRecord& task, bool eager);
  void fail_without_memory();

  // These three are the stage's.
  Boundary::Hold before_unwind(TaskRecord& host, Ending how);
  Next body_ended(TaskRecord& host, Ending how);
  bool take_value() { return std::exchange(has_value_, false); }

 protected:
  ~JoinTasks();

 private:
  friend JoinWait;
  std::string_view what() const override { return "join set"; }
  void child_ended(TaskRecord& child, Ending how) override;
  void emptied() override;
  Next resumed(TaskRecord& host) override;
  void cancel_rest();
  void keep_or_report_the_rest();

  Boundary* boundary_ = nullptr;
  List<TaskRecord>
      completed_; // outcomes that were not taken yet, each with a reference to its task
  WaitLine waiting_;
  std::size_t size_ = 0;
  bool open_ = false;
  bool body_ended_ = false;
  bool unwinding_ = false; // the host waits, and its body's frames still exist
  bool has_value_ = false;
};

class JoinWait : public LineWait {
 protected:
  explicit JoinWait(JoinTasks& set) : set_(&set) {}
  JoinWait(const JoinWait& other) = default;
  ~JoinWait() = default;

  Ref<TaskRecord> ended_; // the task whose outcome this returns; null: there is none

 private:
  friend JoinTasks;
  std::string_view what() const override { return "outcome"; }
  void start() override;
  // Called with a task that has ended and the set's reference to it, or with null at the end.
  void take(TaskRecord* ended);

  JoinTasks* set_;
};

template <class T>
class [[nodiscard("next() runs only when it is awaited")]] JoinNext final : public JoinWait {
 public:
  explicit JoinNext(JoinTasks& set) : JoinWait(set) {}
  JoinNext(const JoinNext& other) = default;
  std::optional<Outcome<T>> await_resume() {
    const Ref<TaskRecord> ended = std::move(ended_);
    if (!ended) return std::nullopt;
    auto& task = static_cast<SpawnedTask<T>&>(*ended);
    if (!task.has_value()) return Outcome<T>(std::unexpect, result_error(task));
    if constexpr (std::is_void_v<T>) {
      return Outcome<T>();
    } else {
      return Outcome<T>(std::in_place, take_result(task));
    }
  }
};

} // namespace detail

// The set inside `join_set<T>(body)`: spawns tasks that return T, and returns their outcomes in the
// order in which they end. A reference to it may be passed to other tasks inside the body.
template <class T = void>
class JoinSet : private detail::JoinTasks {
 public:
  // Runs the body as a new task of this set; otherwise as `TaskGroup::spawn`. The body must return
  // T. The outcome of a task that was cancelled through its handle is returned by `next` too. Not a
  // checkpoint. O(1).
  template <Body B>
  TaskHandle<T> spawn(B&& body, SpawnOptions options = {},
                      detail::CallPlace at = detail::CallPlace::current()) {
    static_assert(std::same_as<body_result_t<B>, T>,
                  "spawn(): the body must return the T of this JoinSet<T>");
    auto* const task = detail::make_child(std::forward<B>(body), options.name, at);
    if (!task) {
      fail_without_memory();
      return {};
    }
    TaskHandle<T> handle = detail::handle_to(*task);
    admit(*task, options.eager);
    return handle;
  }

  // Waits for a task to end and returns its outcome: `optional<Outcome<T>>`, empty if there is no
  // task in the set. Outcomes are returned in the order in which the tasks ended, each once;
  // several tasks that wait are served in FIFO order. A task of the set that waits would wait for
  // itself, which fails with `misuse`. Cancel point, and schedule point if it waits; a cancelled
  // wait takes nothing. O(1), no allocation.
  detail::JoinNext<T> next() { return detail::JoinNext<T>(*this); }

  // The tasks whose outcomes `next` has not returned yet, running or ended. To limit how many run:
  // `if (set.size() == 8) handle_outcome(*co_await set.next());`
  using JoinTasks::size;

 private:
  friend detail::JoinStage<T>;
  JoinSet() = default;
  JoinSet(JoinSet&&) = default;
  ~JoinSet() = default;
};

namespace detail {

template <class T>
class JoinStage : public Stage {
 public:
  JoinSet<T>& argument() { return set_; }
  bool enter(Frame&, InnerBoundary& boundary) {
    tasks().open(current_task_record(), boundary);
    return true;
  }
  Boundary::Hold before_unwind(TaskRecord& host, Ending how) {
    return tasks().before_unwind(host, how);
  }
  Next body_ended(TaskRecord& host, Ending how) { return tasks().body_ended(host, how); }
  bool take_value() { return tasks().take_value(); }

  template <class U>
  U result(Slot<U>& slot) {
    take_value();
    return slot.take();
  }

 private:
  JoinTasks& tasks() { return set_; }
  JoinSet<T> set_;
};

template <class B, class T>
concept TakesJoinSet = !DirectBody<B> && std::invocable<B&, JoinSet<T>&>;

} // namespace detail

// `co_await join_set<T>([&](JoinSet<T>& set) -> Task<R> {...})` runs the body, which spawns tasks
// that return T, and takes their outcomes with `set.next()` as they end. The body may be a plain
// function that returns nothing. Returns the body's value.
//
// - A task that fails or is cancelled disturbs no other task and not the body: it is an outcome.
// - When the body ends, the tasks that still run are cancelled and awaited; to use all outcomes,
//   call `next` until it returns nothing. Outcomes that were not taken are dropped, but no error is
//   lost: it joins the `others()` of the body's error, or goes to the unhandled-error hook.
// - A body that fails or is cancelled keeps its frames until the last task has ended.
// - A cancel from outside reaches body and tasks; if it ended any of them, the whole ends as
//   cancelled.
// Not a checkpoint itself.
template <class T = void, class B>
  requires detail::TakesJoinSet<std::decay_t<B>, T>
auto join_set(B&& body WASIO_LIFETIMEBOUND) {
  return detail::Combinator<std::decay_t<B>, detail::JoinStage<T>, JoinSet<T>>(
      std::in_place, std::forward<B>(body));
}

WASIO_END
