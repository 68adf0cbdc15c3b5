# How wasio's targets are built on each platform.
#
#   wasio_compile_options(target)    the flags of one of wasio's own libraries or programs
#   wasio_add_program(name SOURCES file... [LIBRARIES target...] [OPTIMIZE -Oz])
#                                    a program, in the form that its platform runs:
#     native     name
#     web        name.mjs for pages and workers, name.node.mjs for Node, over one name.wasm, and
#                name.d.ts
#     wasi-p1    name.wasm, a core module
#     wasi-p2    name.wasm, a component, and name.core.wasm, the module in it
include_guard(GLOBAL)

# The options below are part of the ABI: everything that is linked together must agree on them.
option(WASIO_TAIL_CALLS "Use WebAssembly's tail calls; if OFF, use a trampoline" ON)
option(WASIO_EXCEPTIONS "Build with C++ exceptions" OFF)
option(WASIO_DEBUG "Check the runtime's own invariants" OFF)
set(WASIO_PLACES 1 CACHE STRING "Places in errors: 0 none, 1 function and line")
set_property(CACHE WASIO_PLACES PROPERTY STRINGS 0 1)

# These are not.
option(WASIO_WERROR "Treat warnings in wasio's own sources as errors" ${PROJECT_IS_TOP_LEVEL})
option(WASIO_CHECK_LIFETIMES "Warn about a Task that outlives what it refers to" OFF)
option(WASIO_KEEP_NAMES "Keep function names in optimized wasm, for stack traces" OFF)
set(WASIO_SANITIZE "" CACHE STRING "Sanitizers of native builds, such as address,undefined")

# wasio's own toolchain files set the platform; with others it is recognised.
if(NOT WASIO_PLATFORM)
  if(EMSCRIPTEN)
    set(WASIO_PLATFORM web)
  elseif(CMAKE_CXX_COMPILER_TARGET MATCHES "wasip2")
    set(WASIO_PLATFORM wasi-p2)
  elseif(CMAKE_CXX_COMPILER_TARGET MATCHES "wasi")
    set(WASIO_PLATFORM wasi-p1)
  else()
    set(WASIO_PLATFORM native)
  endif()
endif()

if(WASIO_EXCEPTIONS AND WASIO_PLATFORM MATCHES "^wasi")
  message(FATAL_ERROR "WASIO_EXCEPTIONS is ON, but the C++ library for WASI has no exceptions: "
    "set it to OFF.")
endif()

# Sets `out` to 1 or 0, for any spelling of true or false in `variable`.
function(_wasio_bit variable out)
  if(${variable})
    set(${out} 1 PARENT_SCOPE)
  else()
    set(${out} 0 PARENT_SCOPE)
  endif()
endfunction()

# A CMake that is older than the standard which the user asks for passes no flag for it, and compilers
# then use their default, which is older still.
function(_wasio_new_standard target)
  if(DEFINED CMAKE_CXX26_STANDARD_COMPILE_OPTION OR NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    return()
  endif()
  set(asked $<STREQUAL:$<TARGET_PROPERTY:CXX_STANDARD>,26>)
  set(dialect $<IF:$<STREQUAL:$<TARGET_PROPERTY:CXX_EXTENSIONS>,OFF>,c,gnu>)
  target_compile_options(${target} PUBLIC
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,${asked}>:-std=${dialect}++26>)
endfunction()

# The flags that every user of the target must also use.
function(_wasio_abi target)
  _wasio_bit(WASIO_TAIL_CALLS tail_calls)
  _wasio_bit(WASIO_EXCEPTIONS exceptions)
  _wasio_bit(WASIO_DEBUG debug)
  target_compile_features(${target} PUBLIC cxx_std_23)
  _wasio_new_standard(${target})
  target_compile_definitions(${target} PUBLIC
    WASIO_TAIL_CALLS=${tail_calls}
    WASIO_EXCEPTIONS=${exceptions}
    WASIO_DEBUG=${debug}
    WASIO_PLACES=${WASIO_PLACES})
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    # Aligns coroutine frames whose objects need more than 16 bytes of alignment.
    target_compile_options(${target} PUBLIC -fcoro-aligned-allocation)
  endif()
  if(WASIO_TAIL_CALLS AND NOT WASIO_PLATFORM STREQUAL native)
    target_compile_options(${target} PUBLIC -mtail-call)
  endif()
  if(NOT WASIO_EXCEPTIONS)
    target_compile_options(${target} PUBLIC -fno-exceptions)
  elseif(WASIO_PLATFORM STREQUAL web)
    # Node 20 runs only the legacy encoding, and every later engine still runs it.
    set(flags -fwasm-exceptions -sWASM_LEGACY_EXCEPTIONS=1)
    target_compile_options(${target} PUBLIC ${flags})
    target_link_options(${target} PUBLIC ${flags})
  endif()
endfunction()

# The flags of wasio's own sources only.
function(_wasio_own target)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  # Places know files by their base names; the builder's folders do not get into the program.
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion
    -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)
  if(WASIO_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(NOT WASIO_EXCEPTIONS)
    target_compile_options(${target} PRIVATE -fno-rtti)
  endif()
  if(WASIO_SANITIZE AND WASIO_PLATFORM STREQUAL native)
    set(flags -fsanitize=${WASIO_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_options(${target} PUBLIC ${flags})
    target_link_options(${target} PUBLIC ${flags})
  endif()
endfunction()

function(wasio_compile_options target)
  _wasio_abi(${target})
  _wasio_own(${target})
  if(WASIO_CHECK_LIFETIMES)
    target_compile_definitions(${target} PUBLIC WASIO_CHECK_LIFETIMES=1)
  endif()
endfunction()

# The JavaScript that a library imports: `file` is an Emscripten JavaScript library.
function(wasio_js_library target file)
  target_link_options(${target} INTERFACE "SHELL:--js-library ${file}")
  set_property(TARGET ${target} APPEND PROPERTY INTERFACE_LINK_DEPENDS ${file})
endfunction()

# Emscripten's link, and the step after it that makes the program's files from its glue. One glue
# serves pages and Node: it loads nothing itself (bindings/js/load.ts does), so nothing in it
# depends on the environment, and none of its code imports a module of Node.
function(_wasio_web_program name)
  set(root ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/..)
  target_link_options(${name} PRIVATE
    -sMODULARIZE=1 -sEXPORT_ES6=1 -sENVIRONMENT=web,worker -sASSERTIONS=0
    -sINCOMING_MODULE_JS_API=instantiateWasm
    -sALLOW_MEMORY_GROWTH=1 -sABORTING_MALLOC=0 -sSTACK_SIZE=256KB
    -sFILESYSTEM=0 -sDYNAMIC_EXECUTION=0 --no-entry)
  if(WASIO_KEEP_NAMES)
    target_link_options(${name} PRIVATE --profiling-funcs)
  endif()
  set_target_properties(${name} PROPERTIES SUFFIX .mjs)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS
    ${root}/web/js/*.ts ${root}/web/js/*.mjs ${root}/bindings/js/*.ts ${root}/bindings/js/*.mjs
    ${root}/bindings/bundle/*.mjs)
  set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS ${sources})
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND node ${root}/bindings/bundle/bundle.mjs $<TARGET_FILE_DIR:${name}> ${name}
      $<$<CONFIG:Debug>:--debug>
    BYPRODUCTS ${name}.node.mjs ${name}.wasm ${name}.d.ts ${name}.d.mts ${name}.node.d.mts
    VERBATIM COMMAND_EXPAND_LISTS)
endfunction()

# Runs wasm-opt after the link, as emcc does itself. wasm-opt reads from the module which
# WebAssembly features are in use, tail calls among them, and uses no others.
function(_wasio_wasi_steps name level)
  set(module $<TARGET_FILE:${name}>)
  set(core ${module})
  if(WASIO_PLATFORM STREQUAL wasi-p2)
    set(core $<TARGET_FILE_DIR:${name}>/${name}.core.wasm)
  endif()
  set(optimize ${WASIO_WASM_OPT} ${level})
  if(WASIO_KEEP_NAMES OR CMAKE_BUILD_TYPE STREQUAL Debug)
    list(APPEND optimize -g)
  else()
    list(APPEND optimize --strip-debug --strip-producers)
  endif()
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND ${optimize} ${module} -o ${core}
    VERBATIM)
  if(WASIO_PLATFORM STREQUAL wasi-p2)
    add_custom_command(TARGET ${name} POST_BUILD
      COMMAND ${WASIO_WASM_TOOLS} component new ${core} -o ${module}
      VERBATIM)
  endif()
  set_target_properties(${name} PROPERTIES SUFFIX .wasm)
endfunction()

# The wasm-opt level for the build type.
function(_wasio_level out)
  if(CMAKE_BUILD_TYPE STREQUAL Debug)
    set(${out} -O0 PARENT_SCOPE)
  elseif(CMAKE_BUILD_TYPE STREQUAL MinSizeRel)
    set(${out} -Oz PARENT_SCOPE)
  else()
    set(${out} -O3 PARENT_SCOPE)
  endif()
endfunction()

function(wasio_add_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "OPTIMIZE" "SOURCES;LIBRARIES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "wasio_add_program(${name}): SOURCES missing, or unknown arguments: "
      "${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_OPTIMIZE)
    _wasio_level(arg_OPTIMIZE)
  endif()
  add_executable(${name} ${arg_SOURCES})
  wasio_compile_options(${name})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
  if(WASIO_PLATFORM STREQUAL web)
    # Emscripten's own wasm-opt uses the level of the link.
    target_link_options(${name} PRIVATE ${arg_OPTIMIZE})
    _wasio_web_program(${name})
  elseif(WASIO_PLATFORM MATCHES "^wasi")
    _wasio_wasi_steps(${name} ${arg_OPTIMIZE})
  endif()
endfunction()
