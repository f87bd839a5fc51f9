# One interface target carries every compile flag of the project, so that no flag is repeated per target.
add_library(wfm_options INTERFACE)
target_compile_options(wfm_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # GCC bug 105593: its own AVX-512 intrinsics are reported as (maybe) uninitialized; clang looks for the real ones.
  target_compile_options(wfm_options INTERFACE -Wno-maybe-uninitialized -Wno-uninitialized)
endif()
target_include_directories(wfm_options INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_BINARY_DIR}/generated)
if(WFM_NATIVE)
  target_compile_options(wfm_options INTERFACE -march=native)
endif()
# errno and floating-point traps are never read; value-changing rewrites (-ffast-math) stay off everywhere.
target_compile_options(wfm_options INTERFACE -fno-math-errno -fno-trapping-math)
