// finish_def.c - see finish_def.h.

#include "station/finish_def.h"

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
  if (place->shift_end == TW_END_NO_START)
    tw_compile_problem(compiler, def->when.node->parent, "E-KEY", "\"on_shift_end\": \"finish\"",
                       "'%s' cannot know whether a part would be through before the shift ends",
                       place->name);
  tw_compile_wish(compiler, &wish);
  return true;
}
