// Handles the errors of a group by kind.
#pragma once

#include <wasio/detail/combinator.h>

#include <array>
#include <span>
#include <tuple>

WASIO_BEGIN
namespace detail {

// Handles the errors of one kind.
class ErrorHandler {
 public:
  explicit ErrorHandler(const ErrorKind& kind) : kind(&kind) {}

  // Makes its first frame. Null: memory is exhausted.
  virtual Frame* begin(const Error& part) = 0;

  const ErrorKind* kind;

 protected:
  ~ErrorHandler() = default;
};

template <class H>
class OnKind final : public ErrorHandler {
  static_assert(std::is_void_v<typename BodyResult<H, const Error&>::type>,
                "on(): the handler must not return a value");

 public:
  template <class U>
  OnKind(const ErrorKind& kind, U&& handler)
      : ErrorHandler(kind), handler_(std::in_place, std::forward<U>(handler)) {}

 private:
  Frame* begin(const Error& part) override { return release_frame(handler_.begin(part)); }

  BodyHolder<H> handler_;
};

// What happens after the body: each handler in turn takes its part of the error, and the rest
// propagates.
class CatchRun : public Stage {
 public:
  Boundary::Hold before_unwind(TaskRecord& task, Ending how) const;
  Next body_ended(TaskRecord& task, Ending how);

  template <class T>
  Maybe<T> result(Slot<T>& slot) {
    if (!has_value_) return {};
    return MaybeShape<T>::some(slot);
  }

 protected:
  void open(InnerBoundary& boundary, std::span<ErrorHandler* const> handlers);

 private:
  bool handles(const Error& error) const;
  Next next_handler(TaskRecord& task);
  Next finish(TaskRecord& task);

  InnerBoundary* boundary_ = nullptr;
  std::span<ErrorHandler* const> left_; // handlers whose turn is still to come
  Error rest_;                          // what no handler has taken
  Error part_;                          // what the running handler has taken
  std::vector<Error> raised_;           // by handlers
  bool handling_ = false;               // the body has ended
  bool cancelled_ = false;              // a cancel ended a handler
  bool has_value_ = false;
};

template <class... Hs>
class CatchStage : public CatchRun {
 public:
  explicit CatchStage(OnKind<Hs>&&... handlers) : handlers_(std::move(handlers)...) {}

  bool enter(Frame&, InnerBoundary& boundary) {
    in_order_ = std::apply(
        [](auto&... handler) { return std::array<ErrorHandler*, sizeof...(Hs)>{&handler...}; },
        handlers_);
    open(boundary, in_order_);
    return true;
  }

 private:
  std::tuple<OnKind<Hs>...> handlers_;
  std::array<ErrorHandler*, sizeof...(Hs)> in_order_{};
};

} // namespace detail

// A handler for `catch_group`: a plain function or a coroutine that is called with a `const Error&`
// and returns nothing. The reference stays valid until the handler has ended.
template <class H>
  requires std::invocable<std::decay_t<H>&, const Error&>
detail::OnKind<std::decay_t<H>> on(const ErrorKind& kind WASIO_LIFETIMEBOUND,
                                   H&& handler WASIO_LIFETIMEBOUND) {
  return {kind, std::forward<H>(handler)};
}

// `co_await catch_group(body, on(kind, handler), ...)` runs the body and, if that fails, lets each
// handler take its part of the error, like `except*` in PEP 654. In turn, each handler gets a group
// of the leaves of its kind that earlier handlers did not match; if there are none it does not run.
// An error that is not a group is handed over as a group of one. Handlers run in the awaiting task,
// after the body's frames are gone.
//
// - Returns bool, optional<T> or T*: the body's value, or empty if its whole error was handled.
// - Errors that no handler matched propagate as a group that keeps its nesting and order; an error
//   of which no leaf was matched propagates unchanged.
// - A handler that fails does not prevent the others from running. Its error propagates; several of
//   them, or one and an unmatched rest, propagate as a new group whose last member is the rest.
// - A cancel propagates. If one ends a handler, the remaining handlers still run, up to their first
//   checkpoint; errors that are left propagate, and the cancel acts at the next checkpoint.
// Not a checkpoint itself. O(errors) for each handler, beyond body and handlers.
template <Body B, class... Hs>
  requires(sizeof...(Hs) > 0)
auto catch_group(B&& body WASIO_LIFETIMEBOUND, detail::OnKind<Hs>... handlers WASIO_LIFETIMEBOUND) {
  return detail::combine<detail::CatchStage<Hs...>>(std::forward<B>(body), std::move(handlers)...);
}

WASIO_END
