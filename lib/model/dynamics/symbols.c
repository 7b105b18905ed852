// symbols.c - what the texts of machine models may name: the states, parameters and outputs of their own
// model, then what all models of the station have in common.

#include <string.h>

#include "base/assert.h"
#include "model/dynamics/inner.h"
#include "model/state_words.h"

// A model's own symbols stand in front of the common ones: the nearer name counts.
void tw_build_add_own(tw_build *build, const char *name, tw_dim dim, int32_t input_i, tw_formula node) {
  memmove(build->symbol + 1, build->symbol, (size_t)build->n_symbol * sizeof *build->symbol);
  TW_ASSERT(node >= 0 || input_i < build->n_input);
  build->symbol[0] =
      (tw_formula_symbol){.name = name, .dim = dim, .input_i = input_i, .node = node};
  build->n_symbol++;
}

static void add_common(tw_build *build, const char *name, tw_dim dim, int32_t input_i, tw_formula node) {
  build->symbol[build->n_symbol++] =
      (tw_formula_symbol){.name = name, .dim = dim, .input_i = input_i, .node = node};
}

// Forgets the own symbols of the model that was read last.
void tw_build_drop_own(tw_build *build) {
  TW_ASSERT(build->n_symbol >= build->n_common);
  const int32_t n_own = build->n_symbol - build->n_common;
  memmove(build->symbol, build->symbol + n_own, (size_t)build->n_common * sizeof *build->symbol);
  build->n_symbol = build->n_common;
}

static void add_word(tw_build *build, const char *name, tw_dim dim, int32_t reading, int32_t argument) {
  const int32_t input_i = build->n_variable + build->n_word;
  build->word[build->n_word++] =
      (tw_model_word){.reading = reading, .argument = argument, .input_i = input_i};
  add_common(build, name, dim, input_i, -1);
}

static void add_words(tw_build *build) {
  const tw_line *line = build->compiler->line;
  if (build->place_i == TW_NONE) return;
  for (int32_t i = 0; i < TW_N_STATE; i++)
    add_word(build, tw_state_words[i], TW_EXPR_CONDITION, TW_READ_STATE, i);
  add_word(build, "down", TW_EXPR_CONDITION, TW_READ_DOWN, 0);
  add_word(build, "on-shift", TW_EXPR_CONDITION, TW_READ_ON_SHIFT, 0);
  add_word(build, "occupied", TW_EXPR_CONDITION, TW_READ_OCCUPIED, 0);
  add_word(build, "part.mass", TW_DIM_MASS, TW_READ_PART_MASS, 0);
  add_word(build, "load.mass", TW_DIM_MASS, TW_READ_LOAD_MASS, 0);
  add_word(build, "part.rework", TW_DIM_ONE, TW_READ_REWORK, 0);
  add_word(build, "parts_since_stop", TW_DIM_ONE, TW_READ_SINCE_STOP, 0);
  add_word(build, "parts_since_setup", TW_DIM_ONE, TW_READ_SINCE_SETUP, 0);
  for (int32_t a = 0; a < line->n_attribute; a++)
    add_word(build, tw_arena_print(&build->scratch, "part.%s", line->attribute_name[a]),
             line->attribute_dim[a], TW_READ_ATTRIBUTE, a);
  for (int32_t w = 0; w < build->compiler->n_wish; w++) {
    const tw_wish *wish = &build->compiler->wish[w];
    if (wish->place_i != build->place_i || wish->kind != TW_WISH_UNTIL) continue;
    build->word[build->n_word] = (tw_model_word){
        .reading = TW_READ_REPAIR, .argument = wish->target, .input_i = build->n_variable + build->n_word};
    build->n_word++;
  }
}

static void add_sum(tw_build *build, const char *name, tw_dim dim) {
  for (int32_t k = 0; k < build->n_sum; k++)
    if (strcmp(build->sum[k].name, name) == 0) return;
  if (build->n_sum == TW_BUILD_OUTPUTS_MAX) return;
  const char *symbol = tw_arena_print(&build->compiler->line->arena, "sum.%s", name);
  build->sum[build->n_sum++] = (tw_sum){.name = symbol + 4, .input_i = build->n_input, .word = TW_NONE};
  add_common(build, symbol, dim, build->n_input++, -1);
}

// "sum.heat" for each output that stations have; what it sums is found when all members are known.
// "sum.power" counts what machines draw by their state, too.
static void add_sums(tw_build *build) {
  const tw_line *line = build->compiler->line;
  if (build->place_i != TW_NONE) return;
  for (int32_t i = 0; i < line->n_place; i++)
    if (line->place[i].power_uw != NULL) add_sum(build, "power", TW_DIM_POWER);
  for (int32_t m = 0; m < line->n_member; m++) {
    const tw_system *system = line->member[m].system;
    for (int32_t i = 0; i < system->n_output; i++)
      add_sum(build, tw_own_name(system->output[i].name), system->output[i].dim);
  }
  build->states_input = build->n_input++;
}

// All that every model of the station may name.
void tw_build_add_common(tw_build *build) {
  const tw_line *line = build->compiler->line;
  add_words(build);
  build->time_input = build->n_variable + build->n_word;
  add_common(build, "time", TW_DIM_TIME, build->time_input, -1);
  for (int32_t i = 0; i < build->n_variable; i++)
    add_common(build, build->variable[i].name, build->variable[i].dim, i, -1);
  build->first_foreign = build->time_input + 1;
  for (int32_t i = 0; i < build->n_foreign; i++)
    add_common(build, line->shared_variable[i].name, line->shared_variable[i].dim,
               build->first_foreign + i, -1);
  build->n_input = build->first_foreign + build->n_foreign;
  add_sums(build);
  build->n_common = build->n_symbol;
}
