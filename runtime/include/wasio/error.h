// What a failed operation says: an Error, its kind, and Result, the value that may be one.
#pragma once

#include <wasio/config.h>
#include <wasio/detail/counted.h>
#include <wasio/place.h>

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

WASIO_BEGIN

// A sort of error: the address of a constant object. Users define their own:
//
//   inline constexpr wasio::ErrorKind bad_header{"bad_header", &wasio::errors::failure};
//
// JavaScript sees the name as `error.code`.
struct ErrorKind {
  const char* name;
  const ErrorKind* parent = nullptr;

  // Whether this kind is `other` or descends from it. O(depth).
  constexpr bool is(const ErrorKind& other) const {
    for (const ErrorKind* kind = this; kind; kind = kind->parent)
      if (kind == &other) return true;
    return false;
  }
};

namespace errors {
inline constexpr ErrorKind failure{"failure"};                         // the parent of all below
inline constexpr ErrorKind misuse{"misuse", &failure};                 // the program broke a rule
inline constexpr ErrorKind timed_out{"timed_out", &failure};           // `fail_after` caught
inline constexpr ErrorKind task_cancelled{"task_cancelled", &failure}; // an awaited task's end
inline constexpr ErrorKind group{"group", &failure};                   // several errors at once
inline constexpr ErrorKind not_started{"not_started", &failure};       // ended before `started`
inline constexpr ErrorKind closed{"closed", &failure};                 // the other end is gone
inline constexpr ErrorKind would_block{"would_block", &failure};       // a `try_` that had to wait
inline constexpr ErrorKind broken{"broken", &failure};                 // its holder ended with it
inline constexpr ErrorKind lagged{"lagged", &failure};                 // too slow for a broadcast
inline constexpr ErrorKind gave_up{"gave_up", &failure};               // the last restart failed
inline constexpr ErrorKind out_of_memory{"out_of_memory", &failure};
inline constexpr ErrorKind exception{"exception", &failure}; // a C++ exception, held
inline constexpr ErrorKind deadlock{"deadlock", &failure};   // everything waits for nothing
} // namespace errors

class Error;
struct ErrorSplit;

// One hop of an error's way: the frame it passed and the line that was waiting there.
using Hop = Place;

namespace detail {
struct ErrorRecord;
struct ErrorTest;

void hold(ErrorRecord& record) noexcept;
void drop(ErrorRecord& record) noexcept;
// The first hop is also the error's place.
void add_hop(Error& error, Hop hop);
} // namespace detail

// Where an error came through, innermost first: the first 4 hops, the last 12, and how many there
// were in all.
class Chain {
 public:
  static constexpr std::size_t head = 4;
  static constexpr std::size_t tail = 12;

  Chain(const Chain&) = delete;

  std::size_t total() const { return total_; }
  // Hops between the first and the last kept ones.
  std::size_t omitted() const { return total_ > head + tail ? total_ - head - tail : 0; }
  std::size_t kept() const { return total_ - omitted(); }
  // The i-th kept hop, `i < kept()`. O(1).
  Hop operator[](std::size_t i) const;

 private:
  friend class Error;
  friend void detail::add_hop(Error& error, Hop hop);
  friend struct detail::ErrorRecord;

  constexpr Chain() {}
  void add(Hop hop) {
    const std::size_t n = total_++;
    // Behind the first ones stands a ring of the last ones.
    std::construct_at(&hops_[n < head ? n : head + (n - head) % tail], hop);
  }
  void copy_from(const Chain& other);

  std::uint32_t total_ = 0;
  // Made as they come: an error's way is short as a rule, and the room is most of its record.
  union {
    Hop hops_[head + tail];
  };
};

namespace detail {

// A value that an error carries, shared by its copies.
struct Payload : Counted<Payload> {
  const void* key; // its type, as an address

  explicit Payload(const void* key) : key(key) {}
  virtual void no_references() = 0;

 protected:
  ~Payload() = default;
};

template <class T>
inline constexpr char payload_key = 0;

template <class T>
struct PayloadOf final : Payload {
  T value;
  explicit PayloadOf(T&& value) : Payload(&payload_key<T>), value(std::move(value)) {}
  void no_references() override { delete this; }
};
} // namespace detail

// An error: one word, a counted record that does not change once it has arrived. Copying is O(1).
// A moved-from or default-made Error holds nothing: only `operator bool` and `describe` may be
// asked, and raising it panics.
class Error {
 public:
  Error() = default;
  // An error that has not been raised anywhere; `co_await fail(error)` raises it. When memory is
  // exhausted it is `out_of_memory` instead, which allocates nothing.
  explicit Error(const ErrorKind& kind, std::string_view message = {});

  explicit operator bool() const { return static_cast<bool>(record_); }

  const ErrorKind& kind() const;
  std::string_view message() const;
  // Where it was raised; unknown if it never was.
  Place place() const;
  const Chain& chain() const;
  // What led to it; empty if nothing did.
  const Error& cause() const;
  // A group's members in order of completion; otherwise the later errors of the operation that
  // failed with this one.
  std::span<const Error> others() const;

  // Follows the kind's parents. O(depth).
  bool is(const ErrorKind& kind) const { return this->kind().is(kind); }
  // Like `is`, but looks into groups too. O(errors in the group).
  bool has(const ErrorKind& wanted) const;
  bool is_group() const { return &kind() == &errors::group; }
  // The error itself if it is no group, else its single leaf; a group of several stays as it is.
  Error unwrap_single() const;

  // Divides it into what matches and the rest, which is empty if there is nothing of the sort. A
  // group of which only some members match becomes two groups of its own kind, message, cause,
  // payload and chain; order and nesting stay, and what falls into one part as a whole is that very
  // error. `kind` is asked for like `is`, of groups too: one that matches goes as a whole. The
  // predicate is asked about leaves only. O(errors in the group).
  ErrorSplit split(const ErrorKind& kind) const;
  template <std::predicate<const Error&> P>
  ErrorSplit split(P matches) const;
  // The first part of the split.
  Error match(const ErrorKind& kind) const;
  template <std::predicate<const Error&> P>
  Error match(P matches) const;
  // What is no group in it, in order: for an error that is no group, that error. O(errors).
  std::vector<Error> leaves() const;

  // The payload if one of type T is held, else null.
  template <class T>
  const T* payload() const {
    const detail::Payload* held = payload_of(&detail::payload_key<T>);
    return held ? &static_cast<const detail::PayloadOf<T>*>(held)->value : nullptr;
  }

  // The same error with something added, a payload instead of the one before. They change a record
  // that nobody else holds, and copy one that others hold; without memory nothing is added.
  Error with_cause(Error cause) &&;
  Error with_others(std::vector<Error> others) &&;
  template <class T>
  Error with_payload(T value) && {
    return std::move(*this).with_payload_of(
        detail::Ref<detail::Payload>::take_over(new detail::PayloadOf<T>(std::move(value))));
  }

  friend bool operator==(const Error& a, const Error& b) { return a.record_ == b.record_; }

 private:
  friend void detail::add_hop(Error& error, Hop hop);
  const detail::Payload* payload_of(const void* key) const;
  Error with_payload_of(detail::Ref<detail::Payload> payload) &&;
  void own();
  Error with_members(std::vector<Error> members) const;
  ErrorSplit split_by(const detail::ErrorTest& test) const;

  detail::Ref<detail::ErrorRecord> record_;
};

// The two parts of an error; either may be empty.
struct ErrorSplit {
  Error matching;
  Error rest;
};

namespace detail {

// What `split` asks about the errors that it meets: a reference to a function.
struct ErrorTest {
  bool (*matches)(void* asked, const Error& error);
  void* asked;
};

} // namespace detail

template <std::predicate<const Error&> P>
ErrorSplit Error::split(P matches) const {
  return split_by({[](void* asked, const Error& error) {
                     return !error.is_group() && bool((*static_cast<P*>(asked))(error));
                   },
                   &matches});
}
template <std::predicate<const Error&> P>
Error Error::match(P matches) const {
  return split(std::move(matches)).matching;
}

// A value, or why there is none.
template <class T = void>
using Result = std::expected<T, Error>;

// A group that holds `members` in this order. Its message counts them.
Error error_group(std::vector<Error> members);

// The error in words for a person: kind, message, place, chain, causes and members, one a line.
std::string describe(const Error& error);

namespace detail {

inline void append_piece(std::string& text, std::string_view piece) {
  text += piece;
}
template <class N>
  requires std::integral<N> || std::floating_point<N>
void append_piece(std::string& text, N piece) {
  if constexpr (std::same_as<N, bool>) {
    text += piece ? "true" : "false";
  } else if constexpr (std::same_as<N, char>) {
    text += piece;
  } else {
    char digits[32];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, piece).ptr);
  }
}

} // namespace detail

// The pieces, texts and numbers, as one text.
template <class... Pieces>
std::string join_text(const Pieces&... pieces) {
  std::string text;
  (detail::append_piece(text, pieces), ...);
  return text;
}

// Writes the text and the place to the host's error output, then traps. For broken rules that leave
// nothing sensible to go on with.
[[noreturn]] void panic(std::string_view message,
                        Place place = Place(std::source_location::current()));

WASIO_END
