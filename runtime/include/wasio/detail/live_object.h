// Debug builds keep a list of all live frames and tasks, so that a leak report can say where they
// were created. Other builds only count them.
#pragma once

#include <wasio/config.h>
#include <wasio/detail/list.h>

#include <cstdint>

WASIO_BEGIN
namespace detail {

enum class LiveKind : std::uint8_t { frame, task }; // Frame, TaskRecord

#if WASIO_DEBUG
class LiveObject : public ListNode<LiveObject> {
 public:
  explicit LiveObject(LiveKind kind);
  LiveObject(const LiveObject& other) : LiveObject(other.kind) {}
  LiveObject& operator=(const LiveObject&) = delete;
  ~LiveObject();

  const LiveKind kind;
  const std::uint64_t number; // counted from 1 in order of creation

  static const List<LiveObject>& all();
  static std::uint64_t last_number();
};
#else
struct LiveObject {
  explicit LiveObject(LiveKind) {}
};
#endif

} // namespace detail
WASIO_END
