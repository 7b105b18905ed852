// api_kind.c - schema and reference of the line format with kinds from outside. What their
// callbacks call stands with them in station/outside/.

#include <twin/kind.h>

#include "api/api.h"
#include "base/problems.h"
#include "doc/doc.h"
#include "station/outside/outside.h"

typedef void print_kinds(const tw_kind *const *kinds, int32_t n_kind, tw_text *out);

static twin_status print(const twin_kind *const *given, char **text, twin_problems *problems,
                         print_kinds *printer) {
  if (text == NULL) return tw_fail(problems, TWIN_ERR_ARGUMENT, "text is missing");
  tw_arena arena;
  tw_arena_init(&arena);
  int32_t n_kind;
  twin_status status = TWIN_OK;
  const tw_kind *const *kinds = tw_outside_kinds(&arena, given, &n_kind, &status, problems);
  tw_text printed = {0};
  if (kinds != NULL) printer(kinds, n_kind, &printed);
  if (kinds != NULL) status = tw_text_give(&printed, text);
  tw_arena_free(&arena);
  return status;
}

twin_status twin_kinds_schema(const twin_kind *const *kinds, char **text, twin_problems *problems) {
  return print(kinds, text, problems, tw_doc_schema);
}

twin_status twin_kinds_reference(const twin_kind *const *kinds, char **text,
                                 twin_problems *problems) {
  return print(kinds, text, problems, tw_doc_reference);
}
