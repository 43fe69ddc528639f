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

# Libraries of matrix products are found or not. GRADUS_KERNEL_LIBRARIES and GRADUS_KERNEL_DEFINITIONS say which.
function(gradus_find_kernels name package)
  string(TOUPPER ${name} upper)
  string(TOUPPER "${GRADUS_${upper}}" wanted)
  set(GRADUS_HAS_${upper} FALSE PARENT_SCOPE)
  if(wanted STREQUAL "AUTO" OR wanted)
    find_package(${name} MODULE QUIET)
    if(${name}_FOUND)
      set(GRADUS_HAS_${upper} TRUE PARENT_SCOPE)
      set(GRADUS_KERNEL_LIBRARIES ${GRADUS_KERNEL_LIBRARIES} ${name}::${name} PARENT_SCOPE)
      set(GRADUS_KERNEL_DEFINITIONS ${GRADUS_KERNEL_DEFINITIONS} GRADUS_WITH_${upper} PARENT_SCOPE)
      set(${name}_DESCRIPTION "${${name}_DESCRIPTION}" PARENT_SCOPE)
    elseif(NOT wanted STREQUAL "AUTO")
      message(FATAL_ERROR "GRADUS_${upper}=ON, but ${name} was not found.\n"
                          "On Debian and Ubuntu: apt-get install ${package}")
    endif()
  endif()
endfunction()

set(GRADUS_KERNEL_LIBRARIES "")
set(GRADUS_KERNEL_DEFINITIONS "")
gradus_find_kernels(oneDNN libdnnl-dev)
gradus_find_kernels(OpenBLAS libopenblas-openmp-dev)

# oneDNN takes its number of threads from OpenMP.
set(GRADUS_HAS_OPENMP FALSE)
if(GRADUS_HAS_ONEDNN)
  gradus_require(OpenMP COMPONENTS CXX PACKAGE "g++ (or libomp-dev for clang)" FOR "gradus::autodiff with oneDNN")
  set(GRADUS_HAS_OPENMP TRUE)
  list(APPEND GRADUS_KERNEL_LIBRARIES OpenMP::OpenMP_CXX)
endif()
