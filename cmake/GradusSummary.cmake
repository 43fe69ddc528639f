# What was found and chosen, in a few lines.
macro(gradus_describe variable kernels debian)
  if(GRADUS_HAS_${variable})
    set(${variable} "${${kernels}_DESCRIPTION}")
  elseif("${GRADUS_${variable}}" STREQUAL "AUTO")
    set(${variable} "not found (optional; Debian: ${debian})")
  else()
    set(${variable} "off")
  endif()
endmacro()

if(PROJECT_IS_TOP_LEVEL)
  gradus_describe(ONEDNN oneDNN libdnnl-dev)
  gradus_describe(OPENBLAS OpenBLAS libopenblas-openmp-dev)
  if(GRADUS_HAS_ONEDNN AND OPENBLAS MATCHES "openblas-pthread")
    string(APPEND OPENBLAS "\n                  its own thread pool beside OpenMP's; better: libopenblas-openmp-dev")
  endif()
  set(march "${GRADUS_MARCH}")
  if(NOT march)
    set(march "the compiler's default")
  endif()
  message(STATUS "Gradus ${PROJECT_VERSION}
     build        ${CMAKE_BUILD_TYPE}, ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}, kernels for ${march}
     Eigen        ${Eigen3_VERSION}
     zlib         ${ZLIB_VERSION_STRING}
     oneDNN       ${ONEDNN}
     OpenBLAS     ${OPENBLAS}
     tests ${GRADUS_BUILD_TESTS}, bench ${GRADUS_BUILD_BENCH}, examples ${GRADUS_BUILD_EXAMPLES}")
endif()
