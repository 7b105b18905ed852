// compile_causes.c - common causes of failures: each takes the machines of several stations down, by a way to go down of
// its own on every machine.

#include <string.h>

#include "base/assert.h"
#include "model/compile_inner.h"

// Stations of a cause, each once.
static void check_cause(tw_compiler *compiler, const tw_cause_def *def) {
  const tw_line *line = compiler->line;
  if (def->stations.n == 0)
    tw_compile_problem(compiler, tw_node_member(def->def.node, "stations"), "E-RANGE",
                       "\"stations\": [\"saw\", \"cnc\"]", "'%s' takes no station down",
                       def->def.name);
  bool *is_named = tw_arena_take_array(&compiler->line->arena, (size_t)line->n_place, sizeof *is_named);
  for (int32_t k = 0; k < def->stations.n && is_named != NULL; k++) {
    const tw_name *name = &def->stations.at[k];
    const int32_t place_i = tw_compile_place(compiler, name);
    if (place_i == TW_NONE) continue;
    if (strcmp(line->place[place_i].kind->section, "stations") != 0)
      tw_compile_problem(compiler, name->node, "E-REF", "only the machines of stations go down",
                         "'%s' is no station", name->name);
    if (is_named[place_i])
      tw_compile_problem(compiler, name->node, "E-KEY", "leave it away", "'%s' stands here twice",
                         name->name);
    is_named[place_i] = true;
  }
}

// Common causes come before the places, whose machines then become members.
void tw_compile_causes(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  const tw_cause_def *def = line->doc.causes.at;
  const int32_t n = tw_compile_lacks(compiler, "common_causes") ? 0 : line->doc.causes.n;
  tw_cause *cause = tw_arena_take_array(&line->arena, (size_t)n + 1, sizeof *cause);
  if (cause == NULL) return;
  for (int32_t i = 0; i < n; i++) {
    cause[i] = (tw_cause){.name = def[i].def.name};
    cause[i].mtbf_site = tw_compile_site_of(compiler, def[i].def.name, "cause", &def[i].mtbf);
    cause[i].slot =
        tw_compile_slot(compiler, TW_NONE, i, TW_CLASS_FAILURE, TW_ON_CAUSE_SLOT);
    check_cause(compiler, &def[i]);
  }
  line->cause = cause;
  line->n_cause = n;
}

void tw_compile_cause_member(tw_compiler *compiler, int32_t cause_i, int32_t machine_i) {
  tw_line *line = compiler->line;
  const tw_cause_def *def = &((const tw_cause_def *)line->doc.causes.at)[cause_i];
  tw_cause *cause = &line->cause[cause_i];
  TW_ASSERT(cause_i >= 0 && cause_i < line->n_cause);
  const int32_t place_i = line->machine[machine_i].node_i;
  int32_t *member = (int32_t *)cause->mode;
  const bool is_full = (cause->n_mode & (cause->n_mode - 1)) == 0;  // grows at powers of two
  if (is_full) {
    member = tw_arena_take_array(&line->arena, (size_t)cause->n_mode * 2 + 1, sizeof *member);
    if (member == NULL) return;
    if (cause->n_mode > 0) memcpy(member, cause->mode, (size_t)cause->n_mode * sizeof *member);
    cause->mode = member;
  }
  member[cause->n_mode++] = line->n_mode;
  tw_mode mode = {.name = def->def.name,
                  .node_i = place_i,
                  .machine_i = machine_i,
                  .clock = TW_CLOCK_REQUEST,
                  .fate = def->part,
                  .mtbf_site = TW_NONE,
                  .slot = TW_NONE,
                  .cause_i = cause_i,
                  .cost = tw_compile_mode_cost(compiler, place_i, def->def.node, def->cost),
                  .due_within = -1};
  mode.task = (tw_task){.needs = tw_compile_needs(compiler, &def->needs), .priority = def->priority};
  mode.repair_site = tw_compile_site(compiler, place_i, machine_i,
                                     tw_arena_print(&line->arena, "repair/%s", mode.name), NULL,
                                     &def->repair);
  tw_compile_add_mode(compiler, &mode);
}
