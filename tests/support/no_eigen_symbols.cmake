# cmake -DNM=... -DLIBRARIES=... -P no_eigen_symbols.cmake: no symbol of the libraries names Eigen's own namespace.
foreach(library ${LIBRARIES})
  execute_process(COMMAND ${NM} ${library} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  if(NOT symbols MATCHES "6gradus")
    message(FATAL_ERROR "no symbols of Gradus in ${library}")  # then the test would pass whatever else is in it
  endif()
  string(REGEX MATCHALL "[^\n]*[^0-9]5Eigen[^\n]*" shared "${symbols}")
  if(shared)
    list(GET shared 0 first)
    message(FATAL_ERROR "${library} and its users may share this function of Eigen's:\n${first}")
  endif()
endforeach()
