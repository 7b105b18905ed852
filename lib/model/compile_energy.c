// compile_energy.c - power by state in whole uW, and the prices of energy as calendars of their own.

#include <math.h>

#include <twin/run.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "model/compile_inner.h"

// Length of the windows of the peak where the file says no other.
static const double WINDOW_S = 900;

// A line that draws more is a mistake; up to here no sum of power leaves 63 bits.
static const double LINE_POWER_MAX = 1e12;

void tw_compile_power(tw_compiler *compiler, int32_t node_i, const double *power_w) {
  tw_line *line = compiler->line;
  uint64_t *power_uw = tw_arena_take_array(&line->arena, TWIN_STATE_COUNT, sizeof *power_uw);
  if (power_uw == NULL) return;
  for (int32_t i = 0; i < TWIN_STATE_COUNT; i++) {
    TW_ASSERT(power_w[i] >= 0 && power_w[i] <= TW_POWER_MAX);
    power_uw[i] = (uint64_t)floor(power_w[i] * 1e6 + 0.5);
  }
  line->place[node_i].power_uw = power_uw;
  line->energy.is_there = true;
}

void tw_compile_draws_power(tw_compiler *compiler, int32_t node_i) {
  const double none_w[TWIN_STATE_COUNT] = {0};
  if (compiler->line->place[node_i].power_uw == NULL) tw_compile_power(compiler, node_i, none_w);
}

static double most_power_w(const tw_place *place) {
  uint64_t most = 0;
  for (int32_t i = 0; i < TWIN_STATE_COUNT; i++)
    if (place->power_uw[i] > most) most = place->power_uw[i];
  return (double)most * 1e-6 * place->n_machine;
}

static void check_sum(tw_compiler *compiler) {
  const tw_line *line = compiler->line;
  double sum_w = 0;
  for (int32_t i = 0; i < line->doc.n_place; i++) {
    if (line->place[i].power_uw == NULL) continue;
    const bool was_good = sum_w <= LINE_POWER_MAX;
    sum_w += most_power_w(&line->place[i]);
    const tw_node *node = ((const tw_def *)line->doc.place[i].def)->node;
    if (was_good && sum_w > LINE_POWER_MAX)
      tw_compile_problem(compiler, tw_node_member(node, "power"), "E-RANGE", NULL,
                         "with this station the line could draw more than 1e6 MW");
  }
}

static void compile_tariffs(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  const tw_tariff_def *def = &line->doc.energy.tariff;
  tw_tariff *tariff = tw_arena_take_array(&line->arena, (size_t)def->n, sizeof *tariff);
  if (tariff == NULL) return;
  int32_t name_i = 0;
  for (int32_t i = 0; i < def->n; i++) {
    tariff[i] = (tw_tariff){.name = def->name[i], .price = def->price[i]};
    const bool is_timed = name_i < def->when.n_name && def->when.name[name_i] == def->name[i];
    if (!is_timed) continue;
    tw_calendar *calendar = tw_arena_take(&line->arena, sizeof *calendar);
    if (calendar == NULL || !tw_compile_week(compiler, &def->when, name_i++, calendar)) return;
    tariff[i].calendar = calendar;
  }
  TW_ASSERT(name_i == def->when.n_name);
  line->energy.tariff = tariff;
  line->energy.n_tariff = def->n;
}

void tw_compile_energy(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  const tw_energy_def *def = &line->doc.energy;
  const tw_node *node = tw_node_member(line->doc.root, "energy");
  const tw_node *peak = tw_node_member(node, "peak");
  tw_energy_param *energy = &line->energy;
  energy->carbon_kg_j = tw_node_member(node, "carbon") != NULL ? def->carbon_kg_j : (double)NAN;
  energy->peak_price = tw_node_member(peak, "price") != NULL ? def->peak.price : (double)NAN;
  energy->window_us = tw_ticks(peak != NULL ? def->peak.window_s : WINDOW_S);
  check_sum(compiler);
  if (def->tariff.n > 0) compile_tariffs(compiler);
}
