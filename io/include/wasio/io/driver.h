// What the two halves of a stream have in common below them.
#pragma once

#include <wasio/error.h>
#include <wasio/loop.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

WASIO_BEGIN

// The result of a try: a number of bytes; an error; or nothing, if it would have had to wait.
using TryResult = std::optional<Result<std::size_t>>;

// A driver is all that differs between one kind of stream and the next. It never waits itself: it
// makes tries, and reports when another try is worthwhile. The rest of the contract of stream.h is
// in the halves: one operation at a time, `busy`, `closed`, cancels, the end that stays the end.
//
// Functions of a driver are called by its half only. They must not run user code, and not throw.
class StreamDriver {
 public:
  StreamDriver(const StreamDriver&) = delete;
  StreamDriver& operator=(const StreamDriver&) = delete;
  virtual ~StreamDriver() = default;

  // The stream's name in error messages.
  virtual std::string_view name() const = 0;

  // Called after a try that returned nothing, because a task waits: `notify` must be called once
  // the next try may return something, earlier or more often if that is simpler, but never from
  // inside this call. `loop` is that of the waiting task. Returns why it cannot wait there; empty
  // if it can.
  virtual Error watch(Loop& loop) = 0;
  // No task waits any more, because the operation has ended or was cancelled. After a cancel, a
  // driver may ask its host to stop; bytes that still arrive must be kept for the next try.
  virtual void unwatch() {}

  // A half was closed or destroyed; called once for each half. Releases the host's resource.
  virtual void close() {}

 protected:
  StreamDriver() = default;
};

namespace detail {

// Constructed before, and destroyed after, the half that uses it.
template <class Driver>
class OwnedDriver {
 protected:
  template <class... Args>
  explicit OwnedDriver(Args&&... args) : owned_(std::forward<Args>(args)...) {}
  ~OwnedDriver() = default;

  Driver owned_;
};

} // namespace detail

WASIO_END
