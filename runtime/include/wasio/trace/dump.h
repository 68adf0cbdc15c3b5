// The task tree as text, for people.
#pragma once

#include <wasio/config.h>

#include <cstddef>
#include <string>

WASIO_BEGIN

class Runtime;

// All tasks of this runtime, one indented line each, children below the group or gather that they
// run in:
//
//   #1 main waits for group at f() (main.cpp:12)
//     awaited by g() (main.cpp:30)
//     scope, deadline in 5 ms
//       group
//         #2 reader waits for receive at h() (main.cpp:20), awaited by #3
//
// with what each task waits for and where, its await chain, deadlines relative to now, shields, and
// cancels with source and reason. Beyond `max_tasks` tasks, and in the middle of long await chains
// and deep scope nesting, it only counts what it omits. Panics outside of a runtime's turn.
// O(tasks and scopes).
std::string dump_tasks(std::size_t max_tasks = 1000);

namespace detail {
// The same for any runtime.
std::string dump_tasks_of(Runtime& runtime, std::size_t max_tasks);

// The most tasks listed in a report that the program did not request.
inline constexpr std::size_t max_tasks_reported = 32;
} // namespace detail

WASIO_END
