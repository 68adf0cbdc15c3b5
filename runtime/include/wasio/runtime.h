// The scheduler: a queue of ready tasks, the timers, and the set of everything that runs.
#pragma once

#include <wasio/detail/grace.h>
#include <wasio/detail/task_record.h>
#include <wasio/detail/timer.h>
#include <wasio/loop.h>
#include <wasio/trace/instrument.h>
#include <wasio/trace/slow_steps.h>

#include <cstdint>
#include <optional>
#include <vector>

WASIO_BEGIN

namespace detail {
class AllBlocked;
}

// One scheduler, driven by one loop. Several may live in one program; the only state outside is
// whose turn it is, of the runtimes and of the tasks.
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

  Instant next_deadline() { return timers_.next(); }
  Instant now() { return loop_.now(); }
  std::size_t timer_count() const { return timers_.size(); }

  // Cancels everything that runs; the turns that follow end it.
  void cancel_all(CancelSource source, Error why);
  // Nothing runs any more.
  bool idle() const { return root_.empty(); }

  // From the next pass on the tasks of each pass (those that are ready when it begins) run in an
  // order that depends on the seed alone, the same on every host; nothing: first come, first
  // served. For tests that look for what depends on the order by mistake.
  void shuffle(std::optional<std::uint64_t> seed);

  // From now on the instrument is told what happens, behind those that were added before. It
  // watches one runtime at a time; a second one panics. Changes nothing that the program does.
  // O(1).
  void add_instrument(Instrument& instrument);
  // It hears nothing more; one that is not here is left alone. O(instruments).
  void remove_instrument(Instrument& instrument);
  // Debug builds: from now on with the limit of `set_slow_step_limit`.
  void watch_slow_steps();

  // For the parts of the library.
  void add_root(detail::TaskRecord& task, bool eager = false) { root_.add(task, *this, eager); }
  detail::TaskSet& root() { return root_; }
  std::uint32_t next_task_id() { return ++last_task_id_; }
  void make_ready(detail::TaskRecord& task);
  // The same for one that is in no queue; `as` is how it stands there.
  void queue(detail::TaskRecord& task, detail::Standing as) {
    task.standing = as;
    if (extras_ != 0) [[unlikely]]
      return queue_with_extras(task);
    append_ready(task);
  }
  // Makes the task's first step inside the call. False: it cannot, the runtime is being destroyed.
  bool step_now(detail::TaskRecord& task);
  void set_timer(detail::Timer& timer, Instant when, detail::TimerRank rank);
  void cancel_timer(detail::Timer& timer);
  void add_blocked_wait(detail::AllBlocked& wait);
  void remove_blocked_wait(detail::AllBlocked& wait);
  void begin_grace(detail::ScopeNode& node, Duration span);
  void end_grace(detail::ScopeNode& node);
  // Whether there are instruments: only then is it worth calling what follows.
  bool watched() const { return has(watching); }
  void emit(TraceEventKind kind, detail::TaskRecord& task);
  void emit_scope(TraceEventKind kind, detail::ScopeNode& node);
  void emit_timer(TraceEventKind kind, Instant when);
  // The task that is running, in whatever runtime; null between steps.
  static detail::TaskRecord* running() { return running_; }
  // Makes `task` the running one; gives the one before.
  static detail::TaskRecord* swap_running(detail::TaskRecord* task) {
    return std::exchange(running_, task);
  }

 private:
  // What the short ways of `queue` and `step` leave out. Nothing in a turn, as a rule.
  enum Extra : std::uint8_t {
    outside_turn = 1, // the loop has to be asked for a turn
    closing = 2,      // its destructor runs: nothing becomes ready any more
    watching = 4,     // there are instruments
    shuffling = 8,
  };
  bool has(Extra extra) const { return extras_ & extra; }
  void set(Extra extra, bool on) {
    extras_ = static_cast<std::uint8_t>(on ? extras_ | extra : extras_ & ~extra);
  }

  // While it lives it is this runtime's turn, whosever it was before.
  class Entered {
   public:
    explicit Entered(Runtime& runtime)
        : runtime_(std::exchange(current_, &runtime)),
          task_(std::exchange(running_, runtime_ == &runtime ? running_ : nullptr)) {}
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;
    ~Entered() {
      current_ = runtime_;
      running_ = task_;
    }

   private:
    Runtime* runtime_;
    detail::TaskRecord* task_;
  };

  // Tasks of this set belong to nobody: their errors go to the unhandled-error hook.
  class Root final : public detail::TaskSet {
    void child_ended(detail::TaskRecord& child, detail::Ending how) override;
    std::string_view what() const override { return "root"; }
  };

  detail::Grace& grace_of(const detail::ScopeNode& node);
  detail::TaskRecord& take_first_ready() {
    detail::TaskRecord& task = *first_ready_;
    first_ready_ = task.next_ready;
    if (!first_ready_) ready_end_ = &first_ready_;
    return task;
  }
  void step_first_ready();
  void step(detail::TaskRecord& task) const;
  void append_ready(detail::TaskRecord& task) {
    task.next_ready = nullptr;
    *ready_end_ = &task;
    ready_end_ = &task.next_ready;
  }
  void queue_with_extras(detail::TaskRecord& task);
  void request_turn();
  void begin_shuffled_pass();
  static void wake_blocked_waits(Runtime& runtime, bool after_steps);
  void tell_all(const TraceEvent& event);
  void forget_removed();
  void leave_instruments();
  void fire_due();
  void update_alarm();

  static constinit Runtime* current_;
  static constinit detail::TaskRecord* running_;

  Loop& loop_;
  detail::TaskRecord* first_ready_ = nullptr;
  detail::TaskRecord** ready_end_ = &first_ready_; // where the next one is linked in
  detail::TimerHeap timers_;
  detail::List<detail::Grace> graces_;
  // Set with the first instrument, so that a program without any has no code for them.
  void (*tell_)(Runtime& runtime, const TraceEvent& event) = nullptr;
  std::vector<Instrument*> instruments_; // null: removed while one of them is being told
  detail::List<detail::AllBlocked> blocked_waits_;
  // Set with the first of them, for the same reason.
  void (*wake_blocked_waits_)(Runtime& runtime, bool after_steps) = nullptr;
#if WASIO_DEBUG
  std::optional<SlowSteps> slow_steps_;
#endif
  std::uint32_t last_task_id_ = 0;
  std::uint32_t left_in_pass_ = 0;  // while shuffling
  std::uint64_t shuffle_state_ = 0; // never 0 while shuffling
  Instant alarm_ = Instant::never();
  std::uint8_t extras_ = outside_turn;
  bool turn_requested_ = false;
  bool telling_ = false; // an instrument
  Root root_;
};

// Where errors go that nobody awaits: a background task's, a spawn on a closed group's, those of a
// race's losers. The default writes `describe(error)` to the host's error output, and takes over
// from a hook that throws. Null sets the default again. The one set before is returned.
using UnhandledErrorHook = void (*)(const Error& error);
UnhandledErrorHook set_unhandled_error_hook(UnhandledErrorHook hook);
void report_unhandled(const Error& error);

WASIO_END
