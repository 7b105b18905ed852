// compile_problem.c - what the compiler says of a line that it cannot make, each thing once.

#include <string.h>

#include "base/assert.h"
#include "model/compile_inner.h"

// The same was said of the same place: places compile what they have machine by machine.
static bool is_known_problem(const twin_problems *problems, const tw_node *node, const char *code,
                             const char *message) {
  tw_text pointer = {.memory = tw_problems_memory(problems)};
  twin_problem problem = {.struct_size = sizeof problem};
  bool is_known = false;
  if (node == NULL) return false;
  tw_node_pointer(node, &pointer);
  for (size_t i = 0; !is_known && twin_problems_get(problems, i, &problem) == TWIN_OK; i++)
    is_known = strcmp(problem.code, code) == 0 && strcmp(problem.message, message) == 0 &&
               strcmp(problem.pointer, pointer.at != NULL ? pointer.at : "") == 0;
  tw_text_free(&pointer);
  return is_known;
}

bool tw_compile_lacks(const tw_compiler *compiler, const char *section) {
  const bool is_known = tw_doc_knows(&compiler->line->doc, section);
  TW_ASSERT(is_known || compiler->is_bad);  // what could not be read was reported
  return !is_known;
}

void tw_compile_problem(tw_compiler *compiler, const tw_node *node, const char *code,
                        const char *hint, const char *format, ...) {
  const bool is_of_flow = strcmp(code, "E-FLOW") == 0 || strcmp(code, "E-ROUTE") == 0;
  compiler->is_bad = true;
  if (is_of_flow && !compiler->is_flow_known) return;  // it may follow from what is reported
  tw_text message = {.memory = tw_problems_memory(compiler->reader->problems)};
  va_list args;
  va_start(args, format);
  tw_text_vprint(&message, format, args);
  va_end(args);
  const char *text = message.at != NULL ? message.at : "";
  twin_problems *problems = compiler->reader->problems;
  if (!is_known_problem(problems, node, code, text))
    tw_node_problem(problems, compiler->reader->file, node, code, NULL, NULL, hint, "%s", text);
  tw_text_free(&message);
}
