# cmake -DBUILD=... -DPREFIX=... -P install.cmake: installs a build tree into an emptied prefix.
file(REMOVE_RECURSE ${PREFIX})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${PREFIX} COMMAND_ERROR_IS_FATAL ANY)
