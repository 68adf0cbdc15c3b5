// C18: co_return and co_yield convert as return does.
#include <wasio/async_generator.h>
#include <wasio/task.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace wasio;

Task<std::vector<int>> a_number_for_a_vector() {
  co_return 5; // expect-error: no matching member function for call to 'return_value'
}

Task<std::chrono::seconds> a_number_for_a_duration() {
  co_return 42; // expect-error: no matching member function for call to 'return_value'
}

Task<std::chrono::seconds> a_finer_duration() {
  co_return std::chrono::milliseconds(5); // expect-error: no matching member function
}

Task<std::unique_ptr<int>> a_pointer_for_an_owner(int* number) {
  co_return number; // expect-error: no matching member function for call to 'return_value'
}

Task<bool> an_owner_for_a_bool(std::unique_ptr<int>& owner) {
  co_return owner; // expect-error: no matching member function for call
}

Task<std::string> a_view_for_a_text(std::string_view view) {
  co_return view; // expect-error: no matching member function for call to 'return_value'
}

Task<const std::string&> a_reference_to_a_literal() {
  co_return "literal"; // expect-error: no matching member function for call to 'return_value'
}

Task<const std::string&> a_reference_to_a_temporary() {
  co_return std::string("temporary"); // expect-error: no matching member function for call
}

Task<const std::string&> a_reference_to_a_local() {
  std::string local;
  co_return local; // expect-error: no matching member function for call to 'return_value'
}

Task<const std::string&> a_reference_to_a_parameter(std::string parameter) {
  co_return parameter; // expect-error: no matching member function for call to 'return_value'
}

Task<const long&> a_reference_to_a_conversion(int& number) {
  co_return number; // expect-error: no matching member function for call to 'return_value'
}

Task<std::string&> a_mutable_reference_to_a_local() {
  std::string local;
  co_return local; // expect-error: no matching member function for call
}

AsyncGenerator<std::vector<int>> yield_a_number_for_a_vector() {
  co_yield 3; // expect-error: no matching member function for call to 'yield_value'
}

AsyncGenerator<std::unique_ptr<int>> yield_a_pointer_for_an_owner(int* number) {
  co_yield number; // expect-error: no matching member function for call to 'yield_value'
}

Task<int> a_fraction() {
  co_return 3.9; // expect-warning: changes value from 3.9 to 3
}

AsyncGenerator<int> yield_a_fraction() {
  co_yield 3.9; // expect-warning: changes value from 3.9 to 3
}

struct Meters {
  Meters(int) {}
};

Task<Meters> a_fraction_of_a_whole_number() {
  co_return 3.9; // expect-warning: changes value from 3.9 to 3
}

AsyncGenerator<Meters> yield_a_fraction_of_a_whole_number() {
  co_yield 3.9; // expect-warning: changes value from 3.9 to 3
}
