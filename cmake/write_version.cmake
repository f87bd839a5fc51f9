cmake_minimum_required(VERSION 3.25)

# cmake -D VERSION= -D SOURCE_DIR= -D OUTPUT= -P write_version.cmake
# The revision is empty where there is no git or no repository.
execute_process(COMMAND git describe --always --dirty --abbrev=10 WORKING_DIRECTORY ${SOURCE_DIR}
  OUTPUT_VARIABLE revision ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
if(failed)
  set(revision "")
endif()
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT
"// Made by cmake/write_version.cmake.
#pragma once

#include <string_view>

namespace wfm {
inline constexpr std::string_view version = \"@VERSION@\";
inline constexpr std::string_view revision = \"@revision@\";  // git describe, empty when unknown
}  // namespace wfm
")
