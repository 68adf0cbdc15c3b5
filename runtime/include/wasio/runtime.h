// The scheduler: a queue of ready tasks, the timers, and the set of everything that runs.
#pragma once

#include <wasio/grace.h>
#include <wasio/instrument.h>
#include <wasio/loop.h>
#include <wasio/task_record.h>
#include <wasio/timer.h>

#include <cstdint>
#include <string>

WASIO_BEGIN

// One scheduler, driven by one loop. Several may live in one program; the only state outside is the
// pointer to the one whose turn it is.
class Runtime {
 public:
  // The loop must outlive the runtime.
  explicit Runtime(Loop& loop);
  // Work still in it is destroyed, children before parents, without being asked.
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // The runtime whose turn it is; panics outside of one.
  static Runtime& current();
  static Runtime* current_or_null() { return current_; }

  // Runs what is ready until nothing is, or the loop wants its thread back. Called by the loop,
  // never from inside a turn. True: something is still ready. Clock and timers are looked at when
  // nothing is ready and every 64 steps; timers that are due join behind what is ready.
  bool turn();

  // The alarm that the loop was asked for has rung; it is armed no more. Before `turn`.
  void alarm_rang() { alarm_ = Instant::never(); }

  Instant next_deadline() const { return timers_.next(); }
  Instant now() { return loop_.now(); }
  std::size_t timer_count() const { return timers_.size(); }

  // Cancels everything that runs; the turns that follow end it.
  void cancel_all(CancelSource source, Error why);
  // Nothing runs any more.
  bool idle() const { return root_.empty(); }
  // The tasks that still run, with what each waits for, one a line.
  std::string describe_tasks();

  // From now on the instrument is told what happens, behind those that were added before. It must
  // be here only once. Neither changes anything that the program does. O(instruments).
  void add_instrument(Instrument& instrument);
  void remove_instrument(Instrument& instrument);

  // For the parts of the library.
  void add_root(detail::TaskRecord& task, bool eager = false) { root_.add(task, *this, eager); }
  const detail::TaskSet& root() const { return root_; }
  std::uint32_t next_task_id() { return ++last_task_id_; }
  void make_ready(detail::TaskRecord& task);
  // Makes the task's first step inside the call. False: it cannot, the runtime is being destroyed.
  bool step_now(detail::TaskRecord& task);
  void set_timer(detail::Timer& timer, Instant when, detail::TimerRank rank);
  void cancel_timer(detail::Timer& timer);
  void begin_grace(detail::ScopeNode& node, Duration span);
  void end_grace(detail::ScopeNode& node);
  // Whether there are instruments; only then are the events below made.
  bool watched() const { return tell_ != nullptr; }
  void emit(TraceEventKind kind, detail::TaskRecord& task);
  void emit_scope(TraceEventKind kind, detail::ScopeNode& node);
  void emit_timer(TraceEventKind kind, Instant when);
  detail::TaskRecord* running() const { return running_; }
  // Makes `task` the running one; gives the one before.
  detail::TaskRecord* swap_running(detail::TaskRecord* task) {
    return std::exchange(running_, task);
  }

 private:
  // Tasks of this set belong to nobody: their errors go to the unhandled-error hook.
  class Root final : public detail::TaskSet {
    void child_ended(detail::TaskRecord& child, detail::Ending how) override;
    std::string_view what() const override { return "root"; }
  };

  detail::Grace& grace_of(const detail::ScopeNode& node);
  void step(detail::TaskRecord& task);
  void tell_all(const TraceEvent& event);
  void forget_removed();
  void fire_due();
  void update_alarm();

  static constinit Runtime* current_;

  Loop& loop_;
  detail::TaskRecord* first_ready_ = nullptr;
  detail::TaskRecord* last_ready_ = nullptr;
  detail::TaskRecord* running_ = nullptr;
  detail::TimerHeap timers_;
  detail::List<detail::Grace> graces_;
  // Set with the first instrument, so that a program without any has no code for them.
  void (*tell_)(Runtime& runtime, const TraceEvent& event) = nullptr;
  std::vector<Instrument*> instruments_; // null: removed while one of them is being told
  std::uint32_t last_task_id_ = 0;
  Instant alarm_ = Instant::never();
  bool in_turn_ = false;
  bool turn_requested_ = false;
  bool telling_ = false; // an instrument
  bool closing_ = false; // its destructor runs: nothing becomes ready any more
  Root root_;
};

// Where errors go that nobody awaits: a background task's, a spawn on a closed group's, those of a
// race's losers. The default writes `describe(error)` to the host's error output, and takes over
// from a hook that throws. Null sets the default again. The one set before is returned.
using UnhandledErrorHook = void (*)(const Error& error);
UnhandledErrorHook set_unhandled_error_hook(UnhandledErrorHook hook);
void report_unhandled(const Error& error);

WASIO_END
