// Build configuration: the switches that change layouts or code, and the inline namespace that
// keeps objects built with different switches from linking together.
#pragma once

#if defined(_REENTRANT) || defined(__wasm_atomics__) && defined(__EMSCRIPTEN_PTHREADS__)
#error "wasio is single-threaded: build without -pthread, and reach other threads by messages only"
#endif

// What errors and dumps record about source locations: 0: nothing; 1 (default): the function, its
// file, and the line of each await.
#ifndef WASIO_PLACES
#define WASIO_PLACES 1
#elif WASIO_PLACES != 0 && WASIO_PLACES != 1
#error "WASIO_PLACES must be 0 (no places) or 1 (functions and lines)"
#endif

// 1: check state tables and report tasks destroyed without being awaited.
#ifndef WASIO_DEBUG
#define WASIO_DEBUG 0
#endif

// 1: C++ exceptions that leave a coroutine become errors. Follows the compiler's own switch.
#if defined(__cpp_exceptions)
#define WASIO_HAS_EXCEPTIONS_ 1
#else
#define WASIO_HAS_EXCEPTIONS_ 0
#endif
#ifndef WASIO_EXCEPTIONS
#define WASIO_EXCEPTIONS WASIO_HAS_EXCEPTIONS_
#elif WASIO_EXCEPTIONS != WASIO_HAS_EXCEPTIONS_
#error "WASIO_EXCEPTIONS contradicts the compiler's -fexceptions or -fno-exceptions"
#endif

// Symmetric transfer is a real tail call everywhere except on wasm without the tail-call feature,
// where every transfer goes through the task's own loop instead (the trampoline).
#if defined(__wasm__) && !defined(__wasm_tail_call__)
#define WASIO_HAS_TAIL_CALLS_ 0
#else
#define WASIO_HAS_TAIL_CALLS_ 1
#endif
#ifndef WASIO_TAIL_CALLS
#define WASIO_TAIL_CALLS WASIO_HAS_TAIL_CALLS_
#elif WASIO_TAIL_CALLS && !WASIO_HAS_TAIL_CALLS_
#error "WASIO_TAIL_CALLS=1 needs -mtail-call"
#endif

// Under AddressSanitizer, blocks come from malloc one by one.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WASIO_ADDRESS_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define WASIO_ADDRESS_SANITIZER 1
#endif
#ifndef WASIO_ADDRESS_SANITIZER
#define WASIO_ADDRESS_SANITIZER 0
#endif

// 1: clang warns about a Task that outlives what it refers to. Off by default, because functions
// that return a Task then cannot be passed to std::function, std::invoke and the like. Not part of
// the ABI: files with and without it may be linked together.
#ifndef WASIO_CHECK_LIFETIMES
#define WASIO_CHECK_LIFETIMES 0
#elif WASIO_CHECK_LIFETIMES != 0 && WASIO_CHECK_LIFETIMES != 1
#error "WASIO_CHECK_LIFETIMES must be 0 or 1"
#endif

#define WASIO_ABI_JOIN_(p, d, e, t, a) abi_p##p##_d##d##_e##e##_t##t##_a##a
#define WASIO_ABI_JOIN(p, d, e, t, a) WASIO_ABI_JOIN_(p, d, e, t, a)
#define WASIO_ABI                                                                                  \
  WASIO_ABI_JOIN(WASIO_PLACES, WASIO_DEBUG, WASIO_EXCEPTIONS, WASIO_TAIL_CALLS,                    \
                 WASIO_ADDRESS_SANITIZER)

#define WASIO_BEGIN                                                                                \
  namespace wasio {                                                                                \
  inline namespace WASIO_ABI {
#define WASIO_END                                                                                  \
  }                                                                                                \
  }

// The attributes of WASIO_CHECK_LIFETIMES. With it, a function that returns a Task without being a
// coroutine must be marked WASIO_CORO_WRAPPER.
#if WASIO_CHECK_LIFETIMES && defined(__clang__)
#define WASIO_LIFETIMEBOUND [[clang::lifetimebound]]
#define WASIO_CORO_TYPE [[clang::coro_return_type, clang::coro_lifetimebound]]
#define WASIO_CORO_WRAPPER [[clang::coro_wrapper, clang::coro_disable_lifetimebound]]
#define WASIO_CAPTURED_BY_THIS [[clang::lifetime_capture_by(this)]]
#define WASIO_CAPTURED_FOR_GOOD [[clang::lifetime_capture_by(global)]]
#else
#define WASIO_LIFETIMEBOUND
#define WASIO_CORO_TYPE
#define WASIO_CORO_WRAPPER
#define WASIO_CAPTURED_BY_THIS
#define WASIO_CAPTURED_FOR_GOOD
#endif
