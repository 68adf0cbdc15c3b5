// Pipelines of sequences: `numbers | filter(is_odd) | take(10) | collect()`.
#pragma once

#include <wasio/async_generator.h>
#include <wasio/attempt.h>
#include <wasio/channel.h>
#include <wasio/duration.h>
#include <wasio/fail.h>
#include <wasio/pacer.h>
#include <wasio/sleep.h>
#include <wasio/task_group.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

WASIO_BEGIN
namespace detail {

// The right operands of `|`: an Adaptor turns a generator into another one, a Terminal turns it
// into a Task.
template <class F>
struct Adaptor {
  F apply;
};
template <class F>
struct Terminal {
  F apply;
};
template <class F>
Adaptor(F) -> Adaptor<F>;
template <class F>
Terminal(F) -> Terminal<F>;

// Makes a value awaitable, so that one `co_await` serves plain and asynchronous functions.
template <class T>
struct Ready {
  using wasio_awaitable = void;
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  T await_resume() { return static_cast<T&&>(value); }
  T value;
};
template <>
struct Ready<void> : std::suspend_never {
  using wasio_awaitable = void;
};

// Calls a function that returns a value or something to await.
template <class F, class... Args>
WASIO_CORO_WRAPPER auto call(F& function, Args&&... args) {
  using Returned = std::invoke_result_t<F&, Args...>;
  if constexpr (DirectBody<Returned>) {
    return callee(function)(std::forward<Args>(args)...);
  } else if constexpr (std::is_void_v<Returned>) {
    function(std::forward<Args>(args)...);
    return Ready<void>();
  } else {
    return Ready<Returned>{function(std::forward<Args>(args)...)};
  }
}
template <class F, class... Args>
using CallResult = DirectResult<decltype(call(std::declval<F&>(), std::declval<Args>()...))>::type;

// The item of type T in an `optional<T>` or behind a `T*`.
template <class T, class Item>
T&& item_in(Item& item) {
  return static_cast<T&&>(*item);
}

template <class T, class P>
AsyncGenerator<T> filtered(AsyncGenerator<T> source, P wanted) {
  while (auto item = co_await source.next())
    if (co_await call(wanted, std::as_const(*item))) co_yield item_in<T>(item);
}

template <class U, class T, class F>
AsyncGenerator<U> transformed(AsyncGenerator<T> source, F function) {
  while (auto item = co_await source.next()) co_yield co_await call(function, item_in<T>(item));
}

template <class T>
AsyncGenerator<T> taken(AsyncGenerator<T> source, std::size_t count) {
  for (; count > 0; --count) {
    auto item = co_await source.next();
    if (!item) co_return;
    co_yield item_in<T>(item);
  }
}

template <class T, class P>
AsyncGenerator<T> taken_while(AsyncGenerator<T> source, P wanted) {
  for (;;) {
    auto item = co_await source.next();
    if (!item || !co_await call(wanted, std::as_const(*item))) co_return;
    co_yield item_in<T>(item);
  }
}

template <class T>
AsyncGenerator<std::pair<std::size_t, T>> enumerated(AsyncGenerator<T> source, std::size_t number) {
  for (; auto item = co_await source.next(); ++number)
    co_yield std::pair<std::size_t, T>(number, item_in<T>(item));
}

template <class T>
AsyncGenerator<std::vector<Stored<T>>> in_chunks(AsyncGenerator<T> source, std::size_t size) {
  if (size == 0) co_await fail(errors::misuse, "chunk(): size must not be 0");
  std::vector<Stored<T>> chunk;
  while (auto item = co_await source.next()) {
    chunk.push_back(item_in<T>(item));
    if (chunk.size() == size) co_yield std::exchange(chunk, {});
  }
  if (!chunk.empty()) co_yield std::move(chunk);
}

template <class T, class U>
AsyncGenerator<std::pair<T, U>> zipped(AsyncGenerator<T> first, AsyncGenerator<U> second) {
  for (;;) {
    auto left = co_await first.next();
    if (!left) co_return;
    auto right = co_await second.next();
    if (!right) co_return;
    co_yield std::pair<T, U>(item_in<T>(left), item_in<U>(right));
  }
}

template <class T, class F>
Task<> each(AsyncGenerator<T> source, F function) {
  while (auto item = co_await source.next()) co_await call(function, item_in<T>(item));
}

template <class T, class F>
Task<> each_of(AsyncGenerator<T>& source, F function) {
  while (auto item = co_await source.next()) co_await call(function, item_in<T>(item));
}

// What a generator over a range yields: lvalues as references, all else as values.
template <class R>
using ItemOf = std::conditional_t<std::is_lvalue_reference_v<std::ranges::range_reference_t<R>>,
                                  std::ranges::range_reference_t<R>,
                                  std::remove_cvref_t<std::ranges::range_reference_t<R>>>;

template <std::ranges::view V>
AsyncGenerator<ItemOf<V>> paced(V range, Pacer pace) {
  for (auto&& item : range) {
    co_yield static_cast<decltype(item)&&>(item);
    co_await pace();
  }
}

template <class T>
Task<std::vector<Stored<T>>> collected(AsyncGenerator<T> source) {
  std::vector<Stored<T>> all;
  while (auto item = co_await source.next()) all.push_back(item_in<T>(item));
  co_return all;
}

template <class T, class A, class F>
Task<A> folded(AsyncGenerator<T> source, A first, F function) {
  std::optional<A> value(std::move(first)); // A need not be assignable
  while (auto item = co_await source.next())
    value.emplace(co_await call(function, *std::move(value), item_in<T>(item)));
  co_return *std::move(value);
}

template <class T>
Task<> feed_channel(AsyncGenerator<T> source, Sender<T> sender) {
  while (auto item = co_await source.next()) {
    const auto sent = co_await attempt(sender.send(item_in<T>(item)));
    if (!sent) co_return; // no receiver is left
  }
}

} // namespace detail

template <class T, class F>
WASIO_CORO_WRAPPER auto operator|(AsyncGenerator<T> source, detail::Adaptor<F> adaptor) {
  return adaptor.apply(std::move(source));
}
template <class T, class F>
WASIO_CORO_WRAPPER auto operator|(AsyncGenerator<T> source, detail::Terminal<F> terminal) {
  return terminal.apply(std::move(source));
}

// Adaptors. Each is lazy, keeps the order, owns its source, and destroys it at its own end.
// Functions are stored; they may be plain or return something to await, such as a Task. An error of
// a function ends the sequence and propagates from `next`. O(1) for each item.

// The items for which `wanted(const T&)` returns true.
template <class P>
auto filter(P wanted) {
  return detail::Adaptor(
      [wanted = std::move(wanted)]<class T> WASIO_CORO_WRAPPER(AsyncGenerator<T> source) mutable {
        return detail::filtered(std::move(source), std::move(wanted));
      });
}

// The result of `function(T)` for each item.
template <class F>
auto transform(F function) {
  return detail::Adaptor([function = std::move(function)]<class T> WASIO_CORO_WRAPPER(
                             AsyncGenerator<T> source) mutable {
    return detail::transformed<detail::CallResult<F, T>>(std::move(source), std::move(function));
  });
}

// The first `count` items; requests no more than those.
inline auto take(std::size_t count) {
  return detail::Adaptor([count]<class T> WASIO_CORO_WRAPPER(AsyncGenerator<T> source) {
    return detail::taken(std::move(source), count);
  });
}

// The items before the first one for which `wanted(const T&)` returns false.
template <class P>
auto take_while(P wanted) {
  return detail::Adaptor(
      [wanted = std::move(wanted)]<class T> WASIO_CORO_WRAPPER(AsyncGenerator<T> source) mutable {
        return detail::taken_while(std::move(source), std::move(wanted));
      });
}

// Pairs of a number, counting from `first`, and the item.
inline auto enumerate(std::size_t first = 0) {
  return detail::Adaptor([first]<class T> WASIO_CORO_WRAPPER(AsyncGenerator<T> source) {
    return detail::enumerated(std::move(source), first);
  });
}

// Vectors of `size` items; the last one holds the rest. A `size` of 0 fails with `misuse`.
inline auto chunk(std::size_t size) {
  return detail::Adaptor([size]<class T> WASIO_CORO_WRAPPER(AsyncGenerator<T> source) {
    return detail::in_chunks(std::move(source), size);
  });
}

// Pairs of an item and one of `other`, until either sequence ends. Takes the item first, then that
// of `other`.
template <class U>
auto zip(AsyncGenerator<U> other) {
  return detail::Adaptor(
      [other = std::move(other)]<class T> WASIO_CORO_WRAPPER(AsyncGenerator<T> source) mutable {
        return detail::zipped(std::move(source), std::move(other));
      });
}

// Terminal operations: a Task that takes all items and destroys the sequence at its end.

// Calls `function(T)` for each item.
template <class F>
auto for_each(F function) {
  return detail::Terminal([function = std::move(function)]<class T> WASIO_CORO_WRAPPER(
                              AsyncGenerator<T> source) mutable {
    return detail::each(std::move(source), std::move(function));
  });
}

// The same as a function. A generator that is passed as an rvalue is owned and destroyed at the
// end; an lvalue is used where it is, and may continue after an error of the function.
template <class T, class F>
WASIO_CORO_WRAPPER Task<> for_each(AsyncGenerator<T>&& source, F function) {
  return detail::each(std::move(source), std::move(function));
}
template <class T, class F>
WASIO_CORO_WRAPPER Task<> for_each(AsyncGenerator<T>& source WASIO_LIFETIMEBOUND, F function) {
  return detail::each_of(source, std::move(function));
}

// Returns a vector of all items.
inline auto collect() {
  return detail::Terminal([]<class T> WASIO_CORO_WRAPPER(AsyncGenerator<T> source) {
    return detail::collected(std::move(source));
  });
}

// Replaces `value` with `function(value, T)` for each item, and returns the final value.
template <class A, class F>
auto fold(A value, F function) {
  return detail::Terminal(
      [value = std::move(value), function = std::move(function)]<class T> WASIO_CORO_WRAPPER(
          AsyncGenerator<T> source) mutable {
        return detail::folded(std::move(source), std::move(value), std::move(function));
      });
}

// Sources.

// The items received from the channel, until its end.
template <class T>
AsyncGenerator<T> items(Receiver<T> receiver) {
  while (auto item = co_await receiver.receive()) co_yield std::move(*item);
}

// `co_await for_each(chunked(rows, 2ms), weigh)`: the elements of a range, with a checkpoint
// whenever the budget is used up: a time, or a number of elements (see Pacer). For long
// computations, which would otherwise keep cancels and other tasks waiting. A range that is an
// lvalue must outlive the generator, whose values are then references to its elements.
template <std::ranges::viewable_range R>
WASIO_CORO_WRAPPER auto chunked(R&& range, Duration budget) {
  return detail::paced(std::views::all(std::forward<R>(range)), Pacer(budget));
}
template <std::ranges::viewable_range R>
WASIO_CORO_WRAPPER auto chunked(R&& range, std::uint32_t count) {
  return detail::paced(std::views::all(std::forward<R>(range)), Pacer(count));
}

// Yields the numbers 1, 2, 3, …, each once that many periods have passed since the first was
// requested. A consumer that is late for several gets only the last of them, recognisable by its
// number; the rhythm is kept. Fails with `misuse` if the period is not greater than 0, or NaN.
AsyncGenerator<std::uint64_t> interval(Duration period);

// Runs the generator in a task of the group and returns a channel that delivers its items. The task
// ends with the generator, or at its next item once the last receiver is gone; an error of the
// generator is an error of the group. O(1).
template <class T>
Receiver<T> as_channel(TaskGroup& group, AsyncGenerator<T> source, std::size_t capacity) {
  auto ends = channel<T>(capacity);
  group.spawn(detail::feed_channel(std::move(source), std::move(ends.sender)));
  return std::move(ends.receiver);
}

WASIO_END
