# Native builds, with clang and libc++ as on wasm, so that all hosts use the same standard library.
include(${CMAKE_CURRENT_LIST_DIR}/tools.cmake)
wasio_need_tools(WASIO_LLVM_BIN)

set(CMAKE_C_COMPILER ${WASIO_LLVM_BIN}/clang)
set(CMAKE_CXX_COMPILER ${WASIO_LLVM_BIN}/clang++)
# Options rather than initial values of CMAKE_CXX_FLAGS and the like, which a user's own replace.
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-stdlib=libc++>)
add_link_options($<$<LINK_LANGUAGE:CXX>:-stdlib=libc++>)
if(NOT CMAKE_HOST_APPLE)
  # libc++ is linked statically: the system's shared libc++ may have another version.
  add_link_options($<$<LINK_LANGUAGE:CXX>:-static-libstdc++> -fuse-ld=lld)
endif()

set(WASIO_PLATFORM native)
