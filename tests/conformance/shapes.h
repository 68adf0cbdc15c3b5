// C6: a table of shapes of code, each with points at which the work can end. The shapes are in
// shapes_of_*.cpp, the test that runs them all in shapes.cpp.
#pragma once

#include "support.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace conformance::shapes {

enum class Way {
  value,            // runs to its end
  error,            // fails without a suspension
  error_after_wait, // fails after a suspension
  cancel_at_entry,  // a checkpoint in a scope that is already cancelled
  cancel_in_wait,   // cancelled while suspended
};

// Counts the points that a shape reaches, ends the work at one of them, and tracks the objects.
class Probe {
 public:
  Probe(Way way, int target) : way_(way), target_(target) {}

  Task<> point() {
    if (++points_ != target_) co_return;
    ending_ = true;
    switch (way_) {
    case Way::value:
      break;
    case Way::error_after_wait:
      co_await sleep(1ms);
      [[fallthrough]];
    case Way::error:
      co_await fail(broken);
    case Way::cancel_at_entry:
      scope.cancel();
      co_await checkpoint();
      break;
    case Way::cancel_in_wait:
      scope.set_timeout(1ms);
      co_await sleep(1h);
    }
  }

  int born() {
    alive_.push_back(++last_id_);
    return last_id_;
  }
  void died(int id) {
    const auto at = std::ranges::find(alive_, id);
    if (at == alive_.end()) {
      wrong_ += join_text(" object ", id, " destroyed twice;");
      return;
    }
    if (ending_ && std::next(at) != alive_.end())
      wrong_ += join_text(" object ", id, " destroyed before ", alive_.back(), ';');
    alive_.erase(at);
  }

  int points() const { return points_; }
  bool ended_early() const { return ending_; }
  // What went wrong; empty if nothing did.
  std::string verdict() const {
    return alive_.empty() ? wrong_ : wrong_ + join_text(' ', alive_.size(), " objects missed;");
  }

  CancelScope scope;

 private:
  Way way_;
  int target_;
  int points_ = 0;
  int last_id_ = 0;
  bool ending_ = false;
  std::vector<int> alive_;
  std::string wrong_;
};

// An object that the probe tracks; a move constructs another one.
class Tracked {
 public:
  explicit Tracked(Probe& probe) : probe_(&probe), id_(probe.born()) {}
  Tracked(Tracked&& other) noexcept : probe_(other.probe_), id_(probe_->born()) {}
  Tracked& operator=(Tracked&&) noexcept { return *this; }
  ~Tracked() { probe_->died(id_); }

  int one() const { return 1; }
  bool yes() const { return true; }
  Tracked& self() { return *this; }
  Tracked& with(const Tracked&) { return *this; }
  Tracked& operator<<(const Tracked&) { return *this; }
  int operator()(int number) const { return number; }
  Tracked* operator->() { return this; }

 private:
  Probe* probe_;
  int id_;
};

struct Two {
  Tracked first;
  Tracked second;
};
struct Nested {
  Tracked first;
  Two two;
  Tracked last;
};
struct Base {
  explicit Base(Tracked&& part) : part(std::move(part)) {}
  Tracked part;
};
struct Derived : Base {
  Derived(Tracked&& part, Probe& probe) : Base(std::move(part)), own(probe) {}
  Tracked own;
};
struct WithMethods {
  Tracked member;
  Task<Tracked> method(Probe& p, Tracked argument) {
    const Tracked local(p);
    co_await p.point();
    (void)argument;
    co_return Tracked(p);
  }
};

inline void use(const Tracked&) {}
inline void use(const Tracked&, const Tracked&) {}
inline void use(const Tracked&, const Tracked&, const Tracked&) {}
inline void use_value(Tracked, Tracked) {}
inline std::size_t count(std::initializer_list<Tracked> list) {
  return list.size();
}

inline Task<Tracked> make(Probe& p) {
  co_await p.point();
  co_return Tracked(p);
}
inline Task<Tracked> make_after(Probe& p, Tracked argument) {
  const Tracked local(p);
  co_await p.point();
  co_return std::move(argument);
}
inline Task<Tracked> make_from(Probe& p, const Tracked&) {
  co_await p.point();
  co_return Tracked(p);
}
inline Task<Two> make_two(Probe& p) {
  Tracked first(p);
  co_await p.point();
  co_return Two{std::move(first), co_await make(p)};
}
inline Task<std::vector<Tracked>> make_many(Probe& p) {
  std::vector<Tracked> many;
  many.reserve(3);
  for (int i = 0; i < 3; ++i) many.push_back(co_await make(p));
  co_return many;
}
inline Task<std::optional<Tracked>> make_maybe(Probe& p, bool some) {
  co_await p.point();
  if (!some) co_return std::nullopt;
  co_return Tracked(p);
}
inline Task<int> number(Probe& p, int value) {
  co_await p.point();
  co_return value;
}
inline Task<bool> truth(Probe& p, bool value) {
  co_await p.point();
  co_return value;
}
inline Task<std::string> text(Probe& p) {
  co_await p.point();
  co_return "a text too long for the small buffer of a string";
}
inline Task<int> recurse(Probe& p, int depth) {
  const Tracked local(p);
  if (depth == 0) co_return co_await number(p, 0);
  co_return co_await recurse(p, depth - 1) + local.one();
}

// One entry of the table; adds itself to it.
struct Shape {
  Shape(const char* name, Task<> (*run)(Probe& p)) : name(name), run(run) {
    *end = this;
    end = &next;
  }
  const char* name;
  Task<> (*run)(Probe& p);
  Shape* next = nullptr;

  static inline constinit Shape* first = nullptr;
  static inline constinit Shape** end = &first;
};

// Adds a shape to the table; its body follows.
#define SHAPE(name) SHAPE_NAMED_(__COUNTER__, name)
#define SHAPE_NAMED_(number, name)                                                                 \
  Task<> WASIO_TEST_JOIN(shape_, number)(Probe & p);                                               \
  Shape WASIO_TEST_JOIN(shape_entry_, number)(name, &WASIO_TEST_JOIN(shape_, number));             \
  Task<> WASIO_TEST_JOIN(shape_, number)(Probe & p)

} // namespace conformance::shapes
