// Runs several bodies concurrently and delivers each outcome as soon as it is there.
#pragma once

#include <wasio/detail/branch.h>
#include <wasio/outcome.h>

#include <optional>

WASIO_BEGIN
namespace detail {

// While the branches run, the host hands over the outcomes of those that have ended, one after
// another: for each it runs the function's frames above this boundary, inside the set's scope.
class CompletionSet : public BranchSet, public InnerBoundary {
 public:
  CompletionSet() { heeds_all_ = true; }

 protected:
  CompletionSet(CompletionSet&&) = default;
  ~CompletionSet() = default;

  // Makes the function's first frame, called with the outcome of this branch. Null: memory is
  // exhausted.
  virtual Frame* hand_over(TaskRecord& branch) = 0;
  Next body_ended(TaskRecord& host, Ending how) override;

  // All outcomes have been handed over.
  bool whole() const { return !stopped_; }

  Slot<bool> more_; // what the function returned last, if it returns a bool

 private:
  std::string_view what() const override { return "as_completed"; }
  void child_ended(TaskRecord& branch, Ending how) override;
  Next resumed(TaskRecord& host) override;
  Hold before_unwind(TaskRecord& host, Ending how) override;
  Next go_on(TaskRecord& host);
  void stop_because(const char* reason);
  void keep_or_report_the_rest();

  List<TaskRecord> completed_; // not handed over yet, in order of completion
  bool stopped_ = false;       // no further outcomes are handed over
  bool unwinding_ = false;     // the host waits, and the function's frames still exist
};

// Wraps a plain function that returns whether to continue in a coroutine.
template <class F, class... Args>
Task<bool> ask_in_task(Carrier, F& function, Args&&... args) {
  co_return function(std::forward<Args>(args)...);
}

// The function as a body. It returns a Task or an awaitable whose value is nothing or a bool, or it
// returns nothing or a bool itself.
template <class F, class B>
struct Receiver {
  using Given = Outcome<typename Branch<B>::Value>;

  F function;

  WASIO_CORO_WRAPPER auto operator()(std::size_t& index, Branch<B>& branch,
                                     std::optional<Given>& outcome) {
    outcome.emplace(take_outcome(branch));
    if constexpr (std::same_as<std::invoke_result_t<F&, std::size_t, Given>, bool>) {
      return ask_in_task(Carrier(), function, index, *std::move(outcome));
    } else {
      return callee(function)(auto(index), *std::move(outcome));
    }
  }
};

template <class B, class F>
class [[nodiscard("as_completed runs only when it is awaited")]] AsCompleted final
    : public BranchRange<CompletionSet, B> {
  using Base = BranchRange<CompletionSet, B>;
  using Given = Outcome<typename Base::Value>;
  using Function = Receiver<F, B>;
  using Said = BodyResult<Function, std::size_t&, Branch<B>&, std::optional<Given>&>::type;
  static_assert(std::is_void_v<Said> || std::same_as<Said, bool>,
                "as_completed(): the function must return nothing, or a bool: whether to continue");

 public:
  template <class R, class U>
  AsCompleted(R&& bodies, U&& function)
      : Base(std::forward<R>(bodies)),
        function_(std::in_place, Function{std::forward<U>(function)}) {}

  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> awaiting) {
    this->parent = &frame_of(awaiting);
    Base::await_suspend(awaiting);
  }
  Said await_resume() {
    if constexpr (!std::is_void_v<Said>) return this->whole();
  }

 private:
  Frame* hand_over(TaskRecord& record) override {
    index_ = this->index_of(record);
    return release_frame(function_.begin(index_, this->branches_[index_], outcome_));
  }
  Next body_ended(TaskRecord& host, Ending how) override {
    outcome_.reset();
    return Base::body_ended(host, how);
  }

  BodyHolder<Function> function_;
  std::size_t index_ = 0;
  std::optional<Given> outcome_; // set while the function runs
};

} // namespace detail

// `co_await as_completed(bodies, function)` runs the bodies of a range concurrently, each as a
// task, and calls `function(index, outcome)` for each in the order in which they end: one call at a
// time, in the awaiting task. `index` is the position in the range and `outcome` an rvalue
// `Outcome<T>`; a reference to it stays valid until the function has ended. The function is plain
// or a coroutine.
//
// - It returns nothing, or a bool: false cancels and awaits the bodies that still run. Then
//   as_completed returns a bool too: whether all outcomes were handed over.
// - If it fails, the bodies are cancelled and awaited, and its error propagates as itself, with the
//   errors that were not handed over in its `others()`. In all other cases such errors go to the
//   unhandled-error hook.
// - A cancel from outside reaches the function and the bodies. The outcomes of bodies that had
//   ended are still handed over; if the cancel ended any body or the function, the whole ends as
//   cancelled.
// The elements of the range are moved from, even if it is an lvalue. Not a checkpoint itself.
// O(bodies).
template <detail::BodyRange R, class F>
  requires std::invocable<std::decay_t<F>&, std::size_t,
                          Outcome<body_result_t<std::ranges::range_value_t<R>>>>
auto as_completed(R&& bodies WASIO_LIFETIMEBOUND, F&& function WASIO_LIFETIMEBOUND) {
  return detail::AsCompleted<std::ranges::range_value_t<R>, std::decay_t<F>>(
      std::forward<R>(bodies), std::forward<F>(function));
}

WASIO_END
