# cmake -DPROGRAM=... -DDIRECTORY=... -P adjoint_method.cmake: both gradients agree for every number of parameters, the
# picture is there where gnuplot is, and a mistake in the options is an error that says so.
include(${CMAKE_CURRENT_LIST_DIR}/support/expect.cmake)
file(REMOVE_RECURSE ${DIRECTORY})
file(MAKE_DIRECTORY ${DIRECTORY})
set(csv ${DIRECTORY}/times.csv)
execute_process(COMMAND ${PROGRAM} --parameters 1,7,100 --unknowns 20 --grid 6 --seconds 0.001 --csv ${csv}
                OUTPUT_VARIABLE output RESULT_VARIABLE result)
if(NOT result EQUAL 0 OR NOT output MATCHES "dense system of 20 unknowns.*sparse system of 36 unknowns.*gradients agree")
  message(FATAL_ERROR "exit status ${result}; output:\n${output}")
endif()

set(time "[0-9.e-]+")
set(difference "(0|[0-9.]+e-1[1-9])")  # below 1e-10
file(STRINGS ${csv} lines)
list(POP_FRONT lines head)
set(expected "dense,20,1;dense,20,7;dense,20,100;sparse,36,1;sparse,36,7;sparse,36,100")
foreach(line begin IN ZIP_LISTS lines expected)
  if(NOT line MATCHES "^${begin},${time},${time},${time},${difference}$")
    message(FATAL_ERROR "${csv}: ${line}; expected ${begin},...")
  endif()
endforeach()

expect_picture(${DIRECTORY}/times.png)
expect_error("expected a positive number, got '0'" --parameters 4,0)
expect_error("cannot write the file" --csv ${DIRECTORY}/no/such/folder.csv)
