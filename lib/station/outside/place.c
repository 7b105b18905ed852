// place.c - what a callback of an outside kind can read: the functions of twin/kind.h that
// change nothing. Each checks its arguments; what is wrong stops the run and names kind, place and
// callback.

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/format.h"
#include "core/ticks.h"
#include "engine/carried.h"
#include "engine/work.h"
#include "station/outside/inner.h"

static const char *const call_names[] = {
    [TW_CALL_CHECK] = "check",  [TW_CALL_START] = "start",       [TW_CALL_SETTLE] = "settle",
    [TW_CALL_ENDED] = "ended",  [TW_CALL_HAS_ROOM] = "has_room", [TW_CALL_CHOOSE] = "choose",
    [TW_CALL_FIGURE] = "figure"};

void tw_outside_fail(const twin_place *place, const char *format, ...) {
  // whoever reads a figure of a finished run must not stop it
  if (place->call == TW_CALL_FIGURE) return;
  char what[300];
  va_list args;
  va_start(args, format);
  tw_vformat(what, sizeof what, format, args);
  va_end(args);
  const char *name = place->line->place[place->place_i].name;
  if (place->call == TW_CALL_CHECK) {
    const tw_def *def = place->line->doc.place[place->place_i].def;
    tw_compile_problem(
        place->compiler, def->node, "E-KIND", "this is a mistake of the kind, not of the file",
        "kind '%s', place '%s', in check: %s", place->outside->given.name, name, what);
    return;
  }
  tw_run_stop(place->run, TWIN_ERR_KIND, place->place_i, "kind '%s', place '%s', in %s: %s",
              place->outside->given.name, name, call_names[place->call], what);
}

bool tw_outside_is_position(const twin_place *place, int32_t position) {
  if (place == NULL || tw_outside_is_dead(place)) return false;
  if (place->run == NULL) {
    tw_outside_fail(place, "nothing runs yet: there are no positions to look at");
    return false;
  }
  const int32_t n = place->line->place[place->place_i].n_machine;
  if (position >= 0 && position < n) return true;
  tw_outside_fail(place, "there is no position number %d: it has 0 to %d", (int)position,
                  (int)n - 1);
  return false;
}

// Is it a field of the kind?
static bool is_field(const twin_place *place, int32_t field) {
  if (place == NULL || tw_outside_is_dead(place)) return false;
  if (field >= 0 && field < place->outside->given.n_field) return true;
  tw_outside_fail(place, "there is no field number %d", (int)field);
  return false;
}

const void *twin_place_user(const twin_place *place) {
  return place != NULL ? place->outside->given.user : NULL;
}

const char *twin_place_name(const twin_place *place) {
  return place != NULL ? place->line->place[place->place_i].name : "";
}

int32_t twin_place_positions(const twin_place *place) {
  return place != NULL ? place->line->place[place->place_i].n_machine : 0;
}

double twin_place_param(const twin_place *place, int32_t field) {
  return is_field(place, field) ? tw_outside_param_of(place)->value[field] : (double)NAN;
}

double twin_place_param_at(const twin_place *place, int32_t field, int32_t i) {
  if (!is_field(place, field)) return (double)NAN;
  const tw_series *list = &tw_outside_param_of(place)->list[field];
  if (i >= 0 && i < list->n) return list->at[i];
  tw_outside_fail(place, "the list '%s' has no element number %d: it has %d",
                  place->outside->given.fields[field].name, (int)i, (int)list->n);
  return (double)NAN;
}

double twin_place_mean(const twin_place *place, int32_t field, int32_t position,
                       int32_t part_type) {
  if (!is_field(place, field)) return (double)NAN;
  const bool is_each = (place->outside->given.fields[field].flags & TWIN_PER_POSITION) != 0;
  const int32_t first = tw_outside_param_of(place)->site[field];
  const int32_t n = is_each ? twin_place_positions(place) : 1;
  if (first == TW_NONE) return (double)NAN;
  if (position < 0 || position >= n || part_type >= place->line->n_part_type) {
    tw_outside_fail(place, "'%s' has no mean for position number %d and part type %d",
                    place->outside->given.fields[field].name, (int)position, (int)part_type);
    return (double)NAN;
  }
  const tw_site *site = &place->line->site[first + position];
  const tw_dist *dist =
      site->by_part != NULL && part_type >= 0 ? site->by_part[part_type] : site->dist;
  return dist != NULL ? tw_dist_mean(dist) : (double)NAN;
}

double twin_place_time_s(const twin_place *place) {
  return place != NULL && place->run != NULL ? tw_seconds(tw_now(place->run)) : 0;
}

double twin_place_window_s(const twin_place *place) {
  return place != NULL && place->run != NULL ? tw_seconds(place->run->head->window_us) : 0;
}

char *tw_outside_state_at(const twin_place *place, int32_t state, int32_t i, int32_t type) {
  if (place == NULL || tw_outside_is_dead(place)) return NULL;
  const tw_outside *outside = place->outside;
  if (place->run == NULL || state < 0 || state >= outside->given.n_state) {
    tw_outside_fail(place,
                    place->run == NULL ? "nothing runs yet: there is no state"
                                       : "there is no state number %d",
                    (int)state);
    return NULL;
  }
  const twin_kind_state *of = &outside->given.states[state];
  const tw_place *at = &place->line->place[place->place_i];
  const bool is_each = (of->flags & TWIN_PER_POSITION) != 0;
  const int32_t n = is_each ? at->n_machine : (int32_t)of->count;
  if (of->type != type || i < 0 || i >= n) {
    tw_outside_fail(place,
                    of->type != type ? "state '%s' is of the other type"
                                     : "state '%s' has no element number %d",
                    of->name, (int)i);
    return NULL;
  }
  const size_t offset = outside->state_at[state];
  TW_ASSERT(offset % 8 == 0);
  if (!is_each) return place->run->block + at->state_offset + offset + 8 * (size_t)i;
  return place->run->block + at->machine_state_offset + (size_t)i * outside->machine_state.size +
         offset;
}

int64_t twin_place_whole(const twin_place *place, int32_t state, int32_t i) {
  const char *at = tw_outside_state_at(place, state, i, TWIN_STATE_WHOLE);
  int64_t value = 0;
  if (at != NULL) memcpy(&value, at, sizeof value);
  return value;
}

double twin_place_real(const twin_place *place, int32_t state, int32_t i) {
  const char *at = tw_outside_state_at(place, state, i, TWIN_STATE_REAL);
  double value = 0;
  if (at != NULL) memcpy(&value, at, sizeof value);
  return value;
}

int32_t twin_place_is_planned(const twin_place *place, int32_t timer) {
  if (place == NULL || tw_outside_is_dead(place)) return 0;
  if (place->run == NULL || timer < 0 || timer >= place->outside->given.n_timer) {
    tw_outside_fail(place, "there is no timer number %d", (int)timer);
    return 0;
  }
  const tw_agenda agenda = tw_run_agenda(place->run);
  return tw_agenda_is_pending(&agenda, (uint32_t)tw_outside_param_of(place)->timer[timer]);
}

int32_t twin_place_status(const twin_place *place, int32_t position) {
  if (!tw_outside_is_position(place, position)) return TWIN_POSITION_FREE;
  return tw_outside_status(&place->run->machine[tw_outside_machine(place, position)]);
}

int32_t twin_place_is_up(const twin_place *place, int32_t position) {
  return tw_outside_is_position(place, position) &&
         tw_is_up(&place->run->machine[tw_outside_machine(place, position)]);
}

int32_t twin_place_is_through(const twin_place *place, int32_t position) {
  if (!tw_outside_is_position(place, position)) return 0;
  const tw_machine *machine = &place->run->machine[tw_outside_machine(place, position)];
  return machine->part != TW_NO_PART && machine->exit_i != TW_NONE;
}

int32_t twin_place_state(const twin_place *place, int32_t position) {
  if (!tw_outside_is_position(place, position)) return TWIN_STARVED;
  return tw_work_state(place->run, &place->run->machine[tw_outside_machine(place, position)]);
}

int32_t twin_place_part_on(const twin_place *place, int32_t position, twin_place_part *part) {
  if (!tw_outside_is_position(place, position)) return 0;
  const tw_run *run = place->run;
  const uint32_t part_i = run->machine[tw_outside_machine(place, position)].part;
  if (part_i == TW_NO_PART) return 0;
  if (part == NULL) return 1;
  const tw_part *on = &run->part[part_i];
  if (part->struct_size != sizeof *part) {
    tw_outside_fail(place, "the struct_size of a twin_place_part is not set");
    return 0;
  }
  *part = (twin_place_part){.struct_size = sizeof *part,
                            .type = on->type,
                            .id = on->id,
                            .priority = on->priority,
                            .due_s =
                                on->due_us == INT64_MAX ? (double)INFINITY : tw_seconds(on->due_us),
                            .waiting_s = tw_seconds(tw_now(run) - on->entered_us)};
  return 1;
}

double twin_place_attribute(const twin_place *place, int32_t position, const char *name) {
  if (name == NULL || !tw_outside_is_position(place, position)) return (double)NAN;
  const tw_run *run = place->run;
  const uint32_t part_i = run->machine[tw_outside_machine(place, position)].part;
  if (part_i == TW_NO_PART) return (double)NAN;
  for (int32_t i = 0; i < run->line->n_attribute; i++)
    if (strcmp(run->line->attribute_name[i], name) == 0)
      return tw_part_attribute(run, &run->part[part_i], i);
  return (double)NAN;
}
