#include <wasio/async_generator.h>

WASIO_BEGIN
namespace detail {
namespace {

// The generator that yields the values of this one, which is not a root.
GeneratorPromiseBase& generator_below(const GeneratorPromiseBase& generator) {
  return static_cast<GeneratorPromiseBase&>(generator.caller());
}

} // namespace

GeneratorOwner::GeneratorOwner(GeneratorPromiseBase* frame)
    : frame_(frame), without_memory_(frame == nullptr) {
  if (frame_) frame_->owner = this;
}

GeneratorOwner& GeneratorOwner::operator=(GeneratorOwner&& other) noexcept {
  if (this == &other) return *this;
  destroy();
  take_over(other);
  return *this;
}

void GeneratorOwner::take_over(GeneratorOwner& other) noexcept {
  frame_ = std::exchange(other.frame_, nullptr);
  without_memory_ = std::exchange(other.without_memory_, false);
  if (!frame_) return;
  if (frame_->running()) panic("an AsyncGenerator was moved while its next() runs");
  frame_->owner = this;
}

void GeneratorOwner::destroy() {
  if (!frame_) return;
  if (frame_->running()) panic("an AsyncGenerator was destroyed while its next() runs");
  // Reset first: destructors of the frame's locals may look at this owner, which must have ended.
  GeneratorPromiseBase& frame = *std::exchange(frame_, nullptr);
  frame.owner = nullptr;
  // Innermost first. Only the root may be postponed, when all others are gone.
  while (frame.leaf != &frame) {
    GeneratorPromiseBase& leaf = *frame.leaf;
    frame.leaf = &generator_below(leaf);
    leaf.handle().destroy();
  }
  destroy_idle(frame);
}

Transfer GeneratorOwner::next(Frame& awaiting, void* slot) {
  if (without_memory_) [[unlikely]] {
    leave_with_error(awaiting, detail::no_memory());
    return back_to_loop();
  }
  if (!frame_) return transfer_to(awaiting);
  if (frame_->running()) [[unlikely]] {
    leave_with_error(awaiting, Error(errors::misuse, "next(): another next() of this generator "
                                                     "is running"));
    return back_to_loop();
  }
  frame_->stand_on(awaiting);
  frame_->slot = slot;
  return transfer_to(*frame_->leaf);
}

Transfer GeneratorOwner::yield_for(GeneratorPromiseBase& outer) {
  if (without_memory_) [[unlikely]] {
    leave_with_error(outer, detail::no_memory());
    return back_to_loop();
  }
  if (!frame_) return transfer_to(outer);
  // If it was used before, it may be the root of a line of its own, which is appended.
  GeneratorPromiseBase& root = *outer.root;
  root.leaf = std::exchange(frame_->leaf, frame_);
  for (auto* each = root.leaf; each != frame_; each = &generator_below(*each)) each->root = &root;
  frame_->root = &root;
  frame_->stand_on(outer);
  return transfer_to(*root.leaf);
}

void GeneratorOwner::gave() {
  if (!frame_) return;
  frame_->below = 0;
  if (frame_->handle().done()) destroy();
}

} // namespace detail
WASIO_END
