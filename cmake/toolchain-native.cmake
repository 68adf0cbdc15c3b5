# Native builds, with clang and libc++ as on wasm, so that all hosts use the same standard library.
include(${CMAKE_CURRENT_LIST_DIR}/tools.cmake)
wasio_need_tools(WASIO_LLVM_BIN)

set(CMAKE_C_COMPILER ${WASIO_LLVM_BIN}/clang)
set(CMAKE_CXX_COMPILER ${WASIO_LLVM_BIN}/clang++)
set(CMAKE_CXX_FLAGS_INIT "-stdlib=libc++")
if(NOT CMAKE_HOST_APPLE)
  # libc++ is linked statically: the system's shared libc++ may have another version.
  set(CMAKE_EXE_LINKER_FLAGS_INIT "-fuse-ld=lld -static-libstdc++")
endif()

set(WASIO_PLATFORM native)
