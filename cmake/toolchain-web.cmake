# Builds for JavaScript hosts, with Emscripten.
include(${CMAKE_CURRENT_LIST_DIR}/tools.cmake)
wasio_need_tools(WASIO_EMSCRIPTEN)

include(${WASIO_EMSCRIPTEN}/cmake/Modules/Platform/Emscripten.cmake)

# Emscripten expects a compiler of another release than the one that is tested here; do not warn.
string(APPEND CMAKE_C_FLAGS_INIT " -Wno-version-check")
string(APPEND CMAKE_CXX_FLAGS_INIT " -Wno-version-check")
# LLVM 22 places the stack first by default, where Emscripten expects the data.
string(APPEND CMAKE_EXE_LINKER_FLAGS_INIT " -Wno-version-check -Wl,--no-stack-first")

set(WASIO_PLATFORM web)
