include(CheckCXXCompilerFlag)

# Warnings for what is ours, and only while we build it ourselves: users' builds stay quiet and never break on them.
function(gradus_warnings target)
  if(GRADUS_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
  endif()
endfunction()

# gradus_module(<name> PUBLIC <libraries> PRIVATE <libraries>)
# The library gradus::<name> from the folder <name>: its .cpp files compiled, or headers alone where there are none.
function(gradus_module name)
  cmake_parse_arguments(module "" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${name}/*.cpp ${name}/*/*.cpp)
  set(target gradus_${name})
  if(sources)
    set(scope PUBLIC)
    add_library(${target} ${sources})
    # All but the kernels are compiled in one go, which takes a sixth of the time.
    set(kernels ${sources})
    list(FILTER kernels INCLUDE REGEX "/kernels/")
    set_source_files_properties(${kernels} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON
                          UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0
                          VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
                          INSTALL_RPATH $ORIGIN)  # where shared: each beside the other
    target_link_libraries(${target} PRIVATE ${module_PRIVATE})
    # The kernels are compiled for one processor, the user's program need not be. Both contain Eigen's inline functions,
    # whose code and data layout depend on these flags; under the same names the linker would keep either's for both. So
    # inside the library Eigen's namespace has another name, no compiled function has an Eigen type in its signature,
    # and no flag reaches the user.
    # Nor does Eigen start threads of its own there.
    target_compile_definitions(${target} PRIVATE Eigen=gradus_eigen EIGEN_DONT_PARALLELIZE)
    # Kernels are written with packets and loops; of straight code the compiler makes vectors of what has just been put
    # down number by number, and the processor waits for that to reach memory.
    target_compile_options(${target} PRIVATE $<$<NOT:$<CONFIG:Debug>>:-O3> -fno-tree-slp-vectorize)
    if(GRADUS_MARCH)
      # What records is tuned for no processor: for the newest, GCC copies small structs by an instruction that takes
      # longer than the copy. Kernels are, where that has a name (it has none for an architecture's level).
      target_compile_options(${target} PRIVATE -march=${GRADUS_MARCH} -mtune=generic)
      string(MAKE_C_IDENTIFIER "GRADUS_TUNES_FOR_${GRADUS_MARCH}" tunes)
      check_cxx_compiler_flag(-mtune=${GRADUS_MARCH} ${tunes})
      if(${tunes})
        set_property(SOURCE ${kernels} APPEND PROPERTY COMPILE_OPTIONS -mtune=${GRADUS_MARCH})
      endif()
    endif()
    gradus_warnings(${target})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
      # Wrong about the compiler's own AVX-512 intrinsics (GCC bug 105593), which Eigen uses.
      target_compile_options(${target} PRIVATE -Wno-uninitialized -Wno-maybe-uninitialized)
    endif()
  else()
    set(scope INTERFACE)
    add_library(${target} INTERFACE)
  endif()
  add_library(gradus::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(${target} ${scope} cxx_std_20)
  target_link_libraries(${target} ${scope} ${module_PUBLIC})
  target_include_directories(${target} ${scope} $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
                                                $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endfunction()
