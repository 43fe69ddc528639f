# What was found and chosen, in a few lines.
if(PROJECT_IS_TOP_LEVEL)
  set(threads "OpenMP ${OpenMP_CXX_VERSION}")
  if(NOT GRADUS_HAS_OPENMP)
    set(threads "one: no OpenMP")
  endif()
  set(march "${GRADUS_MARCH}")
  if(NOT march)
    set(march "the compiler's default")
  endif()
  message(STATUS "Gradus ${PROJECT_VERSION}
     build        ${CMAKE_BUILD_TYPE}, ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}, kernels for ${march}
     Eigen        ${Eigen3_VERSION}
     zlib         ${ZLIB_VERSION_STRING}
     threads      ${threads}
     tests ${GRADUS_BUILD_TESTS}, bench ${GRADUS_BUILD_BENCH}, examples ${GRADUS_BUILD_EXAMPLES}")
endif()
