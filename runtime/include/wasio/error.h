// Errors: Error, its kind, and Result, which holds a value or an Error.
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

// An error kind, identified by the address of a constant. Users define their own:
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
inline constexpr ErrorKind failure{"failure"};                          // the parent of all below
inline constexpr ErrorKind misuse{"misuse", &failure};                  // the program broke a rule
inline constexpr ErrorKind already_started{"already_started", &misuse}; // a second `started`
inline constexpr ErrorKind timed_out{"timed_out", &failure};            // raised by `fail_after`
inline constexpr ErrorKind task_cancelled{"task_cancelled", &failure};  // an awaited task's end
inline constexpr ErrorKind group{"group", &failure};                    // several errors
inline constexpr ErrorKind not_started{"not_started", &failure};        // ended before `started`
inline constexpr ErrorKind closed{"closed", &failure};                  // the other end is gone
inline constexpr ErrorKind would_block{"would_block", &failure};        // a `try_` would wait
inline constexpr ErrorKind broken{"broken", &failure};                  // its holder ended with it
inline constexpr ErrorKind lagged{"lagged", &failure};                  // too slow for a broadcast
inline constexpr ErrorKind gave_up{"gave_up", &failure};                // the last restart failed
inline constexpr ErrorKind out_of_memory{"out_of_memory", &failure};
inline constexpr ErrorKind exception{"exception", &failure}; // holds a C++ exception
inline constexpr ErrorKind deadlock{"deadlock", &failure};   // no waiting task can ever wake
} // namespace errors

class Error;
struct ErrorSplit;

// One hop of an error's path: the frame it passed and the line of the await there.
using Hop = Place;

namespace detail {
struct ErrorRecord;
struct ErrorTest;

void hold(ErrorRecord& record) noexcept;
void drop(ErrorRecord& record) noexcept;
// The first hop is also the error's place.
void add_hop(Error& error, Hop hop);
} // namespace detail

// The frames an error passed through, innermost first: the first 4 hops, the last 12, and the total
// number.
class Chain {
 public:
  static constexpr std::size_t head = 4;
  static constexpr std::size_t tail = 12;

  Chain(const Chain&) = delete;

  std::size_t total() const { return total_; }
  // The number of hops dropped between the first and the last ones.
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
    // The first hops are followed by a ring of the last ones.
    std::construct_at(&hops_[n < head ? n : head + (n - head) % tail], hop);
  }
  void copy_from(const Chain& other);

  std::uint32_t total_ = 0;
  // Constructed one by one as hops are added: the path is usually short, and this array is most of
  // the record.
  union {
    Hop hops_[head + tail];
  };
};

namespace detail {

// A value carried by an error, shared by the error's copies.
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

// An error: one word, a reference to a counted record that does not change once the error has been
// caught. Copying is O(1). A moved-from or default-constructed Error holds nothing: only `operator
// bool` and `describe` may be called on it, and raising it panics.
class Error {
 public:
  Error() = default;
  // Makes an error without raising it; `co_await fail(error)` raises it. If memory is exhausted,
  // the result is `out_of_memory` instead, which allocates nothing.
  explicit Error(const ErrorKind& kind, std::string_view message = {});

  explicit operator bool() const { return static_cast<bool>(record_); }

  const ErrorKind& kind() const;
  std::string_view message() const;
  // Where it was raised; unknown if it was not raised.
  Place place() const;
  const Chain& chain() const;
  // The error that led to this one; empty if there is none.
  const Error& cause() const;
  // The members of a group, in order of completion; empty for any other error.
  std::span<const Error> members() const;
  // The later errors of the operations that failed with this one, in order of completion, those of
  // inner operations first. A group that no error came after returns its members.
  std::span<const Error> others() const;
  // This error as it was before the first of the `others()` came: a group's `others()` are then its
  // members. An error that no error came after returns itself.
  const Error& first() const;

  // Whether its kind is `kind` or descends from it. O(depth).
  bool is(const ErrorKind& kind) const { return this->kind().is(kind); }
  // Like `is`, but looks into groups too. O(errors in the group).
  bool has(const ErrorKind& wanted) const;
  bool is_group() const { return &kind() == &errors::group; }
  // Unwraps groups with a single member, at any nesting, that no error came after; returns any
  // other error unchanged.
  Error unwrap_single() const;

  // Divides the error into a matching part and the rest; either may be empty. A group with only
  // some matching members becomes two groups, each with the original kind, message, cause, payload,
  // chain and later errors; order and nesting are preserved, and an error that falls entirely into
  // one part is that very error. `kind` matches as with `is`, groups included: a matching group is
  // taken as a whole. The predicate is called for leaves only. What came later than an error
  // belongs to it and is not examined. O(errors in the group).
  ErrorSplit split(const ErrorKind& kind) const;
  template <std::predicate<const Error&> P>
  ErrorSplit split(P matches) const;
  // The matching part of the split.
  Error match(const ErrorKind& kind) const;
  template <std::predicate<const Error&> P>
  Error match(P matches) const;
  // All errors in it that are not groups, in order; for an error that is not a group, that error.
  // O(errors).
  std::vector<Error> leaves() const;

  // The payload if it has type T, otherwise null.
  template <class T>
  const T* payload() const {
    const detail::Payload* held = payload_of(&detail::payload_key<T>);
    return held ? &static_cast<const detail::PayloadOf<T>*>(held)->value : nullptr;
  }

  // Return the same error with something added; a payload replaces the previous one. If memory is
  // exhausted, nothing is added. `with_others` adds errors that came later; they do not become
  // members of a group.
  Error with_cause(Error cause) &&;
  Error with_others(std::vector<Error> others) &&;
  // The note follows the message: `refused (3 attempts)`.
  Error with_note(std::string_view note) &&;
  template <class T>
  Error with_payload(T value) && {
    return std::move(*this).with_payload_of(
        detail::Ref<detail::Payload>::take_over(new detail::PayloadOf<T>(std::move(value))));
  }

  friend bool operator==(const Error& a, const Error& b) { return a.record_ == b.record_; }

 private:
  friend void detail::add_hop(Error& error, Hop hop);
  friend Error error_group(std::vector<Error> members);
  const detail::Payload* payload_of(const void* key) const;
  Error with_payload_of(detail::Ref<detail::Payload> payload) &&;
  void own();
  bool modifiable() const;
  Error without_list(std::string_view message) const;
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

// The predicate of a `split`: a reference to a function.
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

// A value, or the error that explains why there is none.
template <class T = void>
using Result = std::expected<T, Error>;

// A group of `members`, in this order. Its message is their number, such as `2 errors`.
Error error_group(std::vector<Error> members);

// The error as text for people: kind, message, place, chain, members, later errors and causes, one
// per line.
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

// Joins the pieces, texts and numbers, into one text.
template <class... Pieces>
std::string join_text(const Pieces&... pieces) {
  std::string text;
  (detail::append_piece(text, pieces), ...);
  return text;
}

// Writes the message and the place to the host's error output, the first 1,000 bytes or so, then
// traps. For broken rules after which the program cannot sensibly continue. Allocates nothing.
[[noreturn]] void panic(std::string_view message,
                        Place place = Place(std::source_location::current()));

WASIO_END
