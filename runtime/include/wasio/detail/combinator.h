// The shared part of all combinators that run one body in the task that awaits them.
#pragma once

#include <wasio/body.h>

WASIO_BEGIN
namespace detail {

// `co_await combinator(body)` runs the body in the task that awaits it, on top of the awaiting
// frame, with the combinator as the boundary between the two. The stack, growing to the right:
//
//     awaited  ... awaiting frame | Combinator                  enter: it may refuse
//     running  ... awaiting frame | Combinator | body's frames
//     ending   ... awaiting frame | Combinator | body's frames  before_unwind: error, cancel only
//     ended    ... awaiting frame | Combinator                  body_ended
//
// body_ended lets the awaiting frame resume, fail or be cancelled; or it first starts something
// else (a cleanup, a wait for children) and decides once that has ended.
//
// The work is split in two. The Combinator, a template on the body, holds the body and the slot for
// its value, and lives in the awaiting frame. The Stage decides what the combinator means and does
// not depend on the body, so its code is not compiled anew for each body: attempt, catch_group,
// scopes, guards, exit stacks, groups and contexts are stages.
//
// A stage moves with its combinator until that is awaited. It hides those of these defaults that it
// needs to change:
struct Stage {
  // The combinator is awaited. False: it refuses, and has raised an error in the awaiting frame.
  bool enter(Frame&, InnerBoundary&) { return true; }
  // These two are as in Boundary.
  Boundary::Hold before_unwind(TaskRecord&, Ending) { return Boundary::Hold::stop; }
  void abandoned(TaskRecord&) {}
  // Whether the slot holds a value that the awaiter has not received. Asked once.
  bool take_value() { return false; }
  // It must define these two:
  //   Next body_ended(TaskRecord& task, Ending how);
  //   template <class T> auto result(Slot<T>& slot);   what the await returns
};

// `Args` is what the body is called with, if the stage has an `argument()` for it.
template <class B, class S, class... Args>
class [[nodiscard("a combinator runs only when it is awaited")]] Combinator final
    : public BodyBoundary<B, Args...> {
  using Base = BodyBoundary<B, Args...>;

 public:
  template <class U, class... StageArgs>
  explicit Combinator(std::in_place_t, U&& body, StageArgs&&... args)
      : Base(std::in_place, std::forward<U>(body)), stage_(std::forward<StageArgs>(args)...) {}
  Combinator(Combinator&&) = default;
  // Destroys a value that was not delivered: a later step failed, or the runtime is gone.
  ~Combinator() {
    if (stage_.take_value()) this->slot_.destroy();
  }

  template <class Promise>
  Transfer await_suspend(std::coroutine_handle<Promise> awaiting) {
    Frame& frame = frame_of(awaiting);
    if (!stage_.enter(frame, *this)) return back_to_loop();
    if constexpr (sizeof...(Args) == 0) {
      return this->start(frame);
    } else {
      return this->start(frame, stage_.argument());
    }
  }
  decltype(auto) await_resume() { return stage_.result(this->slot_); }

 private:
  Boundary::Hold before_unwind(TaskRecord& task, Ending how) override {
    return stage_.before_unwind(task, how);
  }
  Next body_ended(TaskRecord& task, Ending how) override { return stage_.body_ended(task, how); }
  void abandoned(TaskRecord& task) override { stage_.abandoned(task); }

  S stage_;
};

template <class S, class B, class... StageArgs>
auto combine(B&& body, StageArgs&&... args) {
  return Combinator<std::decay_t<B>, S>(std::in_place, std::forward<B>(body),
                                        std::forward<StageArgs>(args)...);
}

} // namespace detail
WASIO_END
