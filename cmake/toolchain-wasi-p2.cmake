# Builds for WASI preview 2: components.
set(WASIO_WASI_TARGET wasm32-wasip2)
include(${CMAKE_CURRENT_LIST_DIR}/toolchain-wasi.cmake)
wasio_need_tools(WASIO_WASM_TOOLS)
set(WASIO_PLATFORM wasi-p2)
