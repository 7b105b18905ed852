// compile.c - a station of an outside kind is compiled: what the file says becomes numbers,
// draw sites, events and exits; then the kind's own check is asked.

#include <math.h>
#include <string.h>

#include "core/ticks.h"
#include "engine/work.h"
#include "keys/failure_def.h"
#include "keys/maintenance_def.h"
#include "station/outside/inner.h"

static const tw_field *field_of(const tw_outside *outside, int32_t i) {
  TW_ASSERT(i >= 0 && i < outside->given.n_field);
  return &outside->table.fields[outside->n_common + i];
}

int32_t tw_outside_exits(const tw_kind *kind, const void *object, const char **names, int32_t max) {
  const twin_kind *given = &tw_outside_of(kind)->given;
  const tw_outside_def *def = object;
  int32_t n = 0;
  bool has_scrap = false;
  for (int32_t i = 0; i < given->n_exit && n < max; i++) {
    names[n++] = given->exits[i];
    has_scrap = has_scrap || strcmp(given->exits[i], "scrap") == 0;
  }
  const bool can_scrap = def->duty.shift_end == TW_END_SCRAP ||
                         tw_failures_can_scrap(&def->failures) ||
                         tw_maintenance_can_scrap(&def->maintenance);
  if (can_scrap && !has_scrap && n < max) names[n++] = "scrap";
  return n;
}

// A field as one number, where it is one and the file or its default gives it.
static double read_number(const tw_field *field, int32_t type, const char *at,
                          const tw_node *node) {
  int64_t count;
  int32_t choice;
  double number;
  if (tw_node_member(node, field->name) == NULL) return (double)NAN;
  switch ((twin_kind_field_type)type) {
    case TWIN_FIELD_COUNT: memcpy(&count, at, sizeof count); return (double)count;
    case TWIN_FIELD_TRUTH: return *(const bool *)at ? 1 : 0;
    case TWIN_FIELD_CHOICE: memcpy(&choice, at, sizeof choice); return (double)choice;
    case TWIN_FIELD_LIST: return (double)((const tw_series *)at)->n;
    case TWIN_FIELD_VALUE: return (double)NAN;
    case TWIN_FIELD_NUMBER:
    case TWIN_FIELD_RATIO:
    case TWIN_FIELD_QUANTITY: break;
  }
  memcpy(&number, at, sizeof number);
  return number;
}

// The sites of a random key: one of the place, or one of each position.
static int32_t compile_value(tw_compiler *compiler, int32_t place_i, const tw_outside *outside,
                             int32_t i, const char *def) {
  const tw_field *field = field_of(outside, i);
  const tw_value *value = (const tw_value *)(def + field->offset);
  const char *stream = ((const tw_outside_def *)def)->stream;
  TW_ASSERT(field->type == TW_FIELD_VALUE);
  const tw_place *place = &compiler->line->place[place_i];
  const bool is_each = (outside->given.fields[i].flags & TWIN_PER_POSITION) != 0;
  int32_t first = TW_NONE;
  if (value->node == NULL) return TW_NONE;
  if (!is_each) return tw_compile_site(compiler, place_i, TW_NONE, field->name, stream, value);
  for (int32_t k = 0; k < place->n_machine; k++) {
    const int32_t site =
        tw_compile_site(compiler, place_i, place->first_machine + k, field->name, stream, value);
    if (k == 0) first = site;
  }
  return first;
}

static void compile_fields(tw_compiler *compiler, int32_t place_i, const tw_outside *outside,
                           const char *def, tw_outside_param *param) {
  tw_arena *arena = &compiler->line->arena;
  const int32_t n = outside->given.n_field;
  double *value = tw_arena_take_array(arena, (size_t)n + 1, sizeof *value);
  tw_series *list = tw_arena_take_array(arena, (size_t)n + 1, sizeof *list);
  int32_t *site = tw_arena_take_array(arena, (size_t)n + 1, sizeof *site);
  if (value == NULL || list == NULL || site == NULL) return;
  for (int32_t i = 0; i < n; i++) {
    const tw_field *field = field_of(outside, i);
    const int32_t type = outside->given.fields[i].type;
    value[i] = read_number(field, type, def + field->offset, ((const tw_def *)def)->node);
    if (type == TWIN_FIELD_LIST) memcpy(&list[i], def + field->offset, sizeof list[i]);
    site[i] =
        type == TWIN_FIELD_VALUE ? compile_value(compiler, place_i, outside, i, def) : TW_NONE;
  }
  param->value = value;
  param->list = list;
  param->site = site;
}

static void compile_names(tw_compiler *compiler, int32_t place_i, const tw_outside *outside,
                          const char *stream, tw_outside_param *param) {
  tw_line *line = compiler->line;
  const twin_kind *given = &outside->given;
  const size_t n_all = (size_t)given->n_exit + (size_t)given->n_timer + (size_t)given->n_chance;
  int32_t *all = tw_arena_take_array(&line->arena, n_all + 1, sizeof *all);
  if (all == NULL) return;
  int32_t *exit = all, *timer = exit + given->n_exit, *chance = timer + given->n_timer;
  for (int32_t i = 0; i < given->n_exit; i++)
    exit[i] = tw_graph_exit(&line->graph, place_i, given->exits[i]);
  for (int32_t i = 0; i < given->n_timer; i++)
    timer[i] = tw_compile_slot(compiler, place_i, i, TW_CLASS_COMPLETION, TW_ON_OWN);
  for (int32_t i = 0; i < given->n_chance; i++)
    chance[i] = tw_compile_site(compiler, place_i, TW_NONE, given->chances[i], stream, NULL);
  param->exit = exit;
  param->timer = timer;
  param->chance = chance;
}

// What the library's own rules do not give to kinds from outside.
static void check_limits(tw_compiler *compiler, int32_t place_i, const tw_def *def) {
  const tw_place *place = &compiler->line->place[place_i];
  if (place->is_on_route)
    tw_compile_problem(compiler, def->node, "E-ROUTE", "lead chains through it",
                       "'%s' is of a kind from outside, which does no steps of routes", def->name);
  if (place->main_exit == TW_NONE)
    tw_compile_problem(compiler, def->node, "E-FLOW", "let a chain lead on from it",
                       "'%s' is of a kind from outside and has no main exit", def->name);
  if (place->shift_end == TW_END_NO_START && place->calendar_i != TW_NONE)
    tw_compile_problem(
        compiler, def->node, "E-CAL", "give it another \"on_shift_end\"",
        "'%s' is of a kind from outside: nobody knows before whether it is through when the shift ends",
        def->name);
}

static int32_t count_positions(const tw_outside *outside, const char *def) {
  if (outside->position_field == TW_NONE) return outside->given.n_position;
  int64_t n;
  memcpy(&n, def + field_of(outside, outside->position_field)->offset, sizeof n);
  return (int32_t)n;
}

void tw_outside_compile(tw_compiler *compiler, int32_t place_i, const void *object) {
  tw_line *line = compiler->line;
  tw_place *place = &line->place[place_i];
  const tw_outside *outside = tw_outside_of(place->kind);
  const tw_outside_def *def = object;
  tw_outside_param *param = tw_arena_take(&line->arena, sizeof *param);
  if (param == NULL) return;
  place->param = param;
  TW_ASSERT(((const tw_def *)object)->node != NULL);
  place->priority = def->priority;
  tw_compile_machines(compiler, place_i, count_positions(outside, object));
  compile_fields(compiler, place_i, outside, object, param);
  compile_names(compiler, place_i, outside, def->stream, param);
  tw_duty_compile(compiler, place_i, &def->duty, def->def.node);
  tw_modes_compile(compiler, place_i, &def->failures, &def->maintenance, def->stream);
  tw_power_compile(compiler, place_i, &def->power, def->def.node);
  if (tw_compile_cost(compiler, place_i, def->def.node, "downtime_cost"))
    place->cost.downtime_s = def->downtime_cost_s;
  tw_compile_push(compiler, place_i, def->push.rule, &def->push.share, def->stream);
  check_limits(compiler, place_i, &def->def);
  if (outside->given.check == NULL || compiler->is_bad || line->arena.is_out_of_memory) return;
  twin_place asked = {.compiler = compiler,
                      .line = line,
                      .place_i = place_i,
                      .call = TW_CALL_CHECK,
                      .outside = outside};
  outside->given.check(&asked);
}

// The mean of a site; 0 where it is none.
static double mean_of(const tw_line *line, int32_t site_i, int32_t part_type) {
  const tw_site *site = &line->site[site_i];
  const tw_dist *dist = site->by_part != NULL ? site->by_part[part_type] : site->dist;
  const double mean = dist != NULL ? tw_dist_mean(dist) : 0;
  return mean >= 0 && mean <= TW_LONGEST_S ? mean : 0;
}

double tw_outside_mean_time_s(const tw_line *line, int32_t place_i, int32_t part_type,
                              int32_t step_i) {
  (void)step_i;
  const tw_place *place = &line->place[place_i];
  const tw_outside *outside = tw_outside_of(place->kind);
  const tw_outside_param *param = place->param;
  for (int32_t i = 0; i < outside->given.n_field; i++) {
    if (param->site[i] == TW_NONE || strcmp(outside->given.fields[i].name, "time") != 0) continue;
    const bool is_each = (outside->given.fields[i].flags & TWIN_PER_POSITION) != 0;
    const int32_t n = is_each ? place->n_machine : 1;
    double sum_s = 0;
    for (int32_t k = 0; k < n; k++) sum_s += mean_of(line, param->site[i] + k, part_type);
    return sum_s / n;
  }
  return 0;
}
