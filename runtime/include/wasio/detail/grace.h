// The time that a cancel leaves to what is shielded from it.
#pragma once

#include <wasio/detail/list.h>
#include <wasio/detail/scope_tree.h>
#include <wasio/memory.h>

WASIO_BEGIN
namespace detail {

// The grace of one cancelled node, in the list of its runtime, while it runs.
struct Grace final : Timer, ListNode<Grace>, Pooled {
  ScopeNode& node;
  const Instant end;

  Grace(ScopeNode& node, Instant end) : node(node), end(end) {}
  void due() override;
};

} // namespace detail
WASIO_END
