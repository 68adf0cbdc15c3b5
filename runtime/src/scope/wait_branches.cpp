#include <wasio/detail/task_record.h>
#include <wasio/detail/wait_branches.h>

WASIO_BEGIN
namespace detail {
namespace {

// Calls `function` with each branch, beginning with `first`, until it returns false.
template <class F>
void for_each_branch(WaitBranch* first, F function) {
  WaitBranch* each = first;
  do {
    if (!function(*each->wait)) return;
    each = each->next;
  } while (each != first);
}

} // namespace

void WaitHost::branch_ended(Wait&) {}

void WaitBranches::arm(TaskRecord& task, WaitHost& host, std::size_t first) {
  winner_ = nullptr;
  task.set_wait(host);
  // If `start` throws, what is armed is stopped.
  struct Arming {
    WaitBranches* branches;
    Wait* starting = nullptr;
    ~Arming() {
      if (!branches) return;
      starting->state_ = Wait::State::idle;
      branches->stop();
    }
  } arming{this};
  WaitBranch* begin = last_->next;
  for (; first > 0; --first) begin = begin->next;
  for_each_branch(begin, [&](Wait& wait) {
    arming.starting = &wait;
    wait.start_as_branch(task);
    return winner_ == nullptr;
  });
  arming.branches = nullptr;
}

bool WaitBranches::won_by(Wait& branch) {
  if (winner_) return false;
  winner_ = &branch;
  stop();
  return true;
}

// First all are held back, so that no stop grants another of them.
void WaitBranches::stop() {
  for_each_branch(last_->next, [](Wait& wait) {
    wait.leave_as_branch();
    return true;
  });
  for_each_branch(last_->next, [](Wait& wait) {
    wait.stop_as_branch();
    return true;
  });
}

} // namespace detail

void Wait::start_as_branch(detail::TaskRecord& task) {
  task_ = &task;
  state_ = State::branch;
  start();
}

void Wait::leave_as_branch() {
  if (state_ == State::branch) state_ = State::leaving;
}

void Wait::stop_as_branch() {
  if (state_ != State::leaving) return;
  if (stop() != Stop::stopped) panic("stop() of a Wait with `always_stops` must return `stopped`");
  state_ = State::stopped;
}

WASIO_END
