# Finds what Gradus builds on. What is required and missing ends the configuration with the name of the Debian package.

# gradus_require(<find_package arguments> PACKAGE <Debian package> FOR <what needs it>)
# A macro: what find_package finds must be visible to the caller.
macro(gradus_require name)
  cmake_parse_arguments(require "" "PACKAGE;FOR" "" ${ARGN})
  find_package(${name} ${require_UNPARSED_ARGUMENTS} QUIET)
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR "${require_FOR} needs ${name}, which was not found.\n"
                        "On Debian and Ubuntu: apt-get install ${require_PACKAGE}")
  endif()
endmacro()

gradus_require(Eigen3 3.4 CONFIG PACKAGE libeigen3-dev FOR "gradus::autodiff")
gradus_require(ZLIB PACKAGE zlib1g-dev FOR "gradus::nn (files compressed by gzip)")

# Threads for large matrix products (gradus::set_threads) and parallel gradients (gradus::ParallelTapes). Without OpenMP
# a product uses the calling thread alone, and parallel gradients have threads of their own.
find_package(OpenMP COMPONENTS CXX QUIET)
set(GRADUS_HAS_OPENMP ${OpenMP_CXX_FOUND})
if(GRADUS_HAS_OPENMP AND NOT GRADUS_OPENMP)
  set(GRADUS_HAS_OPENMP FALSE)
endif()
if(GRADUS_HAS_OPENMP)
  set(GRADUS_THREAD_LIBRARIES OpenMP::OpenMP_CXX)
else()
  gradus_require(Threads PACKAGE libc6-dev FOR "gradus::autodiff")
  set(GRADUS_THREAD_LIBRARIES Threads::Threads)
endif()
