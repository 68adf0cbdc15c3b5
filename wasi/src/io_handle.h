// Waiting for the host to report that a handle is ready.
#pragma once

#include "interest.h"
#include <wasio/detail/list.h>
#include <wasio/error.h>
#include <wasio/loop.h>

WASIO_BEGIN

namespace wasi {
class IoHandle;
}

namespace detail {

// What the drivers of a pulled host wait on: the handles of one loop that are waited for.
class Poller {
 public:
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

 protected:
  Poller() = default;
  ~Poller();

  List<wasi::IoHandle> handles_;
  std::size_t living_ = 0;  // the waits that keep the program alive
  bool progressed_ = false; // a wait has ended since this was last cleared

 private:
  friend wasi::IoHandle;
};

} // namespace detail

namespace wasi {

// What waits for a handle: usually a stream's driver.
class IoWait : public detail::ListNode<IoWait> {
 public:
  // The host has reported the handle ready, or cannot tell. May end this wait, and no other one of
  // this handle. Must not run user code.
  virtual void ready() = 0;

  // Whether the program may wait for this alone. A connection that is only being closed, with no
  // task left that waits for it, does not keep the program from its end or from a deadlock report.
  virtual bool keeps_alive() const { return true; }

  bool waits() const { return waits_; }

 protected:
  IoWait() = default;
  ~IoWait() = default;

 private:
  friend IoHandle;
  bool waits_ = false;
};

// Something that the host can be polled for, and the waits for it. All of them are notified each
// time the host reports it ready.
//
// Invariant: while there are waits, the handle is in the list of one poller. That of the first wait
// serves all, because runs do not nest: at any time one loop of these hosts is running.
class IoHandle : public detail::ListNode<IoHandle> {
 public:
  explicit IoHandle(Interest interest) : interest_(interest) {}
  IoHandle(const IoHandle&) = delete;
  IoHandle& operator=(const IoHandle&) = delete;

  const Interest& interest() const { return interest_; }

  // The wait is notified from now on until `unwatch`, which is not inside this call. Does nothing
  // if it is already. Returns why it cannot wait in this loop; empty if it can. O(1).
  Error watch(IoWait& wait, Loop& loop);
  // Does nothing if it does not wait. O(1).
  void unwatch(IoWait& wait);

  // Called by the loop. O(waits).
  void report_ready();

 private:
  friend detail::Poller;

  Interest interest_;
  detail::Poller* poller_ = nullptr;
  detail::List<IoWait> waits_;
};

} // namespace wasi
WASIO_END
