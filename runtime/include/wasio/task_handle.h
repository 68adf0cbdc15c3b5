// Handles to spawned tasks.
#pragma once

#include <wasio/detail/spawned_task.h>
#include <wasio/trace/task_tree.h>

#include <optional>
#include <string_view>

WASIO_BEGIN

template <class T>
class TaskHandle;

// Options of `spawn`, `start` and `background`.
struct SpawnOptions {
  // The task's name, for human readers; it need not be unique. Copied.
  std::string_view name = {};
  // Runs the task's first step inside the call: up to the first operation that actually waits, a
  // `checkpoint()`, or its end.
  bool eager = false;
};

namespace detail {

// Waits for the end of a handle's task.
class HandleWait : public Wait, public EndWatcher {
 public:
  static constexpr bool always_stops = true;

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

// Refers to a spawned task. Copies refer to the same task; dropping them all does not stop the
// task, and its error is not lost. A moved-from or default-constructed handle refers to no task.
template <class T = void>
class TaskHandle {
 public:
  TaskHandle() = default;

  // Whether it refers to a task; everything below panics if it does not.
  explicit operator bool() const { return static_cast<bool>(record_); }

  // Whether the task has ended, with a value, an error or a cancel.
  bool done() const { return record().ended(); }
  bool cancelled() const { return done() && record().ending() == detail::Ending::cancelled; }

  // The task itself: its name, what it awaits, its children.
  TaskRef task() const { return detail::ref_to(record()); }
  std::string name() const { return task().name(); }

  // Ends the task at its next checkpoint, or now if it is suspended; nothing runs inside the call.
  // The task then ends silently, and its group continues. Returns false without effect if the task
  // has ended or was already cancelled, except that the end of the grace may be brought forward.
  // O(scopes and tasks inside).
  bool cancel(const CancelOptions& options) {
    return !record().ended() && record().cancel(CancelSource::handle, options);
  }
  bool cancel(std::string_view reason = {}) { return cancel({.reason = reason}); }

  // The outcome: the value, the task's error, or `task_cancelled` with the reason; `misuse` before
  // the task has ended. The value is copied, so that every call returns the same; an rvalue handle
  // moves it out if no other handle refers to the task.
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

  // `co_await handle` waits for the end and returns a reference to the value, which lives as long
  // as any handle. `co_await std::move(handle)` returns the value itself: moved out if no other
  // handle refers to the task, otherwise copied if it can be copied. Fails with the task's error,
  // or with `task_cancelled` if the task was cancelled. Cancel point, and schedule point if it
  // waits; a cancel ends the wait immediately and leaves the task running. A task that awaits
  // itself fails with `misuse`.
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
