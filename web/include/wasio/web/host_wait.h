// Waiting for an answer of the JavaScript host.
#pragma once

#include <wasio/wait.h>

#include <string>

WASIO_BEGIN
namespace detail {

// What an import or an answer says of an operation.
enum class HostAnswer : std::int32_t { done = 0, failed = 1, aborted = 2 };
inline constexpr std::int32_t host_pending = -1;
inline constexpr std::int32_t host_failed = -2;

// A wait that the host answers once. The host knows it by index and generation, so that an answer
// that comes too late, after the wait has ended, reaches nobody.
class HostWait : public Wait {
 public:
  // Finds the wait and tells it; called by the host, runs no user code.
  static void deliver(std::uint32_t index, std::uint32_t generation, HostAnswer answer,
                      double value);

 protected:
  HostWait() = default;
  HostWait(const HostWait& other) : Wait(other) {} // before it is awaited
  ~HostWait() {
    if (expected_) forget_answer();
  }

  // A place in the table, for the operation that `start` begins.
  struct Ticket {
    std::uint32_t index;
    std::uint32_t generation;
  };
  Ticket expect_answer();
  void forget_answer();

  // The host has answered. For `failed`, `take_host_error` says why; `value` is the operation's.
  virtual void answered(HostAnswer answer, double value) = 0;

 private:
  std::uint32_t index_ = 0;
  bool expected_ = false;
};

// The error that the last import or answer has left. It holds the JS value that was thrown, if
// there is one, as a payload of type JsValue. `before` stands before its message.
Error take_host_error(std::string_view before = {});
// The text that the last import or answer has left.
std::string take_host_text(std::size_t size);

} // namespace detail
WASIO_END
