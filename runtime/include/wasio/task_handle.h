// A spawned task, seen from outside.
#pragma once

#include <wasio/body.h>
#include <wasio/detail/slot.h>
#include <wasio/detail/task_record.h>
#include <wasio/trace/task_tree.h>

#include <optional>
#include <string_view>

WASIO_BEGIN

// How to spawn.
struct SpawnOptions {
  // What the task is called, for people; it need not be unique. Copied.
  std::string_view name = {};
  // The task makes its first step inside the call, up to the first operation that really waits, a
  // `checkpoint()`, or its end.
  bool eager = false;
};

namespace detail {

// A spawned task with room for its result, which outlives its frames while a handle asks for it.
template <class T>
struct SpawnedTask : TaskRecord {
  [[no_unique_address]] Slot<T> result;

  bool has_value() const { return ended && ending == Ending::value; }

 protected:
  ~SpawnedTask() {
    if (has_value()) result.destroy();
  }
};

// The same with what it runs, from the spawn to the task's end.
template <class T, class B>
class BodyTask : public SpawnedTask<T> {
 public:
  template <class U>
  explicit BodyTask(std::in_place_t, U&& body) : body_(std::in_place, std::forward<U>(body)) {
    this->needs_release = true;
  }
  BodyTask(BodyTask&& other) : body_(std::move(other.body_)) { // only before it is run
    this->needs_release = true;
  }

 protected:
  // Of a task that never was in a set.
  ~BodyTask() {
    if (!this->ended) std::destroy_at(&body_);
  }

  Frame* begin() override {
    Frame* first = body_.begin().release();
    if (first) first->slot = &this->result;
    return first;
  }
  void release_body() override { std::destroy_at(&body_); }

 private:
  // Alive until the task has ended.
  union {
    BodyHolder<B> body_;
  };
};

// Of a Task the frame is all there is to keep.
template <class T>
class BodyTask<T, Task<T>> : public SpawnedTask<T> {
 public:
  explicit BodyTask(std::in_place_t, Task<T>&& body) { keep(body.release()); }
  BodyTask(BodyTask&& other) { keep(std::exchange(other.top, nullptr)); } // only before it is run

 protected:
  // Of a task that never was in a set.
  ~BodyTask() {
    if (!this->ended && this->top) discard(*this->top);
  }

 private:
  void keep(Frame* first) {
    if (!first) return; // which `begin` then says
    this->next_step = Next::resume;
    this->top = first;
    first->slot = &this->result;
    first->stand_on(*this);
  }
};

// A child of a group: on its own, until neither the group nor a handle refers to it.
template <class T, class B>
class Child final : public BodyTask<T, B>, public Pooled {
 public:
  using BodyTask<T, B>::BodyTask;

 private:
  ~Child() = default;
  void dispose() override { delete this; }
};

// The child that runs `body`. Null: memory is exhausted.
template <class B>
auto* make_child(B&& body, std::string_view name, CallPlace at) {
  using Made = Child<body_result_t<B>, std::remove_cvref_t<B>>;
  auto* const made = new Made(std::in_place, std::forward<B>(body));
  if (made) made->describe(name, at);
  return made;
}

// Waits for the end of a task that a handle holds.
class HandleWait : public Wait, public EndWatcher {
 public:
  explicit HandleWait(TaskRecord& target) : target_(&target) { target.hold(); }
  HandleWait(const HandleWait& other) : Wait(other), EndWatcher(other), target_(other.target_) {
    target_->hold();
  }
  HandleWait& operator=(const HandleWait&) = delete;

 protected:
  ~HandleWait();

  TaskRecord* target_;

 private:
  std::string_view what() const override { return "task"; }
  void start() override;
  Stop stop() override;
  void task_ended(TaskRecord& target) override;
  TaskRecord* awaiter() const override { return &task(); }
};

Error result_error(const TaskRecord& record);

// The value for the last who asks, who gets it moved; others who hold the task are to find it every
// time, so it is copied as long as there are some, if it can be.
template <class T>
T take_result(SpawnedTask<T>& record) {
  if constexpr (std::is_object_v<T> && std::copy_constructible<T>) {
    if (record.references > 1) return record.result.value();
  }
  if constexpr (!std::is_void_v<T>) return static_cast<T&&>(record.result.value());
}

} // namespace detail

// Refers to a spawned task. Copies refer to the same task; dropping them all neither stops nor
// loses it. A handle that was moved from or never filled refers to nothing.
template <class T = void>
class TaskHandle {
 public:
  TaskHandle() = default;
  // For the parts of the library.
  explicit TaskHandle(detail::SpawnedTask<T>& record) : record_(&record) { record.hold(); }
  TaskHandle(const TaskHandle& other) : record_(other.record_) {
    if (record_) record_->hold();
  }
  TaskHandle(TaskHandle&& other) noexcept : record_(std::exchange(other.record_, nullptr)) {}
  TaskHandle& operator=(TaskHandle other) noexcept {
    std::swap(record_, other.record_);
    return *this;
  }
  ~TaskHandle() {
    if (record_) record_->drop();
  }

  // Whether it refers to a task; everything below panics if it does not.
  explicit operator bool() const { return record_ != nullptr; }

  // The task has ended, one way or another.
  bool done() const { return record().ended; }
  bool cancelled() const { return done() && record().ending == detail::Ending::cancelled; }

  // The same task, to be read: its name, what it awaits, its children.
  TaskRef task() const { return TaskRef(record()); }
  std::string name() const { return task().name(); }

  // Ends the task at its next checkpoint, or now if it is suspended; nothing runs inside the call.
  // It then ends silently: its group goes on. False, and nothing changes, when the task has ended
  // or was cancelled before; but a grace may be brought forward. O(scopes and tasks inside).
  bool cancel(const CancelOptions& options) {
    return !record().ended && record().cancel(CancelSource::handle, options);
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
      return record().result.value();
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
      return static_cast<detail::SpawnedTask<T>*>(target_)->result.value();
    }
  };
  class [[nodiscard]] AwaitMoved : public detail::HandleWait {
   public:
    explicit AwaitMoved(detail::SpawnedTask<T>& record) : HandleWait(record) {}
    T await_resume() { return detail::take_result(*static_cast<detail::SpawnedTask<T>*>(target_)); }
  };
  using wasio_awaitable = void;
  Await operator co_await() const& { return Await(record()); }
  AwaitMoved operator co_await() && {
    AwaitMoved wait(record());
    std::exchange(record_, nullptr)->drop();
    return wait;
  }

 private:
  detail::SpawnedTask<T>& record() const {
    if (!record_) panic("this TaskHandle refers to no task: it was moved from or never filled");
    return *record_;
  }

  detail::SpawnedTask<T>* record_ = nullptr;
};

WASIO_END
