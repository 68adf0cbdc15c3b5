// The time that a cancel leaves to shielded work.
#pragma once

#include <wasio/detail/list.h>
#include <wasio/detail/scope_tree.h>
#include <wasio/detail/timers.h>
#include <wasio/memory.h>

WASIO_BEGIN
namespace detail {

// The running grace of one cancelled node, kept in a list of its scheduler. Few scopes ever have
// one, so a node keeps only a bit for it.
struct Grace final : Timer, ListNode<Grace>, Pooled {
  ScopeNode& node;
  const Instant end;

  Grace(ScopeNode& node, Instant end) : node(node), end(end) {}
  void due() override;
};

} // namespace detail
WASIO_END
