// finish_def.c - see finish_def.h.

#include "keys/finish_def.h"

#include "model/compile.h"

// clang-format off
static const tw_field finish_fields[] = {
  TW_FIELD(tw_finish_def, when, "when", TW_FIELD_EXPR, .dim = {.is_absolute = 2}, .flags = TW_REQUIRED,
           .help = "condition on the states of the machine's models"),
  TW_FIELD(tw_finish_def, soak, "soak", TW_FIELD_VALUE, .dim = {.s = 1},
           .help = "how long it must hold; counts anew when it has ceased"),
};
const tw_table tw_finish_table = {.name = "finish", .help = "processing ends when a condition holds",
  .size = sizeof(tw_finish_def), .fields = finish_fields, .n_field = TW_N_FIELDS(finish_fields)};
// clang-format on

// ---- Rates -----------------------------------------------------------------------------------

static const double RATE_MAX = 1e6;

static bool parse_rate(const tw_node *node, const struct tw_reader *reader, void *target) {
  tw_rate_def *rate = target;
  *rate = (tw_rate_def){.node = node};
  if (node->type == TW_NODE_TEXT && tw_is_expression(node->text)) {
    rate->text = (tw_expr_text){.text = node->text, .node = node};
    return true;
  }
  if (!tw_quantity_parse(node, TW_DIM_RATE, reader, &rate->per_s)) return false;
  if (rate->per_s > 0 && rate->per_s <= RATE_MAX) return true;
  tw_reader_problem(reader, node, "E-RANGE", "above 0 1/s, up to 1000000 1/s", "e.g. \"32 1/min\"",
                    "%g 1/s is no rate of parts", rate->per_s);
  return false;
}

const tw_custom tw_rate_custom = {
    .parse = parse_rate,
    .shape = "a rate, `\"32 1/min\"`, or an expression of one, `\"(1 - 0.3*tool.wear)*0.5 1/min\"`",
    .schema = "{\"type\": \"string\"}"};

void tw_finish_check(tw_compiler *compiler, int32_t place_i, const tw_node *factor, const tw_node *ends) {
  const tw_place *place = &compiler->line->place[place_i];
  if (factor != NULL)
    tw_compile_problem(compiler, factor, "E-KEY", "leave it away",
                       "the \"factor\" of '%s' multiplies a time, but processing ends by \"%s\"",
                       place->name, ends->key);
  if (place->can_preempt)
    tw_compile_problem(compiler, tw_node_member(ends->parent, "pull"), "E-KEY",
                       "leave \"preempt\" away here",
                       "processing at '%s' ends by \"%s\": what has been done of a part is the machine's",
                       place->name, ends->key);
  if (place->shift_end == TW_END_NO_START)
    tw_compile_problem(compiler, ends, "E-KEY", "\"on_shift_end\": \"finish\"",
                       "'%s' cannot know whether a part would be through before the shift ends",
                       place->name);
}

bool tw_rate_compile(tw_compiler *compiler, int32_t place_i, const tw_rate_def *def,
                     const tw_expr **at_start) {
  *at_start = NULL;
  if (def->text.text == NULL) return false;
  if (tw_compile_is_instant(compiler, place_i, &def->text, TW_DIM_RATE) ||
      compiler->line->place[place_i].n_variable == 0) {
    *at_start = tw_compile_expr_at(compiler, place_i, &def->text, TW_DIM_RATE);
    return false;
  }
  tw_compile_wish(compiler, &(tw_wish){.place_i = place_i,
                                       .kind = TW_WISH_RATE,
                                       .name = "rate",
                                       .text = def->text,
                                       .soak_site = TW_NONE});
  return true;
}

// ---- Conditions ------------------------------------------------------------------------------

// Processing ends by a condition: nobody knows before when.
bool tw_finish_compile(tw_compiler *compiler, int32_t place_i, const tw_finish_def *def, const char *stream) {
  if (def->when.text == NULL) return false;
  const tw_place *place = &compiler->line->place[place_i];
  tw_wish wish = {.place_i = place_i,
                  .kind = TW_WISH_FINISH,
                  .name = "finish",
                  .text = def->when,
                  .soak_site = TW_NONE};
  for (int32_t i = 0; i < place->n_machine && def->soak.node != NULL; i++) {
    const int32_t site = tw_compile_site(compiler, place_i, place->first_machine + i, "soak", stream,
                                         &def->soak);
    if (i == 0) wish.soak_site = site;
  }
  tw_compile_wish(compiler, &wish);
  return true;
}
