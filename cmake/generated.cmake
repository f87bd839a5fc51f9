# Sources made by the build, included without a folder: "version.hpp" and "embedded.hpp".
set(WFM_GENERATED ${PROJECT_BINARY_DIR}/generated)

# version.hpp: wfm::version and wfm::revision. Looked up at each build, written only where it changed, so that a
# commit recompiles the few files that name it and never configures anew.
add_custom_target(wfm_version_header
  COMMAND ${CMAKE_COMMAND} -D VERSION=${PROJECT_VERSION} -D SOURCE_DIR=${PROJECT_SOURCE_DIR}
          -D OUTPUT=${WFM_GENERATED}/version.hpp -P ${PROJECT_SOURCE_DIR}/cmake/write_version.cmake
  BYPRODUCTS ${WFM_GENERATED}/version.hpp
  COMMENT "Looking up the revision")
add_dependencies(wfm_options wfm_version_header)

# wfm_embed(TARGET SYMBOL FILE): the text of FILE as `extern const std::string_view wfm::embedded::SYMBOL`, compiled into
# TARGET and declared in "embedded.hpp". For templates and scripts that the program carries with it.
function(wfm_embed TARGET SYMBOL FILE)
  cmake_path(ABSOLUTE_PATH FILE BASE_DIRECTORY ${PROJECT_SOURCE_DIR} NORMALIZE)
  set(script ${PROJECT_SOURCE_DIR}/cmake/write_embedded.cmake)
  set(output ${WFM_GENERATED}/embedded_${SYMBOL}.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -D SYMBOL=${SYMBOL} -D INPUT=${FILE} -D OUTPUT=${output} -P ${script}
    DEPENDS ${FILE} ${script} VERBATIM
    COMMENT "Embedding ${SYMBOL}")
  set_source_files_properties(${output} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(${TARGET} PRIVATE ${output})
  set_property(GLOBAL APPEND PROPERTY WFM_EMBEDDED ${SYMBOL})
endfunction()

# Called once, after every wfm_embed.
function(wfm_write_embedded_header)
  get_property(symbols GLOBAL PROPERTY WFM_EMBEDDED)
  set(declarations "")
  foreach(symbol IN LISTS symbols)
    string(APPEND declarations "extern const std::string_view ${symbol};\n")
  endforeach()
  file(CONFIGURE OUTPUT ${WFM_GENERATED}/embedded.hpp @ONLY CONTENT
"// Made by cmake/generated.cmake: files that the program carries with it.
#pragma once

#include <string_view>

namespace wfm::embedded {
@declarations@}  // namespace wfm::embedded
")
endfunction()
