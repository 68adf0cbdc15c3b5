// `TaskGroup::start`: spawns a task and waits until it reports that it has started.
#pragma once

#include <wasio/task_group.h>

#include <concepts>
#include <utility>
#include <variant>

WASIO_BEGIN
namespace detail {

// The child runs in this set, inside its caller, until it reports that it has started. Then it
// moves into the group, and the caller continues.
class StartSet : public TaskSet {
 public:
  using wasio_awaitable = void;

  StartSet(StartSet&& other) : group_(other.group_), name_(other.name_), eager_(other.eager_) {}

  // Called once, when the child has started. False: the caller is cancelled, and the child stays
  // here.
  bool hand_over();

 protected:
  StartSet(TaskGroup& group, const SpawnOptions& options)
      : group_(&group), name_(options.name), eager_(options.eager) {}
  ~StartSet() = default;

  // False: refused; the awaiting frame fails.
  bool open(Frame& awaiting);
  void run(Frame& awaiting, TaskRecord& child);

  TaskGroup* group_;
  std::string_view name_;
  bool eager_;
  bool started_ = false;

 private:
  std::string_view what() const override { return "start"; }
  Next resumed(TaskRecord& caller) override;
};

template <class V>
class StartValue : public StartSet {
 public:
  Slot<V> value;

 protected:
  using StartSet::StartSet;
  StartValue(StartValue&&) = default;
  // A value that was not delivered: the runtime is gone.
  ~StartValue() {
    if (started_) value.destroy();
  }
};

template <class V, class F>
class StartedBody;

Error started_twice();

} // namespace detail

// Passed to a child spawned by `TaskGroup::start`, which calls it to report that it has started.
// Lives as long as the child's body.
template <class V = void>
class Started {
 public:
  Started& operator=(const Started&) = delete;

  // `co_await started(value)` reports that the child has started. `start` returns the value to its
  // caller, and the child continues under the group's cancels and shields instead of its caller's.
  // A second call fails with `already_started`, a `misuse`. If the caller is cancelled, the value
  // is dropped, the child ends at its next checkpoint, and `start` then ends as cancelled. Not a
  // checkpoint itself. O(scopes and tasks inside the child).
  [[nodiscard("co_await started(value)")]]
  Result<> operator()(std::conditional_t<std::is_void_v<V>, std::monostate, V> value)
    requires(!std::is_void_v<V>)
  {
    return tell(std::forward<V>(value));
  }
  [[nodiscard("co_await started()")]] Result<> operator()()
    requires std::is_void_v<V>
  {
    return tell();
  }

 private:
  template <class W, class F>
  friend class detail::StartedBody;

  explicit Started(detail::StartValue<V>& start) : start_(&start) {}
  Started(Started&&) = default; // before the child begins

  template <class... Value>
  Result<> tell(Value&&... value) {
    auto* const start = std::exchange(start_, nullptr);
    if (!start) return std::unexpected(detail::started_twice());
    if (start->hand_over()) start->value.put(std::forward<Value>(value)...);
    return {};
  }

  detail::StartValue<V>* start_; // null once the child has reported
};

// What `TaskGroup::start_task` returns: the value passed to `started`, and the task's handle.
template <class V, class T>
struct StartedTask {
  V value;
  TaskHandle<T> handle;
};

namespace detail {

// The child's body: the function and the Started object that it is called with.
template <class V, class F>
class StartedBody {
 public:
  StartedBody(StartValue<V>& start, F&& function)
      : function_(std::move(function)), started_(start) {}

  WASIO_CORO_WRAPPER auto operator()() { return callee(function_)(started_); }

 private:
  F function_;
  Started<V> started_;
};

// Where a `start` keeps its child's handle, or not.
struct NoHandle {
  void refer_to(TaskRecord&) {}
};
template <class T>
struct KeptHandle {
  using Value = T;

  void refer_to(SpawnedTask<T>& child) { handle = handle_to(child); }

  TaskHandle<T> handle;
};

template <class V, class F, class H = NoHandle>
class [[nodiscard("start runs only when it is awaited")]] Start final : public StartValue<V> {
 public:
  template <class U>
  Start(TaskGroup& group, const SpawnOptions& options, CallPlace at, U&& function)
      : StartValue<V>(group, options), at_(at), function_(std::forward<U>(function)) {}

  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> awaiting) {
    Frame& frame = frame_of(awaiting);
    if (!this->open(frame)) return;
    auto* const child =
        make_child(StartedBody<V, F>(*this, std::move(function_)), this->name_, at_);
    if (!child) return leave_with_error(frame, no_memory());
    kept_.refer_to(*child);
    this->run(frame, *child);
  }
  auto await_resume() -> decltype(auto) {
    this->started_ = false;
    if constexpr (std::same_as<H, NoHandle>) {
      return this->value.take();
    } else if constexpr (std::is_void_v<V>) {
      return auto(std::move(kept_.handle));
    } else {
      return StartedTask<V, typename H::Value>{this->value.take(), std::move(kept_.handle)};
    }
  }

 private:
  CallPlace at_;
  F function_;
  [[no_unique_address]] H kept_;
};

} // namespace detail

template <class V, class F>
auto TaskGroup::start(F&& function, SpawnOptions options, detail::CallPlace at) {
  return detail::Start<V, std::decay_t<F>>(*this, options, at, std::forward<F>(function));
}

template <class V, class F>
auto TaskGroup::start_task(F&& function, SpawnOptions options, detail::CallPlace at) {
  using Kept = std::decay_t<F>;
  using Handle = detail::KeptHandle<body_result_t<detail::StartedBody<V, Kept>>>;
  return detail::Start<V, Kept, Handle>(*this, options, at, std::forward<F>(function));
}

WASIO_END
