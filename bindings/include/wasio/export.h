// Functions that JavaScript may call.
#pragma once

#include <wasio/detail/module_line.h>
#include <wasio/js_call.h>
#include <wasio/task.h>
#include <wasio/web/wire_types.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

// `WASIO_EXPORT(weigh, url)` after the definition of `Task<T> weigh(std::string url)`, in the same
// namespace, makes it a method of the app that `load()` returns: `await app.weigh('/a.txt',
// {signal})`. The names of the parameters follow the function's; they stand in messages and in the
// .d.ts file.
//
// - Parameters, by value, and results: integers (64-bit ones are bigints), float, double, bool,
//   std::string, std::vector of std::byte or std::uint8_t (a Uint8Array), JsValue (any value),
//   std::vector (an array; of numbers, a typed array), std::optional (undefined if it is empty),
//   std::variant (its first alternative that takes the value), structs (WASIO_STRUCT) and enums
//   (WASIO_ENUM). As parameters also std::string_view and std::span of const bytes, which refer to
//   memory that lives as long as the call. The result may be void.
// - The call is a task of its own, with the function's name. The signal's abort cancels it, and the
//   Promise is rejected with the signal's reason once the task has ended. An error rejects with a
//   WasioError.
// - If the name is also one of wasio's and the file says `using namespace wasio`, the function must
//   be in a namespace, unless only the user's own function returns a Task (`sleep`).
// - What it defines must be linked: put it into the program's own sources, or refer to something of
//   the same file if it stands in an archive.
// - On hosts without JavaScript nothing is exported, but the same mistakes are errors, so that one
//   source serves all hosts.
#define WASIO_EXPORT(function, ...)                                                                \
  WASIO_MODULE_LINE(                                                                               \
      ::wasio::detail::export_line<#function, ::wasio::detail::exported(&function), #__VA_ARGS__>) \
  WASIO_EXPORT_ENTRY(function)

#ifdef __EMSCRIPTEN__
#define WASIO_EXPORT_ENTRY(function)                                                               \
  extern "C" __attribute__((export_name("wasio_export_" #function), used)) double                  \
  wasio_export_##function(double call, std::byte* arguments, std::size_t size) {                   \
    return ::wasio::detail::ExportOf<::wasio::detail::exported(&function)>::call(                  \
        #function, call, {arguments, size});                                                       \
  }
#else
#define WASIO_EXPORT_ENTRY(function)
#endif

WASIO_BEGIN
namespace detail {

// Of the functions that have the exported name (after `using namespace wasio`, `sleep` is also one
// of wasio's), the one that returns a Task.
template <class T, class... P>
consteval auto exported(Task<T> (*function)(P...)) {
  return function;
}
template <class F>
consteval F exported(F function) {
  return function;
}

template <auto function>
struct ExportOf {
  static_assert(always_false<decltype(function)>,
                "WASIO_EXPORT takes a function that returns a wasio::Task");
};

template <class T, class... P, Task<T> (*function)(P...)>
struct ExportOf<function> {
  static constexpr std::size_t parameter_count = sizeof...(P);
  static constexpr auto types =
      (FixedText("") + ... + Wire<P>::type) + FixedText(":") + Wire<T>::type;

  static double call(std::string_view name, double call, Block arguments) {
    return start_call(name, call, JsCall<T, Body>::make(call, Body(std::move(arguments))));
  }

 private:
  // Keeps the arguments as long as the call, for the views into them.
  class Body {
   public:
    explicit Body(Block&& arguments) : arguments_(std::move(arguments)) {}
    WASIO_CORO_WRAPPER Task<T> operator()() {
      if constexpr ((wire_allocates<P> || ...)) {
        if (!has_memory_for(arguments_)) return fail_for_memory<T>();
      }
      [[maybe_unused]] Reader in = arguments_.reader();
      // In braces, the arguments are read in this order.
      return Begun{Wire<P>::read(in)...}.task;
    }

   private:
    struct Begun {
      Task<T> task;
      explicit Begun(P... arguments) : task(function(std::move(arguments)...)) {}
    };

    Block arguments_;
  };
};

// What the compiler evaluates below stops the build when it reaches one of these.
void the_name_is_one_that_every_app_has_already();
void the_number_of_parameter_names_is_not_that_of_the_parameters();

consteval void check_export_name(std::string_view name) {
  for (std::string_view taken : {"main", "dispose", "then"})
    if (name == taken) the_name_is_one_that_every_app_has_already();
}

consteval std::size_t count_names(std::string_view names) {
  if (names.empty()) return 0;
  return static_cast<std::size_t>(std::count(names.begin(), names.end(), ',')) + 1;
}

template <FixedText name, auto function, FixedText parameters>
consteval auto make_export_line() {
  check_export_name(name.view());
  if (count_names(parameters.view()) != ExportOf<function>::parameter_count)
    the_number_of_parameter_names_is_not_that_of_the_parameters();
  return section_line(FixedText("export\\t") + name + FixedText("\\t") + parameters +
                      FixedText("\\t") + ExportOf<function>::types);
}
template <FixedText name, auto function, FixedText parameters>
inline constexpr auto export_line = make_export_line<name, function, parameters>();

} // namespace detail
WASIO_END
