# Finds OpenBLAS (cblas.h and library): OpenBLAS_FOUND, OpenBLAS_DESCRIPTION and the target OpenBLAS::OpenBLAS.
# Of Debian's builds, which may stand side by side, the one with OpenMP is preferred: then it shares its threads with
# oneDNN. Two pools in one process contend for the cores. Installed with Gradus, whose static library needs it again.
set(builds openblas-openmp openblas-pthread openblas-serial)
find_library(OpenBLAS_LIBRARY openblas PATH_SUFFIXES ${builds})
mark_as_advanced(OpenBLAS_LIBRARY)

# The header of the same build.
get_filename_component(build "${OpenBLAS_LIBRARY}" DIRECTORY)
get_filename_component(build "${build}" NAME)
find_path(OpenBLAS_INCLUDE_DIR cblas.h PATH_SUFFIXES ${CMAKE_LIBRARY_ARCHITECTURE}/${build} ${build} openblas)
mark_as_advanced(OpenBLAS_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenBLAS REQUIRED_VARS OpenBLAS_LIBRARY OpenBLAS_INCLUDE_DIR)
set(OpenBLAS_DESCRIPTION "${OpenBLAS_LIBRARY}")

if(OpenBLAS_FOUND AND NOT TARGET OpenBLAS::OpenBLAS)
  add_library(OpenBLAS::OpenBLAS UNKNOWN IMPORTED)
  set_target_properties(OpenBLAS::OpenBLAS PROPERTIES IMPORTED_LOCATION "${OpenBLAS_LIBRARY}"
                                                      INTERFACE_INCLUDE_DIRECTORIES "${OpenBLAS_INCLUDE_DIR}")
endif()
