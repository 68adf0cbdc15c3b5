// Context variables: values that follow the flow of tasks without being passed as arguments.
#pragma once

#include <wasio/detail/combinator.h>
#include <wasio/detail/context_tree.h>

#include <concepts>
#include <cstdint>
#include <utility>

WASIO_BEGIN

namespace detail {
class ContextSwap;
struct WithoutDefault {};
} // namespace detail

// Marks the type of a context variable that has a default: `ContextVar<int, WithDefault>`.
struct WithDefault {};

template <class T, class Default = detail::WithoutDefault>
class ContextVar;

// Its destructor restores what a context variable was before `set`: the earlier value, or unset.
// This happens once, in the context in which the variable was set, wherever the token is destroyed.
// Tokens that are destroyed out of order each restore what they saw. Movable.
class [[nodiscard("destroying the token restores the variable; .keep() leaves it set")]]
ContextToken {
 public:
  ContextToken(ContextToken&& other) noexcept = default;
  ContextToken& operator=(ContextToken other) noexcept {
    std::swap(cell_, other.cell_);
    std::swap(variable_, other.variable_);
    std::swap(before_, other.before_);
    return *this;
  }
  ~ContextToken() { restore(); }

  // Does what the destructor would do, earlier. Both panic when memory is exhausted.
  // O(log variables).
  void restore();
  // The variable stays as it is and the token restores nothing: `user.set(&ann).keep()` lasts to
  // the end of the task or, in an explicit context, as long as that. O(1).
  void keep() {
    cell_ = {};
    before_ = {};
  }

 private:
  template <class T, class Default>
  friend class ContextVar;

  // Sets the variable in the running task's context.
  ContextToken(std::uint32_t variable, detail::ContextValueRef value);

  detail::Ref<detail::ContextCell> cell_; // null once restored or moved from
  std::uint32_t variable_;
  detail::ContextValueRef before_; // null: it was unset
};

namespace detail {

template <class T>
struct ContextValueOf final : ContextValue, Pooled {
  const T value;

  template <class U>
  ContextValueOf(std::in_place_t, U&& from) : value(std::forward<U>(from)) {}
  void no_references() override { delete this; }
};

// Variables are numbered when they are first set, from 1.
std::uint32_t next_context_variable();
// Null if no task runs or the variable is unset.
const ContextValue* current_context_value(std::uint32_t variable);
[[noreturn]] void panic_without_context_memory();

} // namespace detail

// An explicit context: the values of variables. Copies of this object refer to the same context, so
// tasks that run in it (`in_context`) see each other's changes.
class Context {
 public:
  // An empty context: every variable is unset. This and the two functions below panic when memory
  // is exhausted.
  Context() : cell_(detail::ContextCell::make({})) {}
  // Returns an independent copy of the running task's context. Panics outside a task. O(1).
  static Context current();
  // Returns an independent copy. O(1).
  Context copy() const { return Context(detail::ContextCell::make(cell_->tree)); }

  // No move operations (a move copies): a context always has its variables.
  Context(const Context& other) = default;
  Context& operator=(const Context& other) = default;

 private:
  template <class T, class Default>
  friend class ContextVar;
  friend detail::ContextSwap;

  explicit Context(detail::Ref<detail::ContextCell> cell) : cell_(std::move(cell)) {}

  detail::Ref<detail::ContextCell> cell_;
};

// A variable whose value depends on the running task. A task begins with a copy of its spawner's
// values, taken at the call of `spawn`; later changes do not cross. Each branch of a gather has a
// copy too. `attempt`, scopes, shields, guards and the body of a group share their task's values.
//
//   inline ContextVar locale{"locale", std::string("en")};  // with a default: has `get`
//   inline constinit ContextVar<const User*> user{"user"};  // without a default
//   inline ContextVar<int, WithDefault> limits[] = {{"low", 1}, {"high", 10}};  // both types
//   spelled
//
// A variable must be a global and outlive every context that has it. The name is for human readers.
template <class T, class Default>
class ContextVar {
 public:
  constexpr explicit ContextVar(const char* name) : name_(name) {}
  ContextVar(const ContextVar&) = delete;
  ContextVar& operator=(const ContextVar&) = delete;

  const char* name() const { return name_; }

  // Returns the value in the running task's context; null if it is unset there or no task runs. A
  // value never changes; the pointer is valid until the variable is next set or restored there.
  // O(1).
  const T* try_get() const { return value_in(detail::current_context_value(number_)); }
  const T* try_get(const Context& context) const {
    return value_in(context.cell_->tree.get(number_));
  }

  // Sets the variable in the running task's context until the token is destroyed. Panics outside a
  // task and when memory is exhausted. O(log variables).
  template <class U = T>
    requires std::constructible_from<T, U&&>
  ContextToken set(U&& value) {
    auto* const held = new detail::ContextValueOf<T>(std::in_place, std::forward<U>(value));
    if (!held) detail::panic_without_context_memory();
    if (number_ == 0) number_ = detail::next_context_variable();
    return ContextToken(number_, detail::ContextValueRef::take_over(held));
  }

 private:
  static const T* value_in(const detail::ContextValue* held) {
    return held ? &static_cast<const detail::ContextValueOf<T>*>(held)->value : nullptr;
  }

  const char* name_;
  std::uint32_t number_ = 0; // 0: never set
};

template <class T>
class ContextVar<T, WithDefault> : ContextVar<T> { // private: the base ignores the default
 public:
  using ContextVar<T>::name;
  using ContextVar<T>::set;

  template <class U>
  constexpr ContextVar(const char* name, U&& by_default)
      : ContextVar<T>(name), default_(std::forward<U>(by_default)) {}

  // As above, but with the default where the variable is unset. `get` returns the value itself.
  const T* try_get() const {
    const T* const value = ContextVar<T>::try_get();
    return value ? value : &default_;
  }
  const T* try_get(const Context& context) const {
    const T* const value = ContextVar<T>::try_get(context);
    return value ? value : &default_;
  }
  const T& get() const { return *try_get(); }
  const T& get(const Context& context) const { return *try_get(context); }

 private:
  const T default_;
};

template <class T>
ContextVar(const char*, T) -> ContextVar<T, WithDefault>;

namespace detail {

// While the body runs, its task has another context.
class ContextSwap : public Stage {
 public:
  explicit ContextSwap(const Context& context) : cell_(context.cell_) {}

  bool enter(Frame&, InnerBoundary&);
  Boundary::Hold before_unwind(TaskRecord&, Ending) { return Boundary::Hold::pass; }
  Next body_ended(TaskRecord& task, Ending how);
  void abandoned(TaskRecord& task);

  template <class T>
  T result(Slot<T>& slot) {
    return slot.take();
  }

 private:
  Ref<ContextCell> cell_;
  TaskContext before_;
};

} // namespace detail

// `co_await in_context(context, body)` runs the body in that context instead of the task's own:
// what it sets is visible to everything that runs in it. Returns the body's value. To spawn a task
// in a given context, use `group.spawn(in_context(context, body))`. Not a checkpoint. O(1) beyond
// the body.
template <Body B>
auto in_context(const Context& context, B&& body WASIO_LIFETIMEBOUND) {
  return detail::combine<detail::ContextSwap>(std::forward<B>(body), context);
}

WASIO_END
