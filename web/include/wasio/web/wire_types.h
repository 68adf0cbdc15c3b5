// Which C++ types cross the boundary to JavaScript, and how.
#pragma once

#include <wasio/web/fixed_text.h>
#include <wasio/web/js_value.h>
#include <wasio/web/wire.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

WASIO_BEGIN
namespace detail {

template <class T>
concept WireInteger = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                      !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
                      !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

template <class T>
concept WireNumber = WireInteger<T> || std::same_as<T, float> || std::same_as<T, double>;

template <class T>
concept WireByte = std::same_as<T, std::byte> || std::same_as<T, std::uint8_t>;

// What WASIO_STRUCT and WASIO_ENUM say of a type: found by the namespace of the type.
template <class T>
concept WireStruct = requires(const T* type) { wasio_fields_of(type); };
template <class T>
concept WireEnum = requires(const T* type) { wasio_values_of(type); };

// How a value of type T crosses: `type` is its name for JavaScript (bindings/bundle/type_text.mjs),
// `read` makes one from what JavaScript has written, `write` writes one for JavaScript. Views are
// only read, and refer to the block.
template <class T>
struct Wire {
  static_assert(!std::is_reference_v<T>,
                "an exported function takes its parameters and gives its result by value: a "
                "reference would outlive what it refers to");
  static_assert(std::is_reference_v<T> || sizeof(T) == 0,
                "this type cannot cross between C++ and JavaScript: use integers, float, double, "
                "bool, std::string, JsValue, vectors, optionals and variants of these, and structs "
                "and enums that WASIO_STRUCT and WASIO_ENUM describe");
};

template <WireNumber T>
consteval FixedText<1> number_type() {
  if (std::floating_point<T>) return sizeof(T) == sizeof(float) ? FixedText("f") : FixedText("d");
  FixedText<1> type("l");
  if (sizeof(T) == 1) type = FixedText("c");
  if (sizeof(T) == 2) type = FixedText("h");
  if (sizeof(T) == 4) type = FixedText("i");
  if (std::is_unsigned_v<T>) type.text[0] = static_cast<char>(type.text[0] - 'a' + 'A');
  return type;
}

template <WireNumber T>
struct Wire<T> {
  static constexpr auto type = number_type<T>();
  static T read(Reader& in) { return in.number<T>(); }
  static void write(Writer& out, T value) { out.number(value); }
};
template <>
struct Wire<bool> {
  static constexpr auto type = FixedText("b");
  static bool read(Reader& in) { return in.number<std::uint8_t>() != 0; }
  static void write(Writer& out, bool value) { out.number(static_cast<std::uint8_t>(value)); }
};
template <>
struct Wire<void> {
  static constexpr auto type = FixedText("v");
};

template <>
struct Wire<std::string_view> {
  static constexpr auto type = FixedText("s");
  static std::string_view read(Reader& in) { return in.text(); }
};
template <>
struct Wire<std::string> {
  static constexpr auto type = FixedText("s");
  static std::string read(Reader& in) { return std::string(in.text()); }
  static void write(Writer& out, const std::string& value) { out.text(value); }
};
template <WireByte T>
struct Wire<std::span<const T>> {
  static constexpr auto type = FixedText("y");
  static std::span<const T> read(Reader& in) {
    const std::span<const std::byte> bytes = in.items(1);
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size()};
  }
};
template <WireByte T>
struct Wire<std::vector<T>> {
  static constexpr auto type = FixedText("y");
  static std::vector<T> read(Reader& in) {
    const std::span<const T> bytes = Wire<std::span<const T>>::read(in);
    return {bytes.begin(), bytes.end()};
  }
  static void write(Writer& out, const std::vector<T>& value) {
    out.items(value.data(), value.size(), 1);
  }
};

// Any value of JavaScript.
template <>
struct Wire<JsValue> {
  static constexpr auto type = FixedText("j");
  static JsValue read(Reader& in) { return value_at(in.number<double>()); }
  static void write(Writer& out, const JsValue& value) { out.number(handle_of(value)); }
};

template <class T>
struct Wire<std::optional<T>> {
  static constexpr auto type = FixedText("?") + Wire<T>::type;
  static std::optional<T> read(Reader& in) {
    if (!Wire<bool>::read(in)) return std::nullopt;
    return Wire<T>::read(in);
  }
  static void write(Writer& out, const std::optional<T>& value) {
    Wire<bool>::write(out, value.has_value());
    if (value) Wire<T>::write(out, *value);
  }
};

template <class T>
struct Wire<std::vector<T>> {
  static constexpr auto type = FixedText("[") + Wire<T>::type;
  static std::vector<T> read(Reader& in) {
    std::vector<T> list;
    auto count = in.number<std::uint32_t>();
    list.reserve(count);
    for (; count > 0; --count) list.push_back(Wire<T>::read(in));
    return list;
  }
  static void write(Writer& out, const std::vector<T>& list) {
    out.number(static_cast<std::uint32_t>(list.size()));
    for (const auto& item : list) Wire<T>::write(out, item);
  }
};
template <WireNumber T>
  requires(!WireByte<T>)
struct Wire<std::vector<T>> {
  static constexpr auto type = FixedText("[") + Wire<T>::type;
  static std::vector<T> read(Reader& in) {
    const std::span<const std::byte> bytes = in.items(sizeof(T));
    const auto* const first = reinterpret_cast<const T*>(bytes.data());
    return {first, first + bytes.size() / sizeof(T)};
  }
  static void write(Writer& out, const std::vector<T>& list) {
    out.items(list.data(), list.size(), sizeof(T));
  }
};

template <class... T>
struct Wire<std::variant<T...>> {
  using Variant = std::variant<T...>;
  static constexpr auto type = (FixedText("<") + ... + Wire<T>::type) + FixedText(">");
  static Variant read(Reader& in) {
    return read_alternative(in, in.number<std::uint32_t>(), std::index_sequence_for<T...>());
  }
  static void write(Writer& out, const Variant& value) {
    out.number(static_cast<std::uint32_t>(value.index()));
    std::visit([&]<class V>(const V& held) { Wire<V>::write(out, held); }, value);
  }

 private:
  template <std::size_t... i>
  static Variant read_alternative(Reader& in, std::uint32_t index, std::index_sequence<i...>) {
    using Read = Variant (*)(Reader&);
    static constexpr Read reads[] = {
        [](Reader& from) { return Variant(std::in_place_index<i>, Wire<T>::read(from)); }...};
    return reads[index](in);
  }
};

// The type of a field, by a pointer to it.
template <class Struct, class T>
T field_type(T Struct::*);
template <auto member>
using WireOfField = Wire<decltype(field_type(member))>;

// What WASIO_STRUCT says of a struct: its name, the names of its fields, and the fields.
template <FixedText name, FixedText fields, auto... members>
struct StructFields {
  static constexpr auto type = FixedText("@") + name + FixedText(";");
  static constexpr auto line = FixedText("record\\t") + name + FixedText("\\t") + fields;

  template <class T>
  static T read(Reader& in) {
    T value;
    ((value.*members = WireOfField<members>::read(in)), ...);
    return value;
  }
  template <class T>
  static void write(Writer& out, const T& value) {
    (WireOfField<members>::write(out, value.*members), ...);
  }
  static consteval auto types() { return (FixedText("") + ... + WireOfField<members>::type); }
};
template <class T>
using FieldsOf = decltype(wasio_fields_of(static_cast<const T*>(nullptr)));

template <WireStruct T>
struct Wire<T> {
  static constexpr auto type = FieldsOf<T>::type;
  static T read(Reader& in) { return FieldsOf<T>::template read<T>(in); }
  static void write(Writer& out, const T& value) { FieldsOf<T>::write(out, value); }
};

// What WASIO_ENUM says of an enum: its name, the names of its values, and the values.
template <FixedText name, FixedText names, auto... values>
struct EnumValues {
  static constexpr auto type = FixedText("@") + name + FixedText(";");
  static constexpr auto line = FixedText("enum\\t") + name + FixedText("\\t") + names;

  template <class T>
  static constexpr T list[] = {values...};

  // As many as there are values, for one that is not listed: JavaScript refuses it.
  template <class T>
  static std::uint32_t index_of(T value) {
    std::uint32_t index = 0;
    while (index < sizeof...(values) && list<T>[index] != value) ++index;
    return index;
  }
};
template <class T>
using ValuesOf = decltype(wasio_values_of(static_cast<const T*>(nullptr)));

template <WireEnum T>
struct Wire<T> {
  static constexpr auto type = ValuesOf<T>::type;
  static T read(Reader& in) { return ValuesOf<T>::template list<T>[in.number<std::uint32_t>()]; }
  static void write(Writer& out, T value) { out.number(ValuesOf<T>::index_of(value)); }
};

// Whether reading a value may need memory for it.
template <class T>
inline constexpr bool wire_allocates =
    !(WireNumber<T> || WireEnum<T> || std::same_as<T, bool> || std::same_as<T, JsValue> ||
      std::same_as<T, std::string_view>);
template <WireByte T>
inline constexpr bool wire_allocates<std::span<const T>> = false;

} // namespace detail
WASIO_END
