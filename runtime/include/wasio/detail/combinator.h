// The shell of every combinator that runs one body in the task that awaits it.
#pragma once

#include <wasio/body.h>

WASIO_BEGIN
namespace detail {

// `co_await combinator(body)` puts the body's frames above a boundary and says, whenever what ran
// there has ended, how the task continues. The shell keeps the body and the room for its value;
// what it means lies in the Stage, which is not a template on the body: attempt, catch_group,
// scopes, guards, exit stacks, groups and contexts are stages.
//
//     before:   ... awaiting frame                     the body begins
//     during:   ... awaiting frame | Combinator | body's frames
//     ended:    ... awaiting frame | Combinator        Stage::body_ended: resume, fail, cancel,
//                                                      or something else first (a cleanup, a wait)
//
// A stage moves with its combinator until that is awaited. It hides what it needs of these
// defaults:
struct Stage {
  // The combinator is awaited. False: refused, the awaiting frame has been told why.
  bool enter(Frame&, InnerBoundary&) { return true; }
  // As of Boundary.
  Boundary::Hold before_unwind(TaskRecord&, Ending) { return Boundary::Hold::stop; }
  void abandoned(TaskRecord&) {}
  // A value of the body waits in the slot, although the awaiter may never get it. Asked once.
  bool take_value() { return false; }
  // And has these two of its own:
  //   Next body_ended(TaskRecord& task, Ending how);
  //   template <class T> auto result(Slot<T>& slot);   what the await returns
};

// `Args` are what the body is called with, if the stage offers it an `argument()`.
template <class B, class S, class... Args>
class [[nodiscard("a combinator runs only when it is awaited")]] Combinator final
    : public BodyBoundary<B, Args...> {
  using Base = BodyBoundary<B, Args...>;

 public:
  template <class U, class... StageArgs>
  explicit Combinator(std::in_place_t, U&& body, StageArgs&&... args)
      : Base(std::in_place, std::forward<U>(body)), stage_(std::forward<StageArgs>(args)...) {}
  Combinator(Combinator&&) = default;
  // A value that was not delivered: what came after the body failed, or the runtime is gone.
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
