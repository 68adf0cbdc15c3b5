// Sequences whose parts run concurrently.
#pragma once

#include <wasio/cancel_scope.h>
#include <wasio/gather.h>
#include <wasio/pipeline.h>
#include <wasio/semaphore.h>

#include <map>
#include <tuple>

WASIO_BEGIN
namespace detail {

// A sequence that needs tasks of its own: `run(consume)` is a Task that runs them concurrently with
// `consume(AsyncGenerator<T>)`, and ends when all of them have ended. Only a terminal operation
// runs a flow, so the tasks have an owner that outlives them.
template <class T, class Run>
struct Flow {
  using value_type = T;
  Run run;
};
template <class T, class Run>
auto make_flow(Run run) {
  return Flow<T, Run>{std::move(run)};
}

// Turns a generator into a flow.
template <class F>
struct Spreading {
  F apply;
};
template <class F>
Spreading(F) -> Spreading<F>;

template <class R>
Task<R> then_cancel(Task<R> work, CancelScope& producing) {
  if constexpr (std::is_void_v<R>) {
    co_await std::move(work);
    producing.cancel();
  } else {
    R result = co_await std::move(work);
    producing.cancel();
    co_return result;
  }
}

// Runs the producers, and cancels them when the consumer ends.
template <class R, class Producers>
Task<R> consume_from(Task<R> consumer, Producers producers) {
  CancelScope producing;
  auto results = co_await gather(then_cancel(std::move(consumer), producing),
                                 producing.run(std::move(producers)));
  if constexpr (!std::is_void_v<R>) co_return std::get<0>(std::move(results));
}

template <class T>
Task<> send_merged(std::vector<AsyncGenerator<T>> sources, Sender<T> sender) {
  std::vector<Task<>> parts;
  parts.reserve(sources.size());
  for (auto& source : sources) parts.push_back(feed_channel(std::move(source), sender));
  sender.close();
  co_await gather(std::move(parts));
}

template <class C, class T>
using ConsumedBy = std::invoke_result_t<C&, AsyncGenerator<T>>::value_type;

// The receiver stays open until the producers have ended, so that a send that is no longer wanted
// is cancelled instead of failing.
template <class T, class C>
Task<ConsumedBy<C, T>> run_merged(std::vector<AsyncGenerator<T>> sources, C consume) {
  auto ends = channel<T>(0);
  co_return co_await consume_from(consume(items(ends.receiver)),
                                  send_merged(std::move(sources), std::move(ends.sender)));
}

// An item and its position in the sequence.
template <class T>
using Numbered = std::pair<std::size_t, T>;

// Sends each item with its number. `window` limits the items in flight.
template <class T>
Task<> send_numbered(AsyncGenerator<T> source, Sender<Numbered<T>> work, Semaphore& window) {
  for (std::size_t number = 0;; ++number) {
    auto room = co_await window.acquire();
    auto item = co_await source.next();
    if (!item) co_return;
    room.forget(); // released when the result is yielded
    co_await work.send({number, item_in<T>(item)});
  }
}

template <class U, class T, class F>
Task<> work_off(wasio::Receiver<Numbered<T>> work, F& function, Sender<Numbered<U>> results) {
  while (auto item = co_await work.receive())
    co_await results.send({item->first, co_await call(function, std::move(item->second))});
}

template <class U>
AsyncGenerator<U> in_order(wasio::Receiver<Numbered<U>> results, Semaphore& window) {
  std::map<std::size_t, U> early;
  std::size_t next = 0;
  while (auto result = co_await results.receive()) {
    early.insert(std::move(*result));
    for (; !early.empty() && early.begin()->first == next; ++next) {
      auto node = early.extract(early.begin());
      window.release();
      co_yield std::move(node.mapped());
    }
  }
}

template <class U>
AsyncGenerator<U> as_they_come(wasio::Receiver<Numbered<U>> results, Semaphore& window) {
  while (auto result = co_await results.receive()) {
    window.release();
    co_yield std::move(result->second);
  }
}

template <class U, class T, class F>
Task<> send_transformed(AsyncGenerator<T> source, F& function, std::size_t workers,
                        Sender<Numbered<U>> results, Semaphore& window) {
  auto work = channel<Numbered<T>>(0);
  std::vector<Task<>> parts;
  parts.reserve(workers + 1);
  parts.push_back(send_numbered(std::move(source), std::move(work.sender), window));
  for (std::size_t i = 0; i < workers; ++i)
    parts.push_back(work_off<U>(work.receiver, function, results));
  results.close();
  co_await gather(std::move(parts));
}

} // namespace detail

struct Concurrency {
  std::size_t concurrency = 1; // the most calls that run concurrently
  // true: results come in the order of their items, however long each takes; false: in order of
  // completion.
  bool ordered = true;
};

namespace detail {

template <class T, class F, class C>
Task<ConsumedBy<C, CallResult<F, T>>> run_transformed(AsyncGenerator<T> source, F function,
                                                      Concurrency how, C consume) {
  using U = CallResult<F, T>;
  if (how.concurrency == 0) co_await fail(errors::misuse, "transform(): concurrency must not be 0");
  Semaphore window(how.concurrency);
  auto ends = channel<Numbered<U>>(0);
  auto results =
      how.ordered ? in_order(ends.receiver, window) : as_they_come(ends.receiver, window);
  co_return co_await consume_from(consume(std::move(results)),
                                  send_transformed<U>(std::move(source), function, how.concurrency,
                                                      std::move(ends.sender), window));
}

} // namespace detail

template <class T, class F>
auto operator|(AsyncGenerator<T> source, detail::Spreading<F> spreading) {
  return spreading.apply(std::move(source));
}

template <class T, class Run, class F>
auto operator|(detail::Flow<T, Run> flow, detail::Adaptor<F> adaptor) {
  using U = std::invoke_result_t<F&, AsyncGenerator<T>>::value_type;
  return detail::make_flow<U>([flow = std::move(flow),
                               adaptor =
                                   std::move(adaptor)] WASIO_CORO_WRAPPER(auto consume) mutable {
    return flow.run([adaptor = std::move(adaptor), consume = std::move(consume)] WASIO_CORO_WRAPPER(
                        AsyncGenerator<T> source) mutable {
      return consume(adaptor.apply(std::move(source)));
    });
  });
}

template <class T, class Run, class F>
auto operator|(detail::Flow<T, Run> flow, detail::Spreading<F> spreading) {
  using U = decltype(spreading.apply(std::declval<AsyncGenerator<T>>()))::value_type;
  return detail::make_flow<U>(
      [flow = std::move(flow),
       spreading = std::move(spreading)] WASIO_CORO_WRAPPER(auto consume) mutable {
        return flow.run(
            [spreading = std::move(spreading),
             consume = std::move(consume)] WASIO_CORO_WRAPPER(AsyncGenerator<T> source) mutable {
              return spreading.apply(std::move(source)).run(std::move(consume));
            });
      });
}

template <class T, class Run, class F>
WASIO_CORO_WRAPPER auto operator|(detail::Flow<T, Run> flow, detail::Terminal<F> terminal) {
  return flow.run(std::move(terminal.apply));
}

// The functions below do not return a generator, but a sequence that can only be piped into
// adaptors and a terminal operation: `for_each`, `collect` or `fold` owns the tasks, and all of
// them have ended when it ends. It fails with the first error itself, with later ones in its
// `others()`.

// Runs all sources concurrently and yields their items as they arrive.
template <class T>
auto merge(std::vector<AsyncGenerator<T>> sources) {
  return detail::make_flow<T>(
      [sources = std::move(sources)] WASIO_CORO_WRAPPER(auto consume) mutable {
        return detail::run_merged(std::move(sources), std::move(consume));
      });
}
template <class T, std::same_as<AsyncGenerator<T>>... More>
auto merge(AsyncGenerator<T> first, More... more) {
  std::vector<AsyncGenerator<T>> sources;
  sources.push_back(std::move(first));
  (sources.push_back(std::move(more)), ...);
  return merge(std::move(sources));
}

// `transform(function, {.concurrency = 8, .ordered = false})`: the result of `function(T)` for each
// item, with up to `concurrency` concurrent calls. The items taken from the source and not yet
// yielded as results, running calls included, are never more than that. 0 fails with `misuse`.
template <class F>
auto transform(F function, Concurrency how) {
  return detail::Spreading(
      [function = std::move(function), how]<class T>(AsyncGenerator<T> source) mutable {
        using U = detail::CallResult<F, T>;
        return detail::make_flow<U>([source = std::move(source), function = std::move(function),
                                     how] WASIO_CORO_WRAPPER(auto consume) mutable {
          return detail::run_transformed(std::move(source), std::move(function), how,
                                         std::move(consume));
        });
      });
}

WASIO_END
