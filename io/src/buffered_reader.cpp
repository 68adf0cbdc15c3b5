#include <wasio/fail.h>
#include <wasio/io/buffered_reader.h>

#include <algorithm>
#include <array>
#include <utility>

WASIO_BEGIN
namespace {

Error too_long(std::string_view what, std::size_t limit) {
  return Error(errors::limit_exceeded, join_text(what, " exceeds the limit of ", limit, " bytes"));
}

// Finds the first separator in a text that grows between calls. `at_` is the first position not yet
// decided: no separator begins before it, whatever bytes follow.
class SeparatorSearch {
 public:
  explicit SeparatorSearch(BufferedReader::Separators separators) : separators_(separators) {
    shortest_ = std::ranges::min(separators, {}, &std::string_view::size).size();
    for (const auto separator : separators) begins_[index_of(separator.front())] = true;
  }

  // The end of the first separator, or nullopt while that is not certain. Each position is decided
  // once.
  std::optional<std::size_t> find(std::string_view text, bool at_end) {
    for (at_ = next_begin(text, at_); at_ < text.size(); at_ = next_begin(text, at_ + 1)) {
      const auto size = longest_here(text.substr(at_), at_end);
      if (!size) return std::nullopt;
      if (*size > 0) return at_ + *size;
    }
    return std::nullopt;
  }

  // A lower bound for the size of the result, after a `find` that found nothing.
  std::size_t least() const { return at_ + shortest_; }

 private:
  static std::size_t index_of(char c) { return static_cast<unsigned char>(c); }

  // The first position at or after `from` where a separator may begin; otherwise the end of the
  // text.
  std::size_t next_begin(std::string_view text, std::size_t from) const {
    if (separators_.size() == 1)
      return std::min(text.find(separators_.front().front(), from), text.size());
    while (from < text.size() && !begins_[index_of(text[from])]) ++from;
    return from;
  }

  // The size of the longest separator at the front of `rest`, 0 if there is none; nullopt if more
  // bytes could complete a longer one there.
  std::optional<std::size_t> longest_here(std::string_view rest, bool at_end) const {
    std::size_t longest = 0;
    for (const auto separator : separators_) {
      if (rest.starts_with(separator)) {
        longest = std::max(longest, separator.size());
      } else if (!at_end && separator.starts_with(rest)) {
        return std::nullopt;
      }
    }
    return longest;
  }

  BufferedReader::Separators separators_;
  std::array<bool, 256> begins_{};
  std::size_t shortest_;
  std::size_t at_ = 0;
};

} // namespace

BufferedReader::BufferedReader(ReceiveStream& stream, BufferedReaderOptions options)
    : stream_(&stream), chunk_(std::max<std::size_t>(options.buffer_size, 1)) {}

// Sets `filling_` while the stream writes into the buffer, however that ends.
class BufferedReader::Filling {
 public:
  explicit Filling(BufferedReader& reader) : reader_(&reader) { reader.filling_ = true; }
  Filling(const Filling&) = delete;
  Filling& operator=(const Filling&) = delete;
  ~Filling() { reader_->filling_ = false; }

 private:
  BufferedReader* reader_;
};

// Why a call must not begin now; empty if it may.
Error BufferedReader::refusal() const {
  if (closed_) return detail::is_closed("reader");
  if (filling_) return detail::receives_already("reader");
  return {};
}

// Makes room for a receive behind the buffered bytes. It moves at most as many bytes as were taken
// since the last move, and a reallocation at least doubles what it copies, so each byte that passes
// costs O(1) amortised however small the chunks are.
void BufferedReader::make_room() {
  const std::size_t least = std::max<std::size_t>(chunk_ / 4, 1);
  if (begin_ == end_) begin_ = end_ = searched_ = 0;
  if (capacity_ - end_ >= least) return;
  const std::size_t held = end_ - begin_;
  if (begin_ >= held && capacity_ - held >= least) {
    std::copy_n(buffer_.get() + begin_, held, buffer_.get());
  } else {
    capacity_ = 2 * held + chunk_;
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_);
    if (held > 0) std::copy_n(buffer_.get() + begin_, held, larger.get());
    buffer_ = std::move(larger);
  }
  searched_ -= begin_;
  begin_ = 0;
  end_ = held;
}

// Appends one receive to the buffer. Returns false at the end of the stream.
Task<bool> BufferedReader::fill() {
  if (Error refused = refusal()) co_await fail(std::move(refused));
  if (at_end_) co_return false;
  make_room();
  const Filling filling(*this);
  const std::span room(buffer_.get() + end_, std::min(chunk_, capacity_ - end_));
  const std::size_t count = co_await stream_->receive_into(std::as_writable_bytes(room));
  if (closed_) co_await fail(detail::is_closed("reader"));
  end_ += count;
  at_end_ = count == 0;
  co_return !at_end_;
}

// Receives until `count` bytes are in the buffer or the stream ends.
Task<> BufferedReader::fill_up_to(std::size_t count) {
  if (Error refused = refusal()) co_await fail(std::move(refused));
  while (end_ - begin_ < count && co_await fill()) {
  }
}

// The error for a stream that ended too early; its payload takes the remaining bytes.
Error BufferedReader::incomplete(std::string_view wanted) {
  std::string partial(take(end_ - begin_));
  return Error(errors::incomplete,
               join_text("the stream ended after ", partial.size(), " bytes; expected ", wanted))
      .with_payload(std::move(partial));
}

Task<std::string> BufferedReader::read_exactly(std::size_t count) {
  co_await fill_up_to(count);
  if (end_ - begin_ < count) co_await fail(incomplete(join_text(count)));
  co_return std::string(take(count));
}

Task<std::string> BufferedReader::read_until(std::string_view separator, std::size_t limit) {
  co_return co_await read_until(Separators(&separator, 1), limit);
}

WASIO_CORO_WRAPPER Task<std::string>
BufferedReader::read_until(std::initializer_list<std::string_view> separators, std::size_t limit) {
  return read_until(Separators(separators.begin(), separators.size()), limit);
}

Task<std::string> BufferedReader::read_until(Separators separators, std::size_t limit) {
  if (separators.empty() || std::ranges::any_of(separators, &std::string_view::empty))
    co_await fail(errors::misuse, "read_until(): a separator is empty, or there are none");
  if (Error refused = refusal()) co_await fail(std::move(refused));
  SeparatorSearch search(separators);
  for (;;) {
    auto found = search.find(buffered(), false);
    if (!found && at_end_ && search.least() <= limit) {
      found = search.find(buffered(), true);
      if (!found) co_await fail(incomplete("a separator"));
    }
    if (found.value_or(search.least()) > limit) co_await fail(too_long("the record", limit));
    if (found) co_return std::string(take(*found));
    co_await fill();
  }
}

Task<std::optional<std::string>> BufferedReader::read_line(std::size_t limit) {
  const auto line = co_await next_line(limit);
  if (!line) co_return std::nullopt;
  co_return std::string(*line);
}

Task<detail::NextLine::Line> detail::NextLine::read() {
  if (Error refused = reader_->refusal()) co_await fail(std::move(refused));
  for (;;) {
    if (const auto line = reader_->take_line(limit_)) co_return line;
    // The buffered bytes are either a line that is too long, or have no line end yet.
    const std::size_t held = reader_->end_ - reader_->begin_;
    const bool ended = reader_->searched_ < reader_->end_;
    if (ended || held > limit_) co_await fail(too_long("the line", limit_));
    if (!co_await reader_->fill()) break;
  }
  const std::string_view last = reader_->take(reader_->end_ - reader_->begin_);
  if (last.empty()) co_return std::nullopt;
  co_return last;
}

Task<std::optional<std::string_view>> BufferedReader::next_lines(std::size_t limit) {
  if (Error refused = refusal()) co_await fail(std::move(refused));
  for (;;) {
    // Only the bytes not yet searched can contain a line end.
    const auto last = buffered().substr(searched_ - begin_).rfind('\n');
    if (last != std::string_view::npos) co_return take(searched_ - begin_ + last + 1);
    searched_ = end_;
    if (end_ - begin_ > limit) co_await fail(too_long("the line", limit));
    if (!co_await fill()) break;
  }
  const std::string_view rest = take(end_ - begin_);
  if (rest.empty()) co_return std::nullopt;
  co_return rest;
}

Task<std::string_view> BufferedReader::read_some() {
  co_await fill_up_to(1);
  co_return take(end_ - begin_);
}

Task<std::string> BufferedReader::read_all(std::size_t limit) {
  co_await fill_up_to(limit);
  while (end_ - begin_ <= limit && co_await fill()) {
  }
  if (end_ - begin_ > limit) co_await fail(too_long("the stream", limit));
  co_return std::string(take(end_ - begin_));
}

Task<std::string_view> BufferedReader::peek(std::size_t count) {
  co_await fill_up_to(count);
  co_return buffered().substr(0, count);
}

Task<std::size_t> BufferedReader::receive_into(std::span<std::byte> into) {
  if (into.empty()) co_await fail(detail::no_room());
  if (Error refused = refusal()) co_await fail(std::move(refused));
  if (begin_ == end_ && !at_end_ && into.size() >= chunk_) {
    const Filling filling(*this);
    const std::size_t count = co_await stream_->receive_into(into);
    if (closed_) co_await fail(detail::is_closed("reader"));
    at_end_ = count == 0;
    co_return count;
  }
  co_await fill_up_to(1);
  const std::size_t count = std::min(into.size(), end_ - begin_);
  std::ranges::copy(as_bytes(take(count)), into.begin());
  co_return count;
}

Readable BufferedReader::readable() {
  if (Error refused = refusal()) return Readable(std::move(refused));
  if (begin_ != end_ || at_end_) return Readable();
  return stream_->readable();
}

std::optional<Task<std::uint64_t>> BufferedReader::splice_to(SendStream& to, std::uint64_t limit) {
  const bool nothing = begin_ == end_ && !at_end_;
  if (nothing && !refusal()) return stream_->splice_to(to, limit);
  return send_buffered(to, limit);
}

// How much of a send that is cut off has arrived is unknown, so the bytes are taken before it.
Task<std::uint64_t> BufferedReader::send_buffered(SendStream& to, std::uint64_t limit) {
  if (Error refused = refusal()) co_await fail(std::move(refused));
  const std::uint64_t count = std::min<std::uint64_t>(limit, end_ - begin_);
  const auto bytes = as_bytes(take(static_cast<std::size_t>(count)));
  const Filling filling(*this);
  if (count > 0) co_await to.send_all(bytes);
  co_return count;
}

Task<> BufferedReader::aclose() {
  closed_ = true;
  begin_ = end_ = searched_ = 0;
  co_await stream_->aclose();
}

WASIO_END
