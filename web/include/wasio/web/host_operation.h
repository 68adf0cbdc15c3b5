// What the JavaScript host answers.
#pragma once

#include <wasio/detail/operation_table.h>
#include <wasio/wait.h>

#include <string>

WASIO_BEGIN
namespace detail {

// What an import or an answer says of an operation.
enum class HostAnswer : std::int32_t { done = 0, failed = 1, aborted = 2 };
inline constexpr std::int32_t host_pending = -1;
inline constexpr std::int32_t host_failed = -2;

// Something that the host answers once, each time an answer is expected. The host knows it by a
// ticket, so an answer that comes too late reaches nobody.
class HostOperation {
 public:
  HostOperation& operator=(const HostOperation&) = delete;

  // Called by the host; runs no user code.
  static void deliver(Ticket ticket, HostAnswer answer, double value);

 protected:
  HostOperation() = default;
  HostOperation(const HostOperation&) {} // before an answer is expected
  ~HostOperation() {
    if (expected_) forget_answer();
  }

  // The ticket for the operation that begins now.
  Ticket expect_answer();
  void forget_answer();
  bool expects_answer() const { return expected_; }

  // The host has answered. For `failed`, `take_host_error` says why; `value` is the operation's.
  virtual void answered(HostAnswer answer, double value) = 0;

 private:
  std::uint32_t index_ = 0;
  bool expected_ = false;
};

// A wait for such an answer.
class HostWait : public Wait, protected HostOperation {
 protected:
  HostWait() = default;
  HostWait(const HostWait&) = default;
  ~HostWait() = default;
};

// The error that the last import or answer has left. It holds the JS value that was thrown, if
// there is one, as a payload of type JsValue. `before` stands before its message.
Error take_host_error(std::string_view before = {});
// The text that the last import or answer has left.
std::string take_host_text(std::size_t size);

} // namespace detail
WASIO_END
