// The tree of tasks as text, for people.
#pragma once

#include <wasio/config.h>

#include <cstddef>
#include <string>

WASIO_BEGIN

class Runtime;

// All tasks of this runtime, an indented line each, children below the group or gather they run in:
//
//   #1 main waits for group at f() (main.cpp:12)
//     awaited by g() (main.cpp:30)
//     scope, deadline in 5 ms
//       group
//         #2 reader waits for receive at h() (main.cpp:20), awaited by #3
//
// with what each waits for and where, the awaits that it stands in, deadlines from now, shields,
// and cancels with source and reason. After `max_tasks` tasks, and in the middle of long chains
// and of many nested scopes, it only counts what it leaves out. Panics outside of a runtime's turn.
// O(tasks and scopes).
std::string dump_tasks(std::size_t max_tasks = 1000);

namespace detail {
// The same, of any runtime.
std::string dump_tasks_of(Runtime& runtime, std::size_t max_tasks);

// As many tasks as a report names that nobody asked for.
inline constexpr std::size_t max_tasks_reported = 32;
} // namespace detail

WASIO_END
