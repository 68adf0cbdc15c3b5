// What the JavaScript host answers.
#pragma once

#include <wasio/detail/operation_table.h>
#include <wasio/wait.h>
#include <wasio/web/wire.h>

#include <optional>

WASIO_BEGIN
namespace detail {

// How an operation of the host has ended: `ANSWER` in web/js/abi.mjs.
enum class HostAnswer : std::int32_t { done = 0, failed = 1, aborted = 2 };

// What an import returns whose ticket will be answered: `PENDING` in web/js/abi.mjs.
inline constexpr std::int32_t host_pending = -1;

// Something that the host answers once, each time an answer is expected. The host knows it by a
// ticket, so an answer that comes too late reaches nobody.
class HostOperation {
 public:
  HostOperation& operator=(const HostOperation&) = delete;

  // Called by the host; runs no user code.
  static void deliver(Ticket ticket, HostAnswer answer, const Block& block);

 protected:
  HostOperation() = default;
  HostOperation(const HostOperation&) {} // before an answer is expected
  ~HostOperation() { forget_answer(); }

  // The ticket for the operation that begins now; nothing if memory is exhausted.
  std::optional<double> expect_answer();
  // Does nothing if none is expected.
  void forget_answer();
  bool expects_answer() const { return index_ != Ticket::none; }

  // The host has answered. For `failed`, `host_error` reads why from the block; for `done`, the
  // block holds the operation's value.
  virtual void answered(HostAnswer answer, const Block& block) = 0;

 private:
  std::uint32_t index_ = Ticket::none;
};

// A wait for such an answer.
class HostWait : public Wait, protected HostOperation {
 protected:
  HostWait() = default;
  HostWait(const HostWait&) = default;
  ~HostWait() = default;
};

// The error that a failed operation was answered with. It holds the JS value that was thrown, if
// there is one, as a payload of type JsValue. `before` stands before its message.
Error host_error(const Block& block, std::string_view before = {});

} // namespace detail
WASIO_END
