# cmake -DPROGRAM=... -DEXPECTED=... -P run.cmake: runs a program and compares what it prints with a file, if there is
# one, apart from blanks at the ends of lines and blank lines at the end.
execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE output RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "exit status ${result}; output:\n${output}")
endif()
message("${output}")
if(EXISTS ${EXPECTED})
  file(READ ${EXPECTED} expected)
  foreach(text output expected)
    string(REGEX REPLACE "[ \t]+\n" "\n" ${text} "${${text}}")
    string(STRIP "${${text}}x" ${text})  # keeps blanks at the beginning: a matrix is indented
    string(REGEX REPLACE "[ \t\n]*x$" "" ${text} "${${text}}")
  endforeach()
  if(NOT output STREQUAL expected)
    message(FATAL_ERROR "README.md says that it prints:\n${expected}\n")
  endif()
endif()
