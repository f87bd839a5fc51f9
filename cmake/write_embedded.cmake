cmake_minimum_required(VERSION 3.25)

# cmake -D SYMBOL= -D INPUT= -D OUTPUT= -P write_embedded.cmake
# A text file as a raw string literal, which g++ and clang take at any length; the text must not hold the delimiter.
file(READ ${INPUT} text)
string(FIND "${text}" ")wfm_embed\"" found)
if(NOT found EQUAL -1)
  message(FATAL_ERROR "${INPUT} holds the delimiter )wfm_embed\"")
endif()
file(WRITE ${OUTPUT} "#include \"embedded.hpp\"\n\nconst std::string_view wfm::embedded::${SYMBOL} = R\"wfm_embed(${text})wfm_embed\";\n")
