#include <wasio/detail/scheduler.h>
#include <wasio/trace/dump.h>
#include <wasio/trace/task_tree.h>

#include <algorithm>

WASIO_BEGIN
namespace detail {
namespace {

// Of a long chain of scopes or awaits, the two ends are shown, as with an error's chain.
constexpr std::size_t first_shown = Chain::head;
constexpr std::size_t last_shown = Chain::tail;
// The deepest indent; deeper lines are not indented further.
constexpr std::size_t deepest_indent = 40;

// Writes the dump. The walk over the tree is iterative, and at each node it looks only a bounded
// distance up and down.
class Dump {
 public:
  Dump(Scheduler& scheduler, std::size_t max_tasks)
      : scheduler_(scheduler), max_tasks_(max_tasks) {}

  std::string text() {
    ScopeNode& root = scheduler_.root();
    for (ScopeNode* node = next_in_walk(root, root); node; node = next_in_walk(root, *node)) {
      if (node->kind == ScopeNode::Kind::task) {
        add_task(static_cast<TaskRecord&>(*node));
      } else if (tasks_ <= max_tasks_) {
        add_scope(*node);
      }
    }
    if (tasks_ > max_tasks_) begin_line(0) += join_text("and ", tasks_ - max_tasks_, " more");
    return std::move(text_);
  }

 private:
  std::string& begin_line(std::size_t indent) {
    if (!text_.empty()) text_ += '\n';
    text_.append(2 * indent, ' ');
    return text_;
  }

  std::size_t indent_of(const ScopeNode& node) const {
    std::size_t indent = 0;
    for (const ScopeNode* at = node.outer; at->outer && indent < deepest_indent; at = at->outer)
      ++indent;
    return indent;
  }

  void add_task(TaskRecord& task) {
    if (++tasks_ > max_tasks_) return;
    const std::size_t indent = indent_of(task);
    begin_line(indent) += join_text("#", task.id());
    if (task.identity())
      text_ += join_text(task.identity()->name().empty() ? "" : " ", task.identity()->name());
    add_state(task);
    add_awaiters(task);
    add_cancel(task);
    if (task.suspended()) add_chain(task, indent + 1);
  }

  void add_state(const TaskRecord& task) {
    if (!task.suspended()) {
      text_ += task.started() ? " runs" : " has not started";
      return add_place(", spawned at ", place_of(task.spawned_at()));
    }
    text_ += join_text(task.queued() ? " is ready after " : " waits for ", task.waits_for());
    add_place(" at ", place_of_wait(task));
  }

  void add_place(std::string_view before, Place place) {
    if (place.known()) text_ += join_text(before, describe(place));
  }

  void add_awaiters(TaskRecord& task) {
    if (task.end_watchers().empty()) return;
    std::string_view before = ", awaited by #";
    for (const TaskRef& awaiter : ref_to(task).awaiters()) {
      text_ += join_text(before, awaiter.id());
      before = " #";
    }
  }

  void add_cancel(const ScopeNode& node) {
    if (!node.cancelled) return;
    text_ += join_text(", cancelled by ", word_for(node.source));
    if (!node.reason.message().empty()) text_ += join_text(": ", node.reason.message());
  }

  void add_chain(const TaskRecord& task, std::size_t indent) {
    const std::vector<Place> chain = await_chain(task.top(), task);
    const std::size_t count = chain.size();
    // The first place is already in the task's own line.
    for (std::size_t at = 1; at < count; ++at) {
      if (at == first_shown && count > first_shown + last_shown) {
        begin_line(indent) += join_text("... ", count - first_shown - last_shown, " more ...");
        at = count - last_shown;
      }
      begin_line(indent) += "awaited by " + describe(chain[at]);
    }
  }

  void add_scope(ScopeNode& node) {
    const bool outer_end = stands_within(node, first_shown, &ScopeNode::outer);
    if (!outer_end && !stands_within(node, last_shown, &ScopeNode::inner)) {
      if (stands_within(node, first_shown + 1, &ScopeNode::outer)) add_gap(node);
      return;
    }
    begin_line(indent_of(node)) += word_for(node);
    add_deadline(deadline_of(node));
    if (node.shielded) text_ += node.shield_holds() ? ", shielded" : ", no longer shielded";
    add_cancel(node);
  }

  // Whether the end of the task's chain of scopes is at most `steps` steps away from the node.
  static bool stands_within(const ScopeNode& node, std::size_t steps,
                            ScopeNode* ScopeNode::* next) {
    const ScopeNode* at = &node;
    for (; steps > 0; --steps) {
      at = at->*next;
      if (!at || at->kind == ScopeNode::Kind::task) return true;
    }
    return false;
  }

  void add_gap(const ScopeNode& first) {
    std::size_t count = 0;
    for (const ScopeNode* node = &first; node; node = node->inner) ++count;
    begin_line(indent_of(first)) += join_text("... ", count - last_shown, " more ...");
  }

  void add_deadline(Instant when) {
    if (when.is_never()) return;
    const Duration left = when - scheduler_.loop().now();
    text_ += left == Duration() ? ", deadline passed" : ", deadline in " + describe(left);
  }

  Scheduler& scheduler_;
  std::size_t max_tasks_;
  std::size_t tasks_ = 0;
  std::string text_;
};

} // namespace

std::string dump_tasks_of(Runtime& runtime, std::size_t max_tasks) {
  return Dump(scheduler_of(runtime), max_tasks).text();
}

} // namespace detail

std::string dump_tasks(std::size_t max_tasks) {
  return detail::Dump(detail::Scheduler::current(), max_tasks).text();
}

WASIO_END
