// Helpers that many tests share.
#pragma once

#include "harness.h"

#include <memory>
#include <optional>
#include <string>

namespace conformance {

inline constexpr ErrorKind broken{"broken", &errors::failure};
inline constexpr ErrorKind also_broken{"also_broken", &errors::failure};

// Records what happened, in order: words separated by spaces.
class Log {
 public:
  template <class... Pieces>
  void add(const Pieces&... pieces) {
    if (!text_.empty()) text_ += ' ';
    text_ += join_text(pieces...);
  }
  std::string take() { return std::exchange(text_, {}); }
  const std::string& text() const { return text_; }

  friend bool operator==(const Log& log, std::string_view text) { return log.text_ == text; }

 private:
  std::string text_;
};

inline std::string show(const Log& log) {
  return '"' + log.text() + '"';
}

// Logs `~name` when destroyed.
class Noisy {
 public:
  Noisy(Log& log, std::string name) : log_(log), name_(std::move(name)) {}
  Noisy(const Noisy&) = delete;
  Noisy& operator=(const Noisy&) = delete;
  ~Noisy() { log_.add('~', name_); }

 private:
  Log& log_;
  std::string name_;
};

// Calls the function when destroyed, for instance during unwinding.
template <class F>
class AtExit {
 public:
  explicit AtExit(F function) : function_(std::move(function)) {}
  AtExit(const AtExit&) = delete;
  AtExit& operator=(const AtExit&) = delete;
  ~AtExit() { function_(); }

 private:
  F function_;
};

struct MoveOnly {
  explicit MoveOnly(int number) : number(std::make_unique<int>(number)) {}
  std::unique_ptr<int> number;
};

struct NoDefault {
  explicit NoDefault(int number) : number(number) {}
  int number;
};

// An event that the test sets by hand. It has one waiter at a time, which returns `answer` when
// asked to stop.
class HandEvent {
 public:
  using Stop = Wait::Stop;

  class [[nodiscard]] Waiting final : public Wait {
   public:
    explicit Waiting(HandEvent& event) : event_(&event) {}
    Waiting(const Waiting&) = default;
    ~Waiting() {
      if (event_->waiting_ == this) event_->waiting_ = nullptr;
    }
    int await_resume() const { return event_->value_; }

   private:
    friend HandEvent;
    void start() override {
      ++event_->started;
      event_->waiting_ = this;
      if (event_->while_starting) event_->while_starting();
    }
    Stop stop() override {
      ++event_->asked;
      if (event_->while_asked) event_->while_asked();
      if (event_->answer == Stop::stopped) event_->waiting_ = nullptr;
      return event_->answer;
    }

    HandEvent* event_;
  };

  explicit HandEvent(Stop answer = Stop::stopped) : answer(answer) {}

  Waiting wait() { return Waiting(*this); }
  bool waited_for() const { return waiting_ != nullptr; }
  void set(int value = 0) {
    value_ = value;
    std::exchange(waiting_, nullptr)->complete();
  }
  void fail(Error error) { std::exchange(waiting_, nullptr)->fail(std::move(error)); }
  void confirm_stop() { std::exchange(waiting_, nullptr)->confirm_stop(); }

  Stop answer;
  int started = 0;
  int asked = 0;
  std::function<void()> while_starting;
  std::function<void()> while_asked;

 private:
  Waiting* waiting_ = nullptr;
  int value_ = 0;
};

inline Task<int> value_of(int number) {
  co_return number;
}
inline Task<int> value_later(int number, Duration after) {
  co_await sleep(after);
  co_return number;
}
inline Task<> fail_now(const ErrorKind& kind, std::string message = {}) {
  co_await fail(kind, message);
}
inline Task<> fail_later(Duration after, const ErrorKind& kind, std::string message = {}) {
  co_await sleep(after);
  co_await fail(kind, message);
}
inline Task<> sleep_long() {
  co_await sleep(1h);
}

// Yields several times, each time to everything that is ready.
inline Task<> let_others_run(int times = 3) {
  for (int i = 0; i < times; ++i) co_await checkpoint();
}

} // namespace conformance
