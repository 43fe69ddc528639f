# cmake -DPROGRAM=... -P taylor_method.cmake: the solutions are the known ones, energies are kept to rounding, the way
# back leads to the start, and a mistake in the options is an error that says so.
include(${CMAKE_CURRENT_LIST_DIR}/support/expect.cmake)

function(expect_solution end)
  execute_process(COMMAND ${PROGRAM} ${ARGN} OUTPUT_VARIABLE output RESULT_VARIABLE result)
  set(none "0[.]0e[+]00")
  if(NOT result EQUAL 0 OR NOT output MATCHES "end: ${end}" OR NOT output MATCHES
     "energy off by (${none}|[0-9.]+e-1[3-9]), and (${none}|[0-9.]+e-1[1-9]) from the start")
    message(FATAL_ERROR "${ARGN}: exit status ${result}; expected the end ${end}; output:\n${output}")
  endif()
endfunction()

expect_solution("0.540302305868 -0.841470984808" --system oscillator --time 1)  # cos 1, -sin 1
expect_solution("0.400000000000 -?0.000000000000 -?0.000000000000 2.000000000000"
                --system kepler --time 6.283185307179586)                          # once around
expect_solution("[0-9. -]+" --system pendulum --time 20 --order 25)
expect_error("expected a positive number, got '-1'" --time -1)
