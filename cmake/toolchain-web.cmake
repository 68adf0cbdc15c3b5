# Builds for JavaScript hosts, with Emscripten.
include(${CMAKE_CURRENT_LIST_DIR}/tools.cmake)
wasio_need_tools(WASIO_EMSCRIPTEN)

include(${WASIO_EMSCRIPTEN}/cmake/Modules/Platform/Emscripten.cmake)

# Emscripten expects a compiler of another release than the one that is tested here; do not warn.
# Options rather than initial values of CMAKE_CXX_FLAGS and the like, which a user's own replace.
add_compile_options(-Wno-version-check)
# LLVM 22 places the stack first by default, where Emscripten expects the data.
add_link_options(-Wno-version-check -Wl,--no-stack-first)

set(WASIO_PLATFORM web)
