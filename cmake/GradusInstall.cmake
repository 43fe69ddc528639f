# The package: headers under include/gradus, the libraries, and gradusConfig.cmake for find_package(gradus).
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/gradus)

foreach(name autodiff nn optim)
  install(DIRECTORY ${name} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/gradus FILES_MATCHING PATTERN *.hpp)
  # A set of targets each: who asks for autodiff alone needs no zlib.
  install(TARGETS gradus_${name} EXPORT gradus_${name})
  install(EXPORT gradus_${name} FILE gradus_${name}.cmake NAMESPACE gradus:: DESTINATION ${package_dir})
endforeach()

if(BUILD_SHARED_LIBS)
  set(GRADUS_STATIC FALSE)
else()
  set(GRADUS_STATIC TRUE)
endif()
configure_package_config_file(cmake/gradusConfig.cmake.in ${PROJECT_BINARY_DIR}/gradusConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
# Before 1.0 every minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/gradusConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/gradusConfig.cmake ${PROJECT_BINARY_DIR}/gradusConfigVersion.cmake
        DESTINATION ${package_dir})
