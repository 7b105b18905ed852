// def.c - takes a kind from outside: checks what its struct says, copies it with all its
// tables, and makes of them the field table and the state tables that built-in kinds have as
// constants.

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/problems.h"
#include "base/text.h"
#include "core/ticks.h"
#include "field/inner.h"
#include "keys/common_def.h"
#include "keys/failure_def.h"
#include "keys/maintenance_def.h"
#include "station/kinds.h"
#include "station/outside/inner.h"

enum { NAMES_MAX = 64, ELEMENTS_MAX = 1024, RECORD_MAX = 65536, NAME_MAX_LENGTH = 60 };

// clang-format off
const tw_field tw_outside_common[TW_OUTSIDE_COMMON] = {
  TW_FIELD(tw_outside_def, push, "push", TW_FIELD_OBJECT, .sub = &tw_push_table,
           .help = "for a station before several places"),
  TW_FIELD(tw_outside_def, failures, "failures", TW_FIELD_MAP, .sub = &tw_failure_table,
           .help = "failure modes of each position, with independent clocks"),
  TW_FIELD(tw_outside_def, maintenance, "maintenance", TW_FIELD_MAP, .sub = &tw_maintenance_table,
           .help = "planned work on each position"),
  TW_DUTY_DEF_FIELDS(tw_outside_def, duty),
  TW_SERVED_FIELD(tw_outside_def),
  TW_STREAM_FIELD(tw_outside_def),
  TW_UPKEEP_FIELDS(tw_outside_def),
};
// clang-format on

// One kind that is taken.
typedef struct taker {
  tw_arena *arena;
  twin_problems *problems;
  const twin_kind *from;
  tw_outside *to;
  bool is_good;
} taker;

static void refuse(taker *in, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void refuse(taker *in, const char *format, ...) {
  char message[256];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  in->is_good = false;
  tw_problems_add(in->problems, &(tw_problem_text){.status = TWIN_ERR_KIND, .code = "E-KIND"},
                  "kind '%s' cannot be used: %s",
                  in->to->given.name != NULL ? in->to->given.name : "", message);
}

// A name as the line file has them, and short enough for messages.
static bool is_name(const char *name) {
  if (name == NULL || strlen(name) > NAME_MAX_LENGTH) return false;
  for (const char *at = name; *at != 0; at++) {
    const bool is_letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
    const bool is_other = (*at >= '0' && *at <= '9') || *at == '_' || *at == '-';
    if (!is_letter && (at == name || !is_other)) return false;
  }
  return name[0] != 0;
}

static bool is_count(int32_t n, const void *at) {
  return n == 0 || (n > 0 && n <= NAMES_MAX && at != NULL);
}

// A default is a plain constant: a number, a text without escapes, true, false, or an empty list.
static bool is_preset(const char *json) {
  double number;
  const size_t n = strlen(json);
  if (strcmp(json, "true") == 0 || strcmp(json, "false") == 0 || strcmp(json, "[]") == 0)
    return true;
  if (n < 2 || json[0] != '"') return n < 40 && tw_number_read(json, &number) == n && n > 0;
  for (size_t i = 1; i + 1 < n; i++)
    if (json[i] == '"' || json[i] == '\\' || (unsigned char)json[i] < ' ' ||
        (unsigned char)json[i] > '~')
      return false;
  return n < 200 && json[n - 1] == '"';
}

static bool is_unit(const char *unit, tw_dim *dim) {
  double scale, offset;
  *dim = TW_DIM_ONE;
  if (unit == NULL || strcmp(unit, "1") == 0) return true;
  return strlen(unit) < 40 && unit[0] != 0 &&
         tw_unit_read(unit, &scale, &offset, dim) == strlen(unit);
}

// Type and size of what the parser writes.
static tw_field_type type_of(int32_t type, size_t *size) {
  *size = sizeof(double);
  switch ((twin_kind_field_type)type) {
    case TWIN_FIELD_COUNT: return TW_FIELD_COUNT;
    case TWIN_FIELD_NUMBER: return TW_FIELD_NUMBER;
    case TWIN_FIELD_RATIO: return TW_FIELD_RATIO;
    case TWIN_FIELD_QUANTITY: return TW_FIELD_QUANTITY;
    case TWIN_FIELD_TRUTH: return TW_FIELD_BOOL;
    case TWIN_FIELD_CHOICE: return TW_FIELD_CHOICE;
    case TWIN_FIELD_LIST: *size = sizeof(tw_series); return TW_FIELD_QUANTITIES;
    case TWIN_FIELD_VALUE: *size = sizeof(tw_value); break;
  }
  return TW_FIELD_VALUE;
}

static void take_field(taker *in, const twin_kind_field *from, tw_field *to, size_t *offset) {
  size_t size;
  tw_dim dim;
  if (from->type < TWIN_FIELD_COUNT || from->type > TWIN_FIELD_VALUE)
    refuse(in, "key '%s' has no type that there is", from->name);
  if (!is_unit(from->unit, &dim)) refuse(in, "key '%s' has no unit that there is", from->name);
  if (from->preset != NULL && !is_preset(from->preset))
    refuse(in, "the default of key '%s' is no plain JSON constant", from->name);
  if (from->type == TWIN_FIELD_CHOICE && (from->words == NULL || from->words[0] == NULL))
    refuse(in, "key '%s' has no words to choose from", from->name);
  if (isnan(from->min) || isnan(from->max))
    refuse(in, "the bounds of key '%s' are no numbers", from->name);
  if (!in->is_good) return;
  *to = (tw_field){.name = tw_arena_text(in->arena, from->name),
                   .type = type_of(from->type, &size),
                   .offset = (uint32_t)*offset,
                   .flags = ((from->flags & TWIN_REQUIRED) != 0 ? (uint32_t)TW_REQUIRED : 0) |
                            ((from->flags & TWIN_ABOVE_MIN) != 0 ? (uint32_t)TW_EXCLUSIVE_MIN : 0),
                   .dim = dim,
                   .min = from->min,
                   .max = from->max,
                   .preset = from->preset != NULL ? tw_arena_text(in->arena, from->preset) : NULL,
                   .sub = from->type == TWIN_FIELD_CHOICE ? (const void *)from->words : NULL,
                   .help = tw_arena_text(in->arena, from->help != NULL ? from->help : "")};
  *offset += (size + 15) / 16 * 16;
}

static void take_table(taker *in) {
  const twin_kind *from = &in->to->given;
  const int32_t n = TW_OUTSIDE_COMMON + from->n_field;
  tw_field *fields = tw_arena_take_array(in->arena, (size_t)n, sizeof *fields);
  if (n > TW_FIELDS_MAX)
    refuse(in, "at most %d keys are possible", (int)(TW_FIELDS_MAX - TW_OUTSIDE_COMMON));
  if (fields == NULL || !in->is_good) return;
  memcpy(fields, tw_outside_common, sizeof tw_outside_common);
  size_t offset = (sizeof(tw_outside_def) + 15) / 16 * 16;
  for (int32_t i = 0; i < from->n_field && in->is_good; i++) {
    if (!is_name(from->fields[i].name))
      refuse(in, "key number %d has no name as keys have", (int)i);
    for (int32_t k = 0; k < TW_OUTSIDE_COMMON + i && in->is_good; k++)
      if (strcmp(fields[k].name, from->fields[i].name) == 0 ||
          strcmp("type", from->fields[i].name) == 0)
        refuse(in, "key '%s' is there already", from->fields[i].name);
    if (in->is_good) take_field(in, &from->fields[i], &fields[TW_OUTSIDE_COMMON + i], &offset);
  }
  in->to->n_common = TW_OUTSIDE_COMMON;
  in->to->table = (tw_table){
      .name = from->name, .help = from->help, .size = offset, .fields = fields, .n_field = n};
}

// Checks one field of state and gives how many elements it has.
static uint32_t check_state(taker *in, const twin_kind_state *from) {
  const bool is_each = (from->flags & TWIN_PER_POSITION) != 0;
  const uint32_t count = from->count == 0 ? 1 : from->count;
  tw_dim dim;
  if (from->type != TWIN_STATE_WHOLE && from->type != TWIN_STATE_REAL)
    refuse(in, "state '%s' has no type that there is", from->name);
  if (count > ELEMENTS_MAX || (is_each && count != 1))
    refuse(in, "state '%s' has too many elements: at most %d, 1 of each position", from->name,
           (int)ELEMENTS_MAX);
  if (isnan(from->min) || isnan(from->max) || from->min > from->max)
    refuse(in, "state '%s' has bounds between which nothing is", from->name);
  const bool is_index = (from->flags & (TWIN_IS_POSITION | TWIN_IS_PART_TYPE)) != 0;
  if (is_index && (from->type != TWIN_STATE_WHOLE || (from->flags & TWIN_STATISTIC) != 0))
    refuse(in, "state '%s' is an index, so it must be a whole number and no statistic", from->name);
  if (!is_unit(from->unit, &dim) || (from->unit != NULL && strcmp(from->unit, "us") == 0))
    refuse(in, "state '%s' has no unit that is possible", from->name);
  const bool is_bounded = from->min != 0 || from->max != 0;
  if (is_bounded && (from->min > 0 || from->max < 0))
    refuse(in, "state '%s' begins at 0, which is out of its bounds", from->name);
  return count;
}

static tw_state_field make_state(taker *in, const twin_kind_state *from, uint32_t at,
                                 uint32_t count) {
  const bool is_type = (from->flags & TWIN_IS_PART_TYPE) != 0;
  return (tw_state_field){.name = tw_arena_text(in->arena, from->name),
                          .type = from->type == TWIN_STATE_REAL ? TW_F64 : TW_I64,
                          .offset = at,
                          .count = count,
                          .unit = tw_arena_text(in->arena, from->unit != NULL ? from->unit : "1"),
                          .role = (from->flags & TWIN_STATISTIC) != 0 ? TW_STAT : TW_PATH,
                          .bound = is_type ? TW_OF_PART_TYPE : TW_ANY};
}

// One table for what a place has, behind the library's own fields, or one for what a position has.
static void take_states(taker *in, bool is_each, uint32_t *state_at, tw_state_table *table) {
  static const tw_state_field own[] = {
      {"tick_us", TW_I64, offsetof(tw_outside_state, tick_us), 1, "us", TW_STAT, TW_NOT_NEGATIVE},
      {"n_visit", TW_I64, offsetof(tw_outside_state, n_visit), 1, "1", TW_STAT, TW_NOT_NEGATIVE}};
  const twin_kind *from = &in->to->given;
  tw_state_field *fields =
      tw_arena_take_array(in->arena, (size_t)from->n_state + 2, sizeof *fields);
  if (fields == NULL) return;
  int32_t n = 0;
  uint32_t at = 0;
  if (!is_each) {
    memcpy(fields, own, sizeof own);
    n = 2;
    at = sizeof(tw_outside_state);
  }
  for (int32_t i = 0; i < from->n_state && in->is_good; i++) {
    const twin_kind_state *state = &from->states[i];
    if (((state->flags & TWIN_PER_POSITION) != 0) != is_each) continue;
    const uint32_t count = check_state(in, state);
    state_at[i] = at;
    if (in->is_good) fields[n++] = make_state(in, state, at, count);
    at += 8 * count;
    if (at > RECORD_MAX) refuse(in, "its state takes more than %d bytes", (int)RECORD_MAX);
  }
  const char *name = is_each ? tw_arena_print(in->arena, "%s_position", from->name) : from->name;
  *table = (tw_state_table){.name = name, .size = at, .n_field = n, .field = fields};
}

static void take_state(taker *in) {
  const twin_kind *from = &in->to->given;
  uint32_t *state_at = tw_arena_take_array(in->arena, (size_t)from->n_state + 1, sizeof *state_at);
  if (state_at == NULL) return;
  for (int32_t i = 0; i < from->n_state && in->is_good; i++) {
    const char *name = from->states[i].name;
    if (!is_name(name)) refuse(in, "state number %d has no name as states have", (int)i);
    for (int32_t k = 0; k < i && in->is_good; k++)
      if (strcmp(from->states[k].name, name) == 0) refuse(in, "state '%s' is there twice", name);
    if (in->is_good && (strcmp(name, "tick_us") == 0 || strcmp(name, "n_visit") == 0))
      refuse(in, "state '%s' is the library's own", name);
  }
  if (!in->is_good) return;
  in->to->state_at = state_at;
  take_states(in, /*is_each=*/false, state_at, &in->to->state);
  take_states(in, /*is_each=*/true, state_at, &in->to->machine_state);
  in->to->kind.state = &in->to->state;
  if (in->to->machine_state.n_field > 0) in->to->kind.machine_state = &in->to->machine_state;
}

// Copies a list of names; each once.
static const char *const *take_names(taker *in, const char *what, const char *const *from,
                                     int32_t n) {
  const char **to = tw_arena_take_array(in->arena, (size_t)n + 1, sizeof *to);
  for (int32_t i = 0; i < n && to != NULL && in->is_good; i++) {
    if (!is_name(from[i])) refuse(in, "%s number %d has no name as names are", what, (int)i);
    for (int32_t k = 0; k < i && in->is_good; k++)
      if (strcmp(from[k], from[i]) == 0) refuse(in, "%s '%s' is there twice", what, from[i]);
    to[i] = in->is_good ? tw_arena_text(in->arena, from[i]) : NULL;
  }
  return to;
}

static void take_figures(taker *in) {
  const twin_kind *from = &in->to->given;
  tw_kind_quantity *to = tw_arena_take_array(in->arena, (size_t)from->n_figure + 1, sizeof *to);
  if (from->n_figure > 0 && from->figure == NULL)
    refuse(in, "it has figures and no callback `figure`");
  for (int32_t i = 0; i < from->n_figure && to != NULL && in->is_good; i++) {
    tw_dim dim;
    const twin_kind_figure *figure = &from->figures[i];
    char head[NAME_MAX_LENGTH + 1] = "";
    if (figure->name != NULL && strlen(figure->name) <= NAME_MAX_LENGTH)
      memcpy(head, figure->name, strcspn(figure->name, "/"));
    if (!is_name(head) || !is_unit(figure->unit, &dim)) {
      refuse(in, "figure number %d has no name or no unit that is possible", (int)i);
      return;
    }
    to[i] = (tw_kind_quantity){
        .name = tw_arena_text(in->arena, figure->name),
        .unit = tw_arena_text(in->arena, figure->unit != NULL ? figure->unit : "1")};
  }
  in->to->kind.quantities = to;
  in->to->kind.n_quantity = from->n_figure;
}

// How many positions a station has: a number, or a key of the line file.
static void take_positions(taker *in) {
  const twin_kind *from = &in->to->given;
  in->to->position_field = TW_NONE;
  if (from->position_field == NULL) {
    if (from->n_position < 1 || from->n_position > TWIN_POSITIONS_MAX)
      refuse(in, "n_position must be 1 to %d", (int)TWIN_POSITIONS_MAX);
    return;
  }
  for (int32_t i = 0; i < from->n_field; i++) {
    const twin_kind_field *field = &from->fields[i];
    if (strcmp(field->name, from->position_field) != 0) continue;
    const bool is_sure = (field->flags & TWIN_REQUIRED) != 0 || field->preset != NULL;
    const bool is_bounded =
        field->min >= 1 && field->max >= field->min && field->max <= TWIN_POSITIONS_MAX;
    if (field->type == TWIN_FIELD_COUNT && is_sure && is_bounded) in->to->position_field = i;
  }
  if (in->to->position_field == TW_NONE)
    refuse(
        in,
        "position_field must be a COUNT with bounds in 1 to %d that is required or has a default",
        (int)TWIN_POSITIONS_MAX);
}

// Nothing is read of a struct of another size or version.
static bool take_head(taker *in) {
  const twin_kind *from = in->from;
  if (from->struct_size != sizeof *from || from->abi != TWIN_KIND_ABI) {
    refuse(
        in,
        "it was built for another version of twin/kind.h: abi %u of %u bytes, this library has %u of %u",
        (unsigned)from->abi, (unsigned)from->struct_size, (unsigned)TWIN_KIND_ABI,
        (unsigned)sizeof *from);
    return false;
  }
  in->to->given = *from;
  in->to->given.name = NULL;
  if (!is_name(from->name)) {
    refuse(in, "it has no name as kinds have");
    return false;
  }
  in->to->given.name = tw_arena_text(in->arena, from->name);
  in->to->given.help = tw_arena_text(
      in->arena, from->help != NULL ? from->help : "a station kind from outside the library");
  const bool is_counted =
      is_count(from->n_field, from->fields) && is_count(from->n_state, from->states) &&
      is_count(from->n_figure, from->figures) && is_count(from->n_exit, from->exits) &&
      is_count(from->n_timer, from->timers) && is_count(from->n_chance, from->chances);
  if (!is_counted) refuse(in, "a table is missing, or has more than %d rows", (int)NAMES_MAX);
  if (from->settle == NULL) refuse(in, "it has no callback `settle`");
  return in->is_good;
}

// The tables that callbacks are checked against are copies, too.
static void copy_tables(taker *in) {
  twin_kind *to = &in->to->given;
  TW_ASSERT(in->is_good && in->to->table.n_field == in->to->n_common + to->n_field);
  twin_kind_field *fields = tw_arena_take_array(in->arena, (size_t)to->n_field + 1, sizeof *fields);
  twin_kind_state *states = tw_arena_take_array(in->arena, (size_t)to->n_state + 1, sizeof *states);
  if (fields == NULL || states == NULL) return;
  for (int32_t i = 0; i < to->n_field; i++) {
    fields[i] = to->fields[i];
    fields[i].name = in->to->table.fields[in->to->n_common + i].name;
  }
  for (int32_t i = 0; i < to->n_state; i++) {
    states[i] = to->states[i];
    states[i].name = tw_arena_text(in->arena, to->states[i].name);
    if (states[i].count == 0) states[i].count = 1;
  }
  to->fields = fields;
  to->states = states;
}

static tw_outside *take_kind(tw_arena *arena, const twin_kind *from, twin_problems *problems) {
  tw_outside *to = tw_arena_take(arena, sizeof *to);
  if (to == NULL) return NULL;
  taker in = {.arena = arena, .problems = problems, .from = from, .to = to, .is_good = true};
  if (!take_head(&in)) return NULL;
  take_table(&in);
  if (in.is_good) take_positions(&in);
  if (in.is_good) take_state(&in);
  if (in.is_good) take_figures(&in);
  twin_kind *given = &to->given;
  given->exits = take_names(&in, "exit", given->exits, given->n_exit);
  given->timers = take_names(&in, "timer", given->timers, given->n_timer);
  given->chances = take_names(&in, "chance", given->chances, given->n_chance);
  if (!in.is_good) return NULL;
  copy_tables(&in);
  to->kind.name = given->name;
  to->kind.section = "stations";
  to->kind.table = &to->table;
  to->kind.version = given->version;
  to->kind.holds = true;
  to->kind.timers = given->timers;
  tw_outside_actions(to);
  return to;
}

const tw_kind *const *tw_outside_kinds(tw_arena *arena, const struct twin_kind *const *given,
                                       int32_t *n_kind, twin_status *status,
                                       twin_problems *problems) {
  const tw_kind *const *inside = tw_kinds(n_kind);
  const int32_t n_inside = *n_kind;
  TW_ASSERT(n_inside > 0);
  int32_t n = 0;
  while (given != NULL && n <= TWIN_KINDS_MAX && given[n] != NULL) n++;
  if (n == 0) return inside;
  if (n > TWIN_KINDS_MAX) {
    *status =
        tw_fail(problems, TWIN_ERR_KIND, "at most %d kinds are possible", (int)TWIN_KINDS_MAX);
    return NULL;
  }
  const tw_kind **all = tw_arena_take_array(arena, (size_t)(n_inside + n), sizeof *all);
  if (all != NULL) memcpy(all, inside, (size_t)n_inside * sizeof *all);
  *status = TWIN_OK;
  for (int32_t i = 0; i < n && all != NULL; i++) {
    const tw_outside *outside = take_kind(arena, given[i], problems);
    if (outside == NULL) *status = TWIN_ERR_KIND;
    for (int32_t k = 0; outside != NULL && *status == TWIN_OK && k < n_inside + i; k++)
      if (strcmp(all[k]->name, outside->kind.name) == 0)
        *status =
            tw_fail(problems, TWIN_ERR_KIND, "kind '%s' cannot be used: there is one of this name",
                    outside->kind.name);
    if (*status == TWIN_OK)
      all[(*n_kind)++] = &outside->kind;
    else
      break;
  }
  if (all == NULL || arena->is_out_of_memory) *status = TWIN_ERR_MEMORY;
  return *status == TWIN_OK ? all : NULL;
}
