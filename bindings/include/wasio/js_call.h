// Calls that come from JavaScript: tasks whose end settles a Promise.
#pragma once

#include <wasio/detail/operation_table.h>
#include <wasio/task_handle.h>

#include <cstring>
#include <span>
#include <string_view>

WASIO_BEGIN
namespace detail {

template <class T>
struct ToJs;

// The arguments of one call, as JavaScript has laid them out: a place of 8 bytes for each, and
// behind these the texts and bytes that the places refer to by offset and size.
class ArgumentBlock {
 public:
  // Takes over a block from `wasio_allocate`.
  ArgumentBlock(std::byte* start, std::size_t size) : start_(start), size_(size) {}
  ArgumentBlock(ArgumentBlock&& other) noexcept
      : start_(std::exchange(other.start_, nullptr)), size_(other.size_) {}
  ArgumentBlock& operator=(ArgumentBlock&&) = delete;
  ~ArgumentBlock() {
    if (start_) release(start_, size_);
  }

  template <class N>
  N number(std::size_t index) const {
    return read<N>(index * place_size);
  }
  std::string_view text(std::size_t index) const { return text_at(index * place_size); }
  // How many texts the list at `index` has, and its n-th one.
  std::size_t list_size(std::size_t index) const {
    return read<std::uint32_t>(index * place_size + sizeof(std::uint32_t));
  }
  std::string_view list_text(std::size_t index, std::size_t n) const {
    return text_at(read<std::uint32_t>(index * place_size) + n * place_size);
  }

 private:
  static constexpr std::size_t place_size = 8;

  template <class N>
  N read(std::size_t offset) const {
    N value;
    std::memcpy(&value, start_ + offset, sizeof value);
    return value;
  }
  std::string_view text_at(std::size_t offset) const {
    return {reinterpret_cast<const char*>(start_) + read<std::uint32_t>(offset),
            read<std::uint32_t>(offset + sizeof(std::uint32_t))};
  }

  std::byte* start_;
  std::size_t size_;
};

void resolve_void(std::uint32_t call);
void resolve_bool(std::uint32_t call, bool value);
void resolve_number(std::uint32_t call, double value);
void resolve_int64(std::uint32_t call, std::int64_t value);
void resolve_uint64(std::uint32_t call, std::uint64_t value);
void resolve_text(std::uint32_t call, std::string_view text);
void resolve_bytes(std::uint32_t call, std::span<const std::byte> bytes);
// With why the task of a call has not come to a value.
void reject_call(std::uint32_t call, const TaskRecord& task);
void reject_call(std::uint32_t call, const Error& error);

// The calls that are not settled. JavaScript cancels them by their tickets.
OperationTable<TaskRecord>& js_calls();

// The task of a call, and where it keeps what JavaScript knows it by. Null: memory is exhausted.
struct MadeCall {
  TaskRecord* task;
  Ticket* ticket;
};

// The task of one call, a child of the runtime's root set.
template <class T, class B>
class JsCall final : public BodyTask<T, B>, public Pooled {
 public:
  template <class U>
  JsCall(std::uint32_t call, U&& body)
      : BodyTask<T, B>(std::in_place, std::forward<U>(body)), call_(call) {
    this->set_awaited(); // by the Promise
    this->hold();        // until it is settled, so that it keeps why it was cancelled
    this->set_needs_release();
  }
  static MadeCall make(std::uint32_t call, B&& body) {
    auto* const made = new JsCall(call, std::move(body));
    if (!made) return {};
    return {made, &made->ticket_};
  }

 private:
  ~JsCall() = default;
  // The task has ended: first all that it held goes, then JavaScript learns of it.
  void release_body() override {
    BodyTask<T, B>::release_body();
    js_calls().remove(ticket_.index);
    settle();
    this->drop();
  }
  void settle() {
    if (!this->has_value()) return reject_call(call_, *this);
    if constexpr (std::is_void_v<T>) {
      resolve_void(call_);
    } else {
      ToJs<T>::resolve(call_, this->result().value());
    }
  }
  void no_references() override { delete this; }

  std::uint32_t call_;
  Ticket ticket_;
};

// A function that JavaScript may call. The objects are static, and register themselves.
class Export {
 public:
  using Make = MadeCall (*)(std::uint32_t call, ArgumentBlock&& arguments);

  Export(std::string_view name, std::string_view parameters, std::string_view types, Make make);
  Export(const Export&) = delete;
  Export& operator=(const Export&) = delete;

  // Queues the task of the call, under this name. If there is no memory for it, the call is
  // rejected.
  Ticket start(std::uint32_t call, ArgumentBlock&& arguments) const;
  static void list_all();

 private:
  std::string_view name_;
  std::string_view parameters_;
  std::string_view types_;
  Make make_;
  Export* next_;
};

} // namespace detail
WASIO_END
