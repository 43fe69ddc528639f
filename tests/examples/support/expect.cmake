# What the checks of the example programs share; PROGRAM is the one they run.

# The file is a PNG picture; not looked at where there is no gnuplot to draw it.
function(expect_picture file)
  find_program(gnuplot gnuplot)
  if(gnuplot)
    file(READ ${file} magic LIMIT 4 HEX)
    if(NOT magic STREQUAL "89504e47")
      message(FATAL_ERROR "${file} is not a picture")
    endif()
  endif()
endfunction()

# The program with these options ends with exit status 1 and a message that matches.
function(expect_error message)
  execute_process(COMMAND ${PROGRAM} ${ARGN} ERROR_VARIABLE error OUTPUT_QUIET RESULT_VARIABLE result)
  if(NOT result EQUAL 1 OR NOT error MATCHES "${message}")
    message(FATAL_ERROR "${ARGN}: exit status ${result}; expected '${message}', got: ${error}")
  endif()
endfunction()
