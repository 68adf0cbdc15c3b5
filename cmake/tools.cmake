# The paths of the tools: written by the set-up, and overridden by variables of the same names.
include_guard(GLOBAL)

set(_wasio_paths ${CMAKE_CURRENT_LIST_DIR}/../.toolchain/paths.cmake)

# Reads the paths, and fails with a clear message if one of these is unknown or does not exist.
macro(wasio_need_tools)
  include(${_wasio_paths} OPTIONAL)
  foreach(_wasio_tool ${ARGN})
    if(NOT DEFINED ${_wasio_tool} OR NOT EXISTS "${${_wasio_tool}}")
      message(FATAL_ERROR
        "${_wasio_tool} is not set or does not exist: the tools for this build are missing. "
        "Run `npm run doctor`, which lists what is missing and how to get it.")
    endif()
  endforeach()
endmacro()
