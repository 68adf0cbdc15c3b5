// What the tests of `select` and of mixed races share.
#pragma once

#include "support.h"

namespace conformance {

// An event that the test rings by hand, and what its waits were asked to do.
class Bell {
 public:
  class [[nodiscard]] Waiting final : public Wait {
   public:
    static constexpr bool always_stops = true;

    explicit Waiting(Bell& bell) : bell_(&bell) {}
    Waiting(const Waiting&) = default;
    ~Waiting() {
      if (pending()) bell_->waiting_ = nullptr;
    }
    int await_resume() const { return bell_->number_; }

   private:
    friend Bell;
    void start() override {
      ++bell_->started;
      if (bell_->while_starting) bell_->while_starting();
      if (bell_->ready) return complete();
      bell_->waiting_ = this;
    }
    Stop stop() override {
      ++bell_->stopped;
      bell_->waiting_ = nullptr;
      return Stop::stopped;
    }

    Bell* bell_;
  };

  Waiting wait() { return Waiting(*this); }
  bool waited_for() const { return waiting_ != nullptr; }
  void ring(int number = 0) {
    number_ = number;
    std::exchange(waiting_, nullptr)->complete();
  }

  bool ready = false;
  int started = 0;
  int stopped = 0;
  std::function<void()> while_starting;

 private:
  Waiting* waiting_ = nullptr;
  int number_ = 0;
};

// Runs `waiting` in a task of its own, up to where it waits, and then `meanwhile`.
template <class F, class G>
Task<> beside(F waiting, G meanwhile) {
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> { co_await waiting(); });
    co_await let_others_run();
    meanwhile();
  });
}

// What is in the channel now.
template <class T>
std::optional<T> take_now(Receiver<T>& receiver) {
  auto taken = receiver.try_receive();
  return taken ? std::move(*taken) : std::nullopt;
}

} // namespace conformance
