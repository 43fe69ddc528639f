# Configures the consumer by the command CONFIGURE into the folder BUILD, builds it on two processors and runs it.
execute_process(COMMAND ${CONFIGURE} -B ${BUILD} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${BUILD} --parallel 2 COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${BUILD}/consumer COMMAND_ERROR_IS_FATAL ANY)
