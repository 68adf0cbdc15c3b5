# Builds for WASI preview 1: core modules.
set(WASIO_WASI_TARGET wasm32-wasip1)
include(${CMAKE_CURRENT_LIST_DIR}/toolchain-wasi.cmake)
set(WASIO_PLATFORM wasi-p1)
