#include <wasio/error.h>
#include <wasio/host.h>
#include <wasio/memory.h>

#include <cstring>
#include <new>

WASIO_BEGIN
namespace detail {

// The message stands behind the record, in the same block.
struct ErrorRecord {
  std::uint32_t references;
  ErrorRecord* next_dropped = nullptr;
  std::uint32_t message_size = 0;
  const ErrorKind* kind;
  Error cause;
  Payload* payload = nullptr;
  std::vector<Error> others;
  Chain chain;

  constexpr explicit ErrorRecord(const ErrorKind& kind, std::uint32_t references = 1)
      : references(references), kind(&kind) {}

  char* text() { return reinterpret_cast<char*>(this + 1); }
  std::string_view message() { return {text(), message_size}; }
  std::size_t block_size() const { return sizeof(ErrorRecord) + message_size; }
};

namespace {

// It must serve when nothing can be allocated, and is never let go: it has so many references that
// the last is not reached, and nobody takes it for his own.
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
  void* block = allocate(sizeof(ErrorRecord) + message.size());
  if (!block) return &exhausted();
  auto* record = new (block) ErrorRecord(kind);
  record->message_size = static_cast<std::uint32_t>(message.size());
  if (!message.empty()) std::memcpy(record->text(), message.data(), message.size());
  return record;
}

void drop(Payload* payload) {
  if (payload && --payload->references == 0) payload->destroy();
}

// Records whose last holder is gone. A record may be the last holder of others, in chains of any
// length, so they are taken down one after another and not inside one another.
struct Dropped {
  ErrorRecord* first = nullptr;
  bool busy = false;
};
constinit Dropped dropped;

void destroy(ErrorRecord& record) {
  record.next_dropped = std::exchange(dropped.first, &record);
  if (std::exchange(dropped.busy, true)) return;
  while (ErrorRecord* next = dropped.first) {
    dropped.first = next->next_dropped;
    drop(next->payload);
    const std::size_t size = next->block_size();
    next->~ErrorRecord();
    release(next, size);
  }
  dropped.busy = false;
}

} // namespace
} // namespace detail

Hop Chain::operator[](std::size_t i) const {
  if (i < head || total_ <= head + tail) return hops_[i];
  // Hop number n of the ring stands at head + (n - head) % tail.
  return hops_[head + (total_ + (i - head) - head) % tail];
}

void Chain::copy_from(const Chain& other) {
  total_ = other.total_;
  for (std::size_t i = 0; i < kept(); ++i) hops_[i] = other.hops_[i];
}

Error::Error(const ErrorKind& kind, std::string_view message)
    : record_(detail::make_record(kind, message)) {}

void Error::hold() noexcept {
  ++record_->references;
}

void Error::drop() noexcept {
  if (--record_->references == 0) detail::destroy(*record_);
}

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
std::span<const Error> Error::others() const {
  return record_->others;
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
    for (const Error& member : group.others()) {
      if (member.is(wanted)) return true;
      if (member.is_group()) groups.push_back(&member);
    }
  }
  return false;
}

Error Error::unwrap_single() const {
  const Error* error = this;
  while (error->is_group() && error->others().size() == 1) error = &error->others().front();
  return *error;
}

// Makes this the only holder of its record, so that it may be changed.
void Error::own() {
  if (record_->references == 1 || record_ == &detail::exhausted()) return;
  detail::ErrorRecord* copy = detail::make_record(kind(), message());
  if (copy != &detail::exhausted()) {
    copy->cause = record_->cause;
    copy->payload = record_->payload;
    if (copy->payload) ++copy->payload->references;
    copy->others = record_->others;
    copy->chain.copy_from(record_->chain);
  }
  drop();
  record_ = copy;
}

const detail::Payload* Error::payload_of(const void* key) const {
  return record_->payload && record_->payload->key == key ? record_->payload : nullptr;
}

Error Error::with_cause(Error cause) && {
  own();
  if (record_ != &detail::exhausted()) record_->cause = std::move(cause);
  return std::move(*this);
}

Error Error::with_others(std::vector<Error> others) && {
  own();
  if (record_ != &detail::exhausted()) {
    for (Error& other : others) record_->others.push_back(std::move(other));
  }
  return std::move(*this);
}

Error Error::with_payload_of(detail::Payload* payload) && {
  own();
  if (record_ == &detail::exhausted()) {
    detail::drop(payload);
  } else {
    detail::drop(std::exchange(record_->payload, payload));
  }
  return std::move(*this);
}

void Error::add_hop(Hop hop) {
  own();
  if (record_ != &detail::exhausted()) record_->chain.add(hop);
}

Error error_group(std::vector<Error> members) {
  const std::size_t count = members.size();
  return Error(errors::group, join_text(count, count == 1 ? " error" : " errors"))
      .with_others(std::move(members));
}

namespace {

void describe_place(std::string& text, std::string_view before, Place place) {
  if (place.known()) text += join_text(before, describe(place));
}

// Causes and groups nest without limit; a person has seen enough at this depth.
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
  for (const Error& other : error.others()) {
    text += "\n" + indent + (error.is_group() ? "- " : "  and: ");
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
  std::string text = "wasio panic: ";
  text += message;
  describe_place(text, "\n  at ", place);
  detail::host_report(text);
  __builtin_trap();
}

WASIO_END
