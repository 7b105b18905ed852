// compile_sets.c - what gives states and attributes other values (doc/set_def.h): targets that are attributes of parts,
// and random values. Every random value has draw sites of its own, one a machine, so that a change of one leaves the
// others as they were.

#include <string.h>

#include "base/assert.h"
#include "doc/set_def.h"
#include "model/compile.h"

static const char PART[] = "part.";

int32_t tw_set_attribute(const tw_compiler *compiler, const tw_set_def *def) {
  const tw_line *line = compiler->line;
  const size_t n_prefix = sizeof PART - 1;
  if (strncmp(def->def.name, PART, n_prefix) != 0) return TW_NONE;
  for (int32_t a = 0; a < line->n_attribute; a++)
    if (strcmp(line->attribute_name[a], def->def.name + n_prefix) == 0) return a;
  return TW_NONE;
}

bool tw_set_is_random(const tw_compiler *compiler, const tw_set_def *def) {
  if (def->value->type == TW_NODE_OBJECT) return true;
  const tw_node *known = compiler->reader->distributions;
  return def->value->type == TW_NODE_TEXT && known != NULL && tw_node_member(known, def->value->text) != NULL;
}

int32_t tw_set_draws(tw_compiler *compiler, const tw_set_def *def, const tw_set_site *site) {
  tw_line *line = compiler->line;
  const tw_field field = {.name = def->def.name, .type = TW_FIELD_VALUE, .dim = site->dim};
  tw_value value = {0};
  if (!tw_value_parse(def->value, &field, compiler->reader, &value)) {
    compiler->is_bad = true;
    return TW_NONE;
  }
  if ((value.n_part > 0 && !site->has_part) || (value.n_machine > 0 && site->place_i == TW_NONE)) {
    tw_compile_problem(compiler, def->value, "E-KEY", "give one value",
                       value.n_part > 0 ? "it is set also where no part is on the machine"
                                        : "a shared model has no machines");
    return TW_NONE;
  }
  if (site->place_i == TW_NONE) return tw_compile_site_of(compiler, site->stream, site->purpose, &value);
  const tw_place *place = &line->place[site->place_i];
  TW_ASSERT(place->n_machine > 0 || compiler->is_bad);
  int32_t first = TW_NONE;
  for (int32_t i = 0; i < place->n_machine; i++) {
    const int32_t site_i = tw_compile_site(compiler, site->place_i, place->first_machine + i, site->purpose,
                                           site->stream, &value);
    if (i == 0) first = site_i;
  }
  return first;
}
