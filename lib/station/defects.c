// defects.c - see defects.h. Every defect has a draw site of its own, so that a change of one leaves the
// others as they were.

#include "station/defects.h"

#include <string.h>

#include "base/assert.h"
#include "engine/draw.h"
#include "model/compile.h"

static const char ALL[] = "all";

// One probability: an expression, or a bare number.
static bool parse_defect(const tw_node *node, const tw_reader *reader, tw_defect_def *defect) {
  *defect = (tw_defect_def){.def = {.name = node->key, .node = node},
                            .probability = {.text = node->text, .node = node}};
  bool is_good = tw_name_check(node->key, node, reader);
  if (strcmp(node->key, ALL) == 0) {
    tw_reader_problem(reader, node, "E-KEY", NULL, "choose another name",
                      "\"all\" means every defect in \"repairs\"");
    is_good = false;
  }
  if (node->type == TW_NODE_TEXT || node->type == TW_NODE_NUMBER) return is_good;
  tw_reader_wrong_type(reader, node, "a probability", "\"0.004 + 0.03*part.grade\"");
  return false;
}

static bool parse_defects(const tw_node *node, const struct tw_reader *reader, void *target) {
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "an object of names with probabilities",
                         "{\"crack\": \"2 %\"}");
    return false;
  }
  tw_defect_def *at = tw_arena_take_array(reader->arena, (size_t)node->n_child, sizeof *at);
  if (at == NULL) return false;
  int32_t n = 0;
  bool is_good = true;
  for (const tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    if (!parse_defect(item, reader, &at[n++])) is_good = false;
  }
  TW_ASSERT(n <= node->n_child);
  *(tw_map *)target = (tw_map){.n = n, .at = at};
  return is_good;
}

const tw_custom tw_defects_custom = {
    .parse = parse_defects,
    .shape = "probabilities by name, {\"crack\": \"0.004 + 0.03*part.grade\"}",
    .schema = "{\"type\": \"object\", \"properties\": {\"about\": {\"type\": \"string\"}}, "
              "\"patternProperties\": {\"^x-\": true, \"^(?!x-|about$|all$)[A-Za-z][A-Za-z0-9_-]*$\": "
              "{\"type\": [\"number\", \"string\"]}}, \"additionalProperties\": false}"};

void tw_defects_compile(tw_compiler *compiler, int32_t place_i, const tw_map *defects,
                        const char *stream) {
  tw_line *line = compiler->line;
  const tw_place *place = &line->place[place_i];
  const tw_defect_def *def = defects->at;
  for (int32_t i = 0; i < place->n_made; i++) {
    tw_made_defect *made = &line->made[place->first_made + i];
    TW_ASSERT(made->node_i == place_i);
    const char *purpose = tw_arena_print(&line->arena, "defect/%s", def[i].def.name);
    made->site = tw_compile_site(compiler, place_i, TW_NONE, purpose, stream, NULL);
    made->probability = tw_compile_expr_at(compiler, place_i, &def[i].probability, TW_DIM_ONE);
    double p;
    if (made->probability == NULL || !tw_expr_is_constant(made->probability, &p)) continue;
    if (!(p >= 0 && p <= 1))
      tw_compile_problem(compiler, def[i].def.node, "E-RANGE", "from 0 to 1, or \"2 %\"",
                         "%g is no probability", p);
  }
}

uint32_t tw_repairs_compile(tw_compiler *compiler, const tw_names *repairs) {
  const tw_line *line = compiler->line;
  uint32_t bits = 0;
  for (int32_t i = 0; i < repairs->n; i++) {
    if (strcmp(repairs->at[i].name, ALL) == 0) {
      bits |= (uint32_t)((UINT64_C(1) << line->n_defect) - 1);
      continue;
    }
    const int32_t defect_i = tw_compile_defect(compiler, &repairs->at[i]);
    if (defect_i != TW_NONE) bits |= UINT32_C(1) << defect_i;
  }
  return bits;
}

void tw_defects_draw(tw_run *run, int32_t place_i, int32_t machine_i) {
  const tw_line *line = run->line;
  const tw_place *place = &line->place[place_i];
  tw_part *part = &run->part[run->machine[machine_i].part];
  part->defects &= ~((const tw_station_param *)place->param)->repairs;
  for (int32_t i = place->first_made; i < place->first_made + place->n_made; i++) {
    const tw_made_defect *made = &line->made[i];
    const double p = tw_machine_value(run, made->probability, machine_i);
    if (!(p >= 0 && p <= 1)) {
      tw_run_stop(run, TWIN_ERR_VALUE, place_i, "defect '%s' has no probability: %g",
                  line->defect_name[made->defect_i], p);
      return;
    }
    if (tw_draw_uniform(run, made->site) > p) continue;
    const uint32_t bit = UINT32_C(1) << made->defect_i;
    run->made[i].n_made += (part->defects & bit) == 0;
    part->defects |= bit;
  }
}
