// Operations on a stream of the host that may have to wait: each is tried, and tried again whenever
// the host says that it may get on.
#pragma once

#include "interest.h"
#include <wasio/detail/list.h>
#include <wasio/error.h>
#include <wasio/wait.h>

#include <cstddef>
#include <optional>

WASIO_BEGIN
namespace wasi {

class ReadyWait;

// One end of a stream, and the operations on it in the order in which they came. Only the first is
// tried, so that what several tasks print neither mixes nor overtakes.
class Line : public detail::ListNode<Line> {
 public:
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  // What the host is asked about while operations stand here.
  virtual Interest interest() const = 0;

  // The host called it ready, or cannot tell: the first operation is tried. Whether that ended it.
  // Runs no user code. O(1).
  bool proceed();

  bool empty() const { return waits_.empty(); }

 protected:
  Line() = default;
  ~Line() = default;

 private:
  friend ReadyWait;
  void join(ReadyWait& wait);
  void leave(ReadyWait& wait);

  detail::List<ReadyWait> waits_;
};

// What a try came to: a number of bytes, an error, or nothing, because it would have had to wait.
using Tried = std::optional<Result<std::size_t>>;

// One operation. It is over when a try is: a task that is cancelled before has taken nothing from
// the stream, and after it has its value.
class ReadyWait : public Wait, public detail::ListNode<ReadyWait> {
 protected:
  explicit ReadyWait(Line& line) : line_(&line) {}
  ReadyWait(const ReadyWait& other) = default;
  ~ReadyWait();

  // Gets on as far as it goes without waiting. `told`: the host has just called the line ready.
  virtual Tried attempt(bool told) = 0;

  // Asked as it begins: why it must not, rather than stand in line; empty if it may.
  virtual Error refusal() const { return {}; }
  // Ends it with an error if it waits.
  void give_up(Error error);
  // Whether another operation waits.
  bool would_stand_in_line() const { return !line_->empty(); }

  std::size_t count_ = 0; // what the last try came to

 private:
  friend Line;
  void start() final;
  Stop stop() final;
  void end_with(Result<std::size_t>&& result);

  Line* line_;
};

} // namespace wasi
WASIO_END
