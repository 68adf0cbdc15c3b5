// What a Task<std::size_t> may hold in place of a coroutine: a call that fills a span with bytes.
#pragma once

#include <wasio/detail/slot.h>

#include <cstddef>
#include <utility>

WASIO_BEGIN
namespace detail {

struct Frame;

// Most receives find their bytes waiting, and then a coroutine frame costs more than the copy. So a
// stream may return a Task that is only a reference to itself and the span:
//
//     co_await stream.receive_into(span)   calls `fill`; a frame is made only if it has to wait
//     group.spawn(stream.receive_into(…))  anything but an await asks for a frame, by `frame_for`
//
// Both are called at most once, when the Task begins; like a coroutine, it has no effect before.
//
// Its two functions are pointers and not virtual: they are called in streams that are something
// else first, and a virtual call then takes two.
class Filler {
 public:
  // Called in the awaiting task. Fills the front of `into`, `size` bytes, and puts the number of
  // bytes into `count`; or returns false and sets `rest` to the frame that does what is left, null
  // if memory is exhausted.
  using Fill = bool (*)(Filler& self, std::byte* into, std::size_t size, Slot<std::size_t>& count,
                        Frame*& rest);
  // The frame of a coroutine that does all of it; null if memory is exhausted.
  using FrameFor = Frame* (*)(Filler & self, std::byte* into, std::size_t size);

  const Fill fill;
  const FrameFor frame_for;

 protected:
  Filler(Fill fill, FrameFor frame_for) : fill(fill), frame_for(frame_for) {}
  ~Filler() = default;
};

// The call that a Task<T> may hold, and its awaiter then; only a Task<std::size_t> can.
template <class T>
struct FillCall {
  static constexpr bool possible = false;
  explicit operator bool() const { return false; }
  Frame* frame() const { return nullptr; }
};
template <class T>
struct AwaitedCall {
  explicit AwaitedCall(FillCall<T>&&) {}
  bool fill(Slot<T>&, Frame*&) const { return false; }
};

// The words are in another order here than in the span and in the awaiter. In the same order, the
// compiler copies two of them at a time, right after they were written one by one; processors wait
// for such a pair longer than all else takes here.
template <>
struct FillCall<std::size_t> {
  static constexpr bool possible = true;
  explicit operator bool() const { return filler != nullptr; }
  Frame* frame() const { return filler->frame_for(*filler, into, size); }

  std::size_t size = 0;
  Filler* filler = nullptr;
  std::byte* into = nullptr;
};
template <>
struct AwaitedCall<std::size_t> {
  explicit AwaitedCall(FillCall<std::size_t>&& call)
      : filler(std::exchange(call.filler, nullptr)), size(call.size), into(call.into) {}
  bool fill(Slot<std::size_t>& count, Frame*& rest) const {
    return filler && filler->fill(*filler, into, size, count, rest);
  }

  Filler* filler;
  std::size_t size;
  std::byte* into;
};

} // namespace detail
WASIO_END
