// Lists of names in macros.
#pragma once

// WASIO_FOR_EACH(macro, type, a, b) is "macro(type, a) macro(type, b)", for up to 256 names: each
// round of expansion takes one name and defers the rest to the next round.
#define WASIO_FOR_EACH(macro, type, ...)                                                           \
  __VA_OPT__(WASIO_EXPAND(WASIO_FOR_EACH_STEP(macro, type, __VA_ARGS__)))
#define WASIO_FOR_EACH_STEP(macro, type, first, ...)                                               \
  macro(type, first) __VA_OPT__(WASIO_FOR_EACH_AGAIN WASIO_PARENTHESES(macro, type, __VA_ARGS__))
#define WASIO_FOR_EACH_AGAIN() WASIO_FOR_EACH_STEP
#define WASIO_PARENTHESES ()
#define WASIO_EXPAND(...) WASIO_EXPAND4(WASIO_EXPAND4(WASIO_EXPAND4(WASIO_EXPAND4(__VA_ARGS__))))
#define WASIO_EXPAND4(...) WASIO_EXPAND3(WASIO_EXPAND3(WASIO_EXPAND3(WASIO_EXPAND3(__VA_ARGS__))))
#define WASIO_EXPAND3(...) WASIO_EXPAND2(WASIO_EXPAND2(WASIO_EXPAND2(WASIO_EXPAND2(__VA_ARGS__))))
#define WASIO_EXPAND2(...) WASIO_EXPAND1(WASIO_EXPAND1(WASIO_EXPAND1(WASIO_EXPAND1(__VA_ARGS__))))
#define WASIO_EXPAND1(...) __VA_ARGS__

#define WASIO_MEMBER_OF(type, name) , &type::name
#define WASIO_VALUE_OF(type, name) , type::name
