// Tasks with a result, and tasks that also hold the body that they run.
#pragma once

#include <wasio/body.h>
#include <wasio/detail/slot.h>
#include <wasio/detail/task_record.h>

#include <string_view>

WASIO_BEGIN
namespace detail {

// A task with room for its result, which outlives its frames while a handle refers to it.
template <class T>
class SpawnedTask : public TaskRecord {
 public:
  bool has_value() const { return ended() && ending() == Ending::value; }
  Slot<T>& result() { return result_; }

 protected:
  ~SpawnedTask() {
    if (has_value()) result_.destroy();
  }

 private:
  [[no_unique_address]] Slot<T> result_;
};

// A SpawnedTask that also holds its body, from the spawn to the task's end.
template <class T, class B>
class BodyTask : public SpawnedTask<T> {
 public:
  template <class U>
  explicit BodyTask(std::in_place_t, U&& body) : body_(std::in_place, std::forward<U>(body)) {
    this->set_needs_release();
  }
  BodyTask(BodyTask&& other) : body_(std::move(other.body_)) { // only before it runs
    this->set_needs_release();
  }

 protected:
  // For a task that was never in a set.
  ~BodyTask() {
    if (!this->ended()) std::destroy_at(&body_);
  }

  Frame* begin() override {
    Frame* first = release_frame(body_.begin());
    if (first) first->slot = &this->result();
    return first;
  }
  void release_body() override { std::destroy_at(&body_); }

 private:
  // Alive until the task has ended.
  union {
    BodyHolder<B> body_;
  };
};

// If the body is a Task, its frame is all there is to keep.
template <class T>
class BodyTask<T, Task<T>> : public SpawnedTask<T> {
 public:
  explicit BodyTask(std::in_place_t, Task<T>&& body) { keep(release_frame(std::move(body))); }
  BodyTask(BodyTask&& other) { keep(other.take_unstarted()); } // only before it runs

 protected:
  // For a task that was never in a set.
  ~BodyTask() {
    if (this->ended()) return;
    if (Frame* const first = this->take_unstarted()) discard(*first);
  }

 private:
  void keep(Frame* first) {
    if (first) this->start_with(*first, &this->result()); // otherwise `begin` fails
  }
};

// A child of a group. It deletes itself when neither the group nor a handle refers to it.
template <class T, class B>
class Child final : public BodyTask<T, B>, public Pooled {
 public:
  using BodyTask<T, B>::BodyTask;

 private:
  ~Child() = default;
  void no_references() override { delete this; }
};

// Makes a child that runs `body`. Null: memory is exhausted.
template <class B>
auto* make_child(B&& body, std::string_view name, CallPlace at) {
  using Made = Child<body_result_t<B>, std::decay_t<B>>;
  auto* const made = new Made(std::in_place, std::forward<B>(body));
  if (made) made->describe(name, at);
  return made;
}

// Why an ended task has no value; `misuse` if it has not ended.
Error result_error(const TaskRecord& record);

// Moves the result out for the last handle; while other handles remain it is copied, if copyable.
template <class T>
T take_result(SpawnedTask<T>& record) {
  if constexpr (std::is_object_v<T> && std::copy_constructible<T>) {
    if (record.shared()) return record.result().value();
  }
  if constexpr (!std::is_void_v<T>) return static_cast<T&&>(record.result().value());
}

} // namespace detail
WASIO_END
