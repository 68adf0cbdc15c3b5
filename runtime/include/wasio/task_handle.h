// A spawned task, seen from outside.
#pragma once

#include <wasio/detail/spawned_task.h>
#include <wasio/trace/task_tree.h>

#include <optional>
#include <string_view>

WASIO_BEGIN

template <class T>
class TaskHandle;

// How to spawn.
struct SpawnOptions {
  // What the task is called, for people; it need not be unique. Copied.
  std::string_view name = {};
  // The task makes its first step inside the call, up to the first operation that really waits, a
  // `checkpoint()`, or its end.
  bool eager = false;
};

namespace detail {

// Waits for the end of a task that a handle holds.
class HandleWait : public Wait, public EndWatcher {
 public:
  explicit HandleWait(TaskRecord& target) : target_(target) {}
  HandleWait(const HandleWait&) = default;
  HandleWait& operator=(const HandleWait&) = delete;

 protected:
  ~HandleWait();

  Ref<TaskRecord> target_;

 private:
  std::string_view what() const override { return "task"; }
  void start() override;
  Stop stop() override;
  void task_ended(TaskRecord& target) override;
  TaskRecord* awaiter() const override { return &task(); }
};

template <class T>
TaskHandle<T> handle_to(SpawnedTask<T>& task);

} // namespace detail

// Refers to a spawned task. Copies refer to the same task; dropping them all neither stops nor
// loses it. A handle that was moved from or never filled refers to nothing.
template <class T = void>
class TaskHandle {
 public:
  TaskHandle() = default;

  // Whether it refers to a task; everything below panics if it does not.
  explicit operator bool() const { return static_cast<bool>(record_); }

  // The task has ended, one way or another.
  bool done() const { return record().ended(); }
  bool cancelled() const { return done() && record().ending() == detail::Ending::cancelled; }

  // The same task, to be read: its name, what it awaits, its children.
  TaskRef task() const { return detail::ref_to(record()); }
  std::string name() const { return task().name(); }

  // Ends the task at its next checkpoint, or now if it is suspended; nothing runs inside the call.
  // It then ends silently: its group goes on. False, and nothing changes, when the task has ended
  // or was cancelled before; but a grace may be brought forward. O(scopes and tasks inside).
  bool cancel(const CancelOptions& options) {
    return !record().ended() && record().cancel(CancelSource::handle, options);
  }
  bool cancel(std::string_view reason = {}) { return cancel({.reason = reason}); }

  // What came of it, every time the same: the value, its error, or `task_cancelled` with the
  // reason. Asking before the task has ended gives `misuse`. A copy of the value; a moved
  // handle moves it out if no other handle refers to the task.
  Result<detail::Stored<T>> result() const&
    requires(!std::is_object_v<T> || std::copy_constructible<T>)
  {
    if (!record().has_value()) return std::unexpected(detail::result_error(record()));
    if constexpr (std::is_void_v<T>) {
      return {};
    } else {
      return record().result().value();
    }
  }
  Result<detail::Stored<T>> result() && {
    if (!record().has_value()) return std::unexpected(detail::result_error(record()));
    if constexpr (std::is_void_v<T>) {
      return {};
    } else {
      return detail::take_result(record());
    }
  }

  // `co_await handle` waits for the end and gives a reference to the value, which lives while a
  // handle does. `co_await std::move(handle)` gives the value itself: moved out if no other handle
  // refers to the task, else a copy if it can be copied. It fails with the task's error,
  // or with `task_cancelled` if the task was cancelled. Cancel point, and schedule point if it
  // waits; a cancel ends the wait at once and leaves the task running. A task that awaits itself
  // fails with `misuse`.
  class [[nodiscard]] Await : public detail::HandleWait {
   public:
    explicit Await(detail::SpawnedTask<T>& record) : HandleWait(record) {}
    std::add_lvalue_reference_t<T> await_resume() {
      return static_cast<detail::SpawnedTask<T>&>(*target_).result().value();
    }
  };
  class [[nodiscard]] AwaitMoved : public detail::HandleWait {
   public:
    explicit AwaitMoved(detail::SpawnedTask<T>& record) : HandleWait(record) {}
    T await_resume() { return detail::take_result(static_cast<detail::SpawnedTask<T>&>(*target_)); }
  };
  using wasio_awaitable = void;
  Await operator co_await() const& { return Await(record()); }
  AwaitMoved operator co_await() && {
    AwaitMoved wait(record());
    record_ = {};
    return wait;
  }

 private:
  friend TaskHandle detail::handle_to<T>(detail::SpawnedTask<T>& task);

  explicit TaskHandle(detail::SpawnedTask<T>& record) : record_(record) {}

  detail::SpawnedTask<T>& record() const {
    if (!record_) panic("this TaskHandle refers to no task: it was moved from or never filled");
    return *record_;
  }

  detail::Ref<detail::SpawnedTask<T>> record_;
};

template <class T>
TaskHandle<T> detail::handle_to(SpawnedTask<T>& task) {
  return TaskHandle<T>(task);
}

WASIO_END
