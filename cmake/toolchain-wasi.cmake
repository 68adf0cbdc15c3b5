# The common part of the two WASI toolchain files, which set WASIO_WASI_TARGET first.
include(${CMAKE_CURRENT_LIST_DIR}/tools.cmake)
wasio_need_tools(WASIO_WASI_BIN WASIO_WASI_SYSROOT WASIO_WASM_OPT)

# CMake 3.25 does not know WASI; "Generic" is a system without shared libraries.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_VERSION 1)
set(CMAKE_SYSTEM_PROCESSOR wasm32)

set(CMAKE_C_COMPILER ${WASIO_WASI_BIN}/clang)
set(CMAKE_CXX_COMPILER ${WASIO_WASI_BIN}/clang++)
set(CMAKE_AR ${WASIO_WASI_BIN}/llvm-ar)
set(CMAKE_RANLIB ${WASIO_WASI_BIN}/llvm-ranlib)
set(CMAKE_C_COMPILER_TARGET ${WASIO_WASI_TARGET})
set(CMAKE_CXX_COMPILER_TARGET ${WASIO_WASI_TARGET})
set(CMAKE_SYSROOT ${WASIO_WASI_SYSROOT})

# wasm-ld for preview 2 too: a separate step makes a component from its output, after wasm-opt,
# which reads only core modules. Options rather than initial values of CMAKE_EXE_LINKER_FLAGS, which
# a user's own replace.
add_link_options(-fuse-ld=lld)
if(WASIO_WASI_BUILTINS)
  # Fetched tools: the builtins are in the sysroot, not in the compiler's own folder.
  add_link_options(-nodefaultlibs)
  set(CMAKE_C_STANDARD_LIBRARIES_INIT "-lc -l:${WASIO_WASI_BUILTINS}")
  set(CMAKE_CXX_STANDARD_LIBRARIES_INIT "-lc++ -lc++abi -lc -l:${WASIO_WASI_BUILTINS}")
endif()

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
