#include <wasio/detail/host_report.h>
#include <wasio/error.h>
#include <wasio/memory.h>

#include <array>
#include <charconv>
#include <cstring>
#include <new>
#include <ranges>

WASIO_BEGIN
namespace detail {

// The message follows the record in the same block.
//
// The list holds the members of a group. An error that others came after has a record of its own,
// whose list holds the error as it was and then the others, so that members and others stay apart:
//
//     gather(gather(a, b), c)      a [ a, b, c ]                     has_others
//     gather(task_group(a, b), c)  group [ group [ a, b ], c ]       has_others
struct ErrorRecord : Counted<ErrorRecord> {
  static constexpr std::uint32_t max_message_size = ~std::uint32_t{0} >> 1;

  ErrorRecord* next_dropped = nullptr;
  std::uint32_t message_size : 31 = 0;
  std::uint32_t has_others : 1 = 0;
  const ErrorKind* kind;
  Error cause;
  Ref<Payload> payload;
  std::vector<Error> list;
  Chain chain;

  constexpr explicit ErrorRecord(const ErrorKind& kind, std::uint32_t references = 1)
      : Counted(references), kind(&kind) {}
  void no_references();

  char* text() { return reinterpret_cast<char*>(this + 1); }
  std::string_view message() { return {text(), message_size}; }
  bool holds_nothing() const { return !cause && !payload && list.empty(); }
  std::size_t block_size() const { return sizeof(ErrorRecord) + message_size; }
};

namespace {

// The shared `out_of_memory` error, for when nothing can be allocated. It is never destroyed: its
// reference count starts so high that it never reaches 0, nor 1, which would let a holder modify
// it.
union Exhausted {
  ErrorRecord record;
  constexpr Exhausted() : record(errors::out_of_memory, 1U << 30) {}
  constexpr ~Exhausted() {}
};
constinit Exhausted exhausted_record;

ErrorRecord& exhausted() {
  return exhausted_record.record;
}

ErrorRecord* make_record(const ErrorKind& kind, std::string_view message) {
  const bool fits = message.size() <= ErrorRecord::max_message_size;
  void* block = fits ? allocate(sizeof(ErrorRecord) + message.size()) : nullptr;
  if (!block) {
    take_allocation_failure(); // this error reports it
    return &exhausted();
  }
  auto* record = new (block) ErrorRecord(kind);
  record->message_size = static_cast<std::uint32_t>(message.size()) & ErrorRecord::max_message_size;
  if (!message.empty()) std::memcpy(record->text(), message.data(), message.size());
  return record;
}

// Records whose last holder is gone. A record may be the last holder of others, in chains of any
// length, so they are destroyed iteratively instead of recursively.
struct Dropped {
  ErrorRecord* first = nullptr;
  bool busy = false;
};
constinit Dropped dropped;

void free_record(ErrorRecord& record) {
  const std::size_t size = record.block_size();
  record.~ErrorRecord();
  release(&record, size);
}

} // namespace

void ErrorRecord::no_references() {
  if (holds_nothing()) [[likely]]
    return free_record(*this);
  next_dropped = std::exchange(dropped.first, this);
  if (std::exchange(dropped.busy, true)) return;
  while (ErrorRecord* next = dropped.first) {
    dropped.first = next->next_dropped;
    free_record(*next);
  }
  dropped.busy = false;
}

void hold(ErrorRecord& record) noexcept {
  record.hold();
}
void drop(ErrorRecord& record) noexcept {
  record.drop();
}

} // namespace detail

Hop Chain::operator[](std::size_t i) const {
  if (i < head || total_ <= head + tail) return hops_[i];
  // Hop number n >= head is stored at head + (n - head) % tail.
  return hops_[head + (total_ + (i - head) - head) % tail];
}

void Chain::copy_from(const Chain& other) {
  total_ = other.total_;
  for (std::size_t i = 0; i < kept(); ++i) hops_[i] = other.hops_[i];
}

Error::Error(const ErrorKind& kind, std::string_view message)
    : record_(detail::Ref<detail::ErrorRecord>::take_over(detail::make_record(kind, message))) {}

const ErrorKind& Error::kind() const {
  return *record_->kind;
}
std::string_view Error::message() const {
  return record_->message();
}
const Chain& Error::chain() const {
  return record_->chain;
}
const Error& Error::cause() const {
  return record_->cause;
}
const Error& Error::first() const {
  return record_->has_others ? record_->list.front() : *this;
}
std::span<const Error> Error::others() const {
  const std::span<const Error> list = record_->list;
  return list.subspan(record_->has_others);
}

std::span<const Error> Error::members() const {
  return first().record_->list;
}

Place Error::place() const {
  return record_->chain.total() ? record_->chain[0] : Place();
}

bool Error::has(const ErrorKind& wanted) const {
  if (is(wanted)) return true;
  std::vector<const Error*> groups;
  if (is_group()) groups.push_back(this);
  while (!groups.empty()) {
    const Error& group = *groups.back();
    groups.pop_back();
    for (const Error& member : group.members()) {
      if (member.is(wanted)) return true;
      if (member.is_group()) groups.push_back(&member);
    }
  }
  return false;
}

Error Error::unwrap_single() const {
  const Error* error = this;
  while (error->is_group() && !error->record_->has_others && error->members().size() == 1)
    error = &error->members().front();
  return *error;
}

ErrorSplit Error::split(const ErrorKind& kind) const {
  const ErrorKind* wanted = &kind;
  return split_by({[](void* asked, const Error& error) {
                     return error.is(**static_cast<const ErrorKind**>(asked));
                   },
                   static_cast<void*>(&wanted)});
}

Error Error::match(const ErrorKind& kind) const {
  return split(kind).matching;
}

// Groups nest without limit, so the walk keeps its own stack: one level per enclosing group, each
// with the parts of its members so far. The bottom level collects the parts of this error itself.
ErrorSplit Error::split_by(const detail::ErrorTest& test) const {
  struct Level {
    const Error* group = nullptr;
    std::size_t next = 0;
    std::vector<Error> matching;
    std::vector<Error> rest;
  };
  std::vector<Level> levels(1);
  const Error* error = this;
  for (;;) {
    if (test.matches(test.asked, *error)) {
      levels.back().matching.push_back(*error);
    } else if (error->is_group()) {
      levels.emplace_back().group = error;
    } else {
      levels.back().rest.push_back(*error);
    }
    // Leave the groups whose members are all done.
    while (levels.size() > 1 && levels.back().next == levels.back().group->members().size()) {
      Level done = std::move(levels.back());
      levels.pop_back();
      const bool all = done.rest.empty();
      const bool none = done.matching.empty();
      if (!none)
        levels.back().matching.push_back(all ? Error(*done.group)
                                             : done.group->with_members(std::move(done.matching)));
      if (none || !all)
        levels.back().rest.push_back(none ? Error(*done.group)
                                          : done.group->with_members(std::move(done.rest)));
    }
    Level& level = levels.back();
    if (!level.group) break;
    error = &level.group->members()[level.next++];
  }
  ErrorSplit parts;
  if (!levels[0].matching.empty()) parts.matching = std::move(levels[0].matching[0]);
  if (!levels[0].rest.empty()) parts.rest = std::move(levels[0].rest[0]);
  return parts;
}

std::vector<Error> Error::leaves() const {
  std::vector<Error> found;
  std::vector<const Error*> left{this};
  while (!left.empty()) {
    const Error& error = *left.back();
    left.pop_back();
    if (!error.is_group()) {
      found.push_back(error);
      continue;
    }
    for (const Error& member : error.members() | std::views::reverse) left.push_back(&member);
  }
  return found;
}

bool Error::modifiable() const {
  return record_.get() != &detail::exhausted();
}

// A copy with this message, without members and others; `out_of_memory` if memory is exhausted.
Error Error::without_list(std::string_view message) const {
  Error copy(kind(), message);
  if (!copy.modifiable()) return copy;
  detail::ErrorRecord& record = *copy.record_;
  record.cause = record_->cause;
  record.payload = record_->payload;
  record.chain.copy_from(record_->chain);
  return copy;
}

// The same group with other members; `out_of_memory` if memory is exhausted.
Error Error::with_members(std::vector<Error> members) const {
  Error group = without_list(message());
  if (group.modifiable()) group.record_->list = std::move(members);
  if (!record_->has_others) return group;
  return std::move(group).with_others({others().begin(), others().end()});
}

// Makes this the only holder of its record, so that the record may be modified.
void Error::own() {
  if (!record_->shared() || !modifiable()) return;
  Error copy = without_list(message());
  if (copy.modifiable()) {
    copy.record_->list = record_->list;
    copy.record_->has_others = record_->has_others;
  }
  *this = std::move(copy);
}

const detail::Payload* Error::payload_of(const void* key) const {
  return record_->payload && record_->payload->key == key ? record_->payload.get() : nullptr;
}

Error Error::with_note(std::string_view note) && {
  const std::string text = message().empty() ? std::string(note) : join_text(message(), " ", note);
  Error noted = without_list(text);
  if (!modifiable() || !noted.modifiable()) return std::move(*this);
  noted.record_->list = record_->list;
  noted.record_->has_others = record_->has_others;
  return noted;
}

Error Error::with_cause(Error cause) && {
  own();
  if (modifiable()) record_->cause = std::move(cause);
  return std::move(*this);
}

Error Error::with_others(std::vector<Error> others) && {
  if (others.empty() || !modifiable()) return std::move(*this);
  if (record_->has_others) {
    own();
  } else {
    Error whole = without_list(message());
    if (!whole.modifiable()) return std::move(*this);
    whole.record_->list.push_back(std::exchange(*this, whole));
    record_->has_others = 1;
  }
  if (modifiable())
    for (Error& other : others) record_->list.push_back(std::move(other));
  return std::move(*this);
}

Error Error::with_payload_of(detail::Ref<detail::Payload> payload) && {
  own();
  if (modifiable()) record_->payload = std::move(payload);
  return std::move(*this);
}

void detail::add_hop(Error& error, Hop hop) {
  error.own();
  if (error.modifiable()) error.record_->chain.add(hop);
}

Error error_group(std::vector<Error> members) {
  const std::size_t count = members.size();
  Error group(errors::group, join_text(count, count == 1 ? " error" : " errors"));
  if (group.modifiable()) group.record_->list = std::move(members);
  return group;
}

namespace {

void describe_place(std::string& text, std::string_view before, Place place) {
  if (place.known()) text += join_text(before, describe(place));
}

// Causes and groups nest without limit; a description stops at this depth.
constexpr std::size_t deepest_description = 16;

void describe_into(std::string& text, const Error& error, const std::string& indent) {
  text += error.kind().name;
  if (!error.message().empty()) {
    text += ": ";
    text += error.message();
  }
  const Chain& chain = error.chain();
  for (std::size_t i = 0; i < chain.kept(); ++i) {
    if (i == Chain::head && chain.omitted() != 0)
      text += join_text("\n", indent, "  ... ", chain.omitted(), " more ...");
    describe_place(text, "\n" + indent + (i == 0 ? "  at " : "  awaited by "), chain[i]);
  }
  if (indent.size() / 2 >= deepest_description) {
    if (error.cause() || !error.others().empty()) text += "\n" + indent + "  ...";
    return;
  }
  for (const Error& member : error.members()) {
    text += "\n" + indent + "- ";
    describe_into(text, member, indent + "  ");
  }
  const bool has_others = !(error.first() == error);
  for (const Error& other : has_others ? error.others() : std::span<const Error>()) {
    text += "\n" + indent + "  and: ";
    describe_into(text, other, indent + "  ");
  }
  if (error.cause()) {
    text += "\n" + indent + "  because: ";
    describe_into(text, error.cause(), indent + "  ");
  }
}

} // namespace

std::string describe(const Error& error) {
  std::string text;
  if (error) describe_into(text, error, "");
  return text;
}

void panic(std::string_view message, Place place) {
  // Nothing is allocated: exhausted memory may be the reason.
  std::array<char, 1024> text;
  std::size_t size = 0;
  const auto add = [&](std::string_view piece) {
    size += piece.copy(text.data() + size, text.size() - size);
  };
  add("wasio panic: ");
  add(message);
  if (place.known()) {
    std::array<char, 10> line;
    add("\n  at ");
    add(place.function());
    add(" (");
    add(place.file());
    add(":");
    add({line.data(), std::to_chars(line.data(), line.data() + line.size(), place.line()).ptr});
    add(")");
  }
  detail::host_report({text.data(), size});
  __builtin_trap();
}

WASIO_END
