// Runs several bodies concurrently and returns all their values, or all their outcomes.
#pragma once

#include <wasio/detail/branch.h>
#include <wasio/outcome.h>

#include <cstddef>
#include <limits>

WASIO_BEGIN
namespace detail {

// The first failure cancels the other branches.
class GatherSet : public BranchSet {
 protected:
  GatherSet() = default;
  GatherSet(GatherSet&&) = default;
  ~GatherSet() = default;

 private:
  std::string_view what() const override { return "gather"; }
  Next resumed(TaskRecord& host) override;
};

template <class... Bs>
class [[nodiscard("gather runs only when it is awaited")]] Gather final
    : public BranchTuple<GatherSet, Branch<Bs>...> {
 public:
  using BranchTuple<GatherSet, Branch<Bs>...>::BranchTuple;

  std::tuple<Element<typename Branch<Bs>::Value>...> await_resume() {
    return std::apply(
        [](auto&... branch) {
          return std::tuple<Element<typename Branch<Bs>::Value>...>(take_value(branch)...);
        },
        this->branches_);
  }
};

template <class B, class Base = BranchRange<GatherSet, B>>
class [[nodiscard("gather runs only when it is awaited")]] GatherRange final : public Base {
 public:
  using Base::Base;

  auto await_resume() {
    using Value = Branch<B>::Value;
    if constexpr (!std::is_void_v<Value>) {
      std::vector<Stored<Value>> values;
      values.reserve(this->branches_.size());
      for (auto& branch : this->branches_) values.emplace_back(take_value(branch));
      return values;
    }
  }
};

// No branch's end affects another.
class SettledSet : public BranchSet {
 protected:
  SettledSet() = default;
  SettledSet(SettledSet&&) = default;
  ~SettledSet() = default;
  void child_ended(TaskRecord& branch, Ending how) override;

 private:
  std::string_view what() const override { return "gather_settled"; }
  Next resumed(TaskRecord& host) override;
};

template <class... Bs>
class [[nodiscard("gather_settled runs only when it is awaited")]] GatherSettled final
    : public BranchTuple<SettledSet, Branch<Bs>...> {
 public:
  using BranchTuple<SettledSet, Branch<Bs>...>::BranchTuple;

  std::tuple<Outcome<typename Branch<Bs>::Value>...> await_resume() {
    return std::apply(
        [](auto&... branch) {
          return std::tuple<Outcome<typename Branch<Bs>::Value>...>(take_outcome(branch)...);
        },
        this->branches_);
  }
};

template <class B, class Base = BranchRange<SettledSet, B>>
class [[nodiscard("gather_settled runs only when it is awaited")]] GatherSettledRange final
    : public Base {
 public:
  using Base::Base;

  auto await_resume() {
    std::vector<Outcome<typename Branch<B>::Value>> outcomes;
    outcomes.reserve(this->branches_.size());
    for (auto& branch : this->branches_) outcomes.push_back(take_outcome(branch));
    return outcomes;
  }
};

} // namespace detail

// How `gather` and `gather_settled` run the bodies of a range.
struct GatherOptions {
  // The most bodies that run concurrently; the others begin in the order of the range, each when
  // one has ended. 0 fails with `misuse`.
  std::size_t concurrency = std::numeric_limits<std::size_t>::max();
};

// `co_await gather(a, b, ...)` runs the bodies concurrently, each as a task, and returns their
// values as a tuple in argument order, with `monostate` for bodies without a value. The first
// failure cancels the others; when all have ended it propagates as itself, with later errors in its
// `others()`. A cancel from outside reaches every branch. Not a checkpoint itself. O(branches).
template <Body... Bs>
auto gather(Bs&&... bodies WASIO_LIFETIMEBOUND) {
  return detail::Gather<std::decay_t<Bs>...>(std::in_place, std::forward<Bs>(bodies)...);
}

// The same for a range, whose elements are moved from even if it is an lvalue. Returns a vector, or
// nothing if the bodies have no values. An empty range completes immediately.
template <detail::BodyRange R>
auto gather(R&& bodies WASIO_LIFETIMEBOUND) {
  return detail::GatherRange<std::ranges::range_value_t<R>>(std::forward<R>(bodies));
}

// `co_await gather(bodies, {.concurrency = 8})`: the same with a limit. The values are returned in
// the order of the range, whatever the order of completion. After a failure or a cancel, bodies
// that have not begun never begin.
template <detail::BodyRange R>
auto gather(R&& bodies WASIO_LIFETIMEBOUND, GatherOptions options) {
  using B = std::ranges::range_value_t<R>;
  return detail::GatherRange<B, detail::LimitedBranchRange<detail::GatherSet, B>>(
      std::forward<R>(bodies), options.concurrency);
}

// `co_await gather_settled(a, b, ...)` runs the bodies concurrently, each to its end whatever
// happens to the others, and returns a tuple of their Outcomes in argument order. A cancel from
// outside reaches every branch; if it ended one, the whole ends as cancelled, and the errors of the
// others go to the unhandled-error hook. Not a checkpoint itself. O(branches).
template <Body... Bs>
auto gather_settled(Bs&&... bodies WASIO_LIFETIMEBOUND) {
  return detail::GatherSettled<std::decay_t<Bs>...>(std::in_place, std::forward<Bs>(bodies)...);
}

// The same for a range, whose elements are moved from even if it is an lvalue. Returns a vector of
// Outcomes. An empty range completes immediately.
template <detail::BodyRange R>
auto gather_settled(R&& bodies WASIO_LIFETIMEBOUND) {
  return detail::GatherSettledRange<std::ranges::range_value_t<R>>(std::forward<R>(bodies));
}

// The same with a limit: `co_await gather_settled(bodies, {.concurrency = 8})`. A failure does not
// keep the bodies that have not begun from beginning; a cancel from outside does.
template <detail::BodyRange R>
auto gather_settled(R&& bodies WASIO_LIFETIMEBOUND, GatherOptions options) {
  using B = std::ranges::range_value_t<R>;
  return detail::GatherSettledRange<B, detail::LimitedBranchRange<detail::SettledSet, B>>(
      std::forward<R>(bodies), options.concurrency);
}

WASIO_END
