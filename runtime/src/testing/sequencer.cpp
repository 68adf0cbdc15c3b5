#include <wasio/fail.h>
#include <wasio/testing/sequencer.h>

WASIO_BEGIN

class Sequencer::Waiting final : public Wait {
 public:
  Waiting(Sequencer& sequencer, unsigned number) : sequencer_(&sequencer), number_(number) {}
  Waiting(const Waiting&) = default;
  ~Waiting() {
    if (pending()) sequencer_->waiting_.erase(number_);
  }
  void await_resume() const noexcept {}

  void begin() { complete(); }
  void fail_broken() {
    fail(Error(errors::broken_sequence, "an earlier turn was cancelled while it waited"));
  }

 private:
  std::string_view what() const override { return "turn"; }
  void start() override {
    if (number_ < sequencer_->next_ || sequencer_->waiting_.contains(number_) ||
        (number_ == sequencer_->next_ && sequencer_->taken_))
      return fail(Error(errors::misuse, join_text("turn ", number_, " was used twice")));
    if (sequencer_->broken_) return fail_broken();
    if (number_ == sequencer_->next_) {
      sequencer_->taken_ = true;
      return complete();
    }
    sequencer_->waiting_.emplace(number_, this);
  }
  Stop stop() override {
    sequencer_->break_off(number_);
    return Stop::stopped;
  }

  Sequencer* sequencer_;
  unsigned number_;
};

Task<Sequencer::Turn> Sequencer::operator()(unsigned number) {
  co_await Waiting(*this, number);
  co_return Turn(*this);
}

void Sequencer::turn_is_over() {
  ++next_;
  taken_ = false;
  const auto first = waiting_.find(next_);
  if (first == waiting_.end()) return;
  Waiting* const waiting = first->second;
  waiting_.erase(first);
  taken_ = true;
  waiting->begin();
}

void Sequencer::break_off(unsigned number) {
  broken_ = true;
  waiting_.erase(number);
  for (const auto& [later, waiting] : std::exchange(waiting_, {})) waiting->fail_broken();
}

WASIO_END
