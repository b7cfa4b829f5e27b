# schemas/openapi.yaml becomes part of the program, as JSON. Needs Debian's python3-yaml, hence Debian's python3.
find_program(LEDGER_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)
set(openapi_source ${CMAKE_BINARY_DIR}/embedded/openapi.cpp)
add_custom_command(
  OUTPUT ${openapi_source}
  COMMAND ${LEDGER_PYTHON} ${CMAKE_SOURCE_DIR}/http/embed_openapi.py ${CMAKE_SOURCE_DIR}/schemas/openapi.yaml ${openapi_source}
  DEPENDS ${CMAKE_SOURCE_DIR}/schemas/openapi.yaml ${CMAKE_SOURCE_DIR}/http/embed_openapi.py
  COMMENT "schemas/openapi.yaml"
  VERBATIM)
target_sources(ledger_http PRIVATE ${openapi_source})
