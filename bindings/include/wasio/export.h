// Functions that JavaScript may call.
#pragma once

#include <wasio/js_call.h>
#include <wasio/js_convert.h>
#include <wasio/task.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

// `WASIO_EXPORT(weigh, url)` after the definition of `Task<T> weigh(std::string url)` makes it a
// method of what `load()` gives in JavaScript: `await app.weigh('/a.txt', {signal})`. The names of
// the parameters follow the function's; they stand in messages and in the .d.ts file.
//
// - Parameters, by value: integers (64-bit ones are bigints), float, double, bool, std::string, and
//   std::vector of std::byte or std::uint8_t; std::string_view and std::span of const bytes refer
//   to memory that lives as long as the call. Results: the same without the views, or void.
// - The call is a task of its own, with the function's name. The signal's abort cancels it, and the
//   Promise is rejected with the signal's reason once the task has ended. An error rejects with a
//   WasioError.
// - The objects that it defines must be linked: put it into the program's own sources, or refer to
//   something of the same file if it stands in an archive.
#define WASIO_EXPORT(function, ...)                                                                \
  static const ::wasio::detail::Export WASIO_EXPORT_JOIN(wasio_export_, __COUNTER__)(              \
      ::wasio::detail::checked_export_name(#function), #__VA_ARGS__,                               \
      ::wasio::detail::export_types<&function>(::wasio::detail::ParameterNames(#__VA_ARGS__)),     \
      ::wasio::detail::ExportOf<&function>::make);

#define WASIO_EXPORT_JOIN_(a, b) a##b
#define WASIO_EXPORT_JOIN(a, b) WASIO_EXPORT_JOIN_(a, b)

WASIO_BEGIN
namespace detail {

template <auto function>
struct ExportOf {
  static_assert(always_false<decltype(function)>,
                "WASIO_EXPORT takes a function that returns a wasio::Task");
};

template <class T, class... P, Task<T> (*function)(P...)>
struct ExportOf<function> {
  static constexpr std::array<char, sizeof...(P) + 2> types{FromJs<P>::type..., ':', ToJs<T>::type};
  static constexpr std::size_t parameter_count = sizeof...(P);

  static MadeCall make(std::uint32_t call, ArgumentBlock&& arguments) {
    return JsCall<T, Body>::make(call, Body(std::move(arguments)));
  }

 private:
  // Keeps the arguments as long as the call, for the views into them.
  class Body {
   public:
    explicit Body(ArgumentBlock&& arguments) : arguments_(std::move(arguments)) {}
    WASIO_CORO_WRAPPER Task<T> operator()() { return call(std::index_sequence_for<P...>()); }

   private:
    template <std::size_t... i>
    WASIO_CORO_WRAPPER Task<T> call(std::index_sequence<i...>) {
      return function(FromJs<P>::read(arguments_, i)...);
    }

    ArgumentBlock arguments_;
  };
};

// What the compiler evaluates below stops the build when it reaches one of these.
void the_name_is_one_that_every_app_has_already();
void the_number_of_parameter_names_is_not_that_of_the_parameters();

// The function's own name, without its namespaces.
consteval std::string_view checked_export_name(std::string_view name) {
  name = name.substr(name.find_last_of(':') + 1);
  for (std::string_view taken : {"main", "dispose", "then"})
    if (name == taken) the_name_is_one_that_every_app_has_already();
  return name;
}

struct ParameterNames {
  std::size_t count;
  consteval explicit ParameterNames(std::string_view names)
      : count(names.empty()
                  ? 0
                  : static_cast<std::size_t>(std::count(names.begin(), names.end(), ',')) + 1) {}
};

template <auto function>
consteval std::string_view export_types(ParameterNames names) {
  if (names.count != ExportOf<function>::parameter_count)
    the_number_of_parameter_names_is_not_that_of_the_parameters();
  return {ExportOf<function>::types.data(), ExportOf<function>::types.size()};
}

} // namespace detail
WASIO_END
