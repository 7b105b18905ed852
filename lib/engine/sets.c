// sets.c - see sets.h.

#include "engine/sets.h"

#include <math.h>

#include "base/assert.h"
#include "doc/set_def.h"
#include "engine/body/body.h"
#include "engine/carried.h"
#include "engine/draw.h"
#include "engine/words.h"

static const tw_part *part_on(const tw_run *run, int32_t machine_i) {
  const uint32_t part_i = run->machine[machine_i].part;
  return part_i == TW_NO_PART ? NULL : &run->part[part_i];
}

static const tw_member *member_of(const tw_run *run, int32_t machine_i, const tw_station_variable *of) {
  return &run->line->member[run->line->machine[machine_i].first_member + of->member];
}

// The value that a target gets; what it is now where something is added.
static double find_value(tw_run *run, const tw_station_set *set, int32_t machine_i) {
  const tw_line *line = run->line;
  const tw_machine_param *machine = &line->machine[machine_i];
  const tw_part *part = part_on(run, machine_i);
  const double value = set->value != NULL
                           ? tw_words_value(run, set->value, machine_i, part)
                           : tw_draw(run, set->site + machine->number, part != NULL ? part->type : TW_NONE);
  if (!set->is_added) return value;
  if (set->variable == TW_NONE)
    return part != NULL ? value + tw_part_attribute(run, part, set->attribute_i) : value;
  const tw_station_variable *of = &line->place[machine->node_i].variable[set->variable];
  return value + tw_variable_now(run, member_of(run, machine_i, of), of->i);
}

void tw_part_write(tw_run *run, int32_t machine_i, int32_t attribute_i, double value) {
  const uint32_t part_i = run->machine[machine_i].part;
  if (part_i == TW_NO_PART) return;
  tw_carried_write(run, part_i, attribute_i, value);
  tw_bodies_touch(run, machine_i);
}

void tw_sets_apply(tw_run *run, tw_station_sets sets, int32_t machine_i, const char *key) {
  const tw_machine_param *machine = &run->line->machine[machine_i];
  const tw_place *place = &run->line->place[machine->node_i];
  double value[TW_SETS_MAX];
  TW_ASSERT(sets.n <= TW_SETS_MAX);
  for (int32_t i = 0; i < sets.n; i++) {
    value[i] = find_value(run, &sets.at[i], machine_i);
    if (isfinite(value[i])) continue;
    tw_run_stop(run, TWIN_ERR_VALUE, machine->node_i, "\"%s\" gives %s no value: %g", key, sets.at[i].name,
                value[i]);
    return;
  }
  for (int32_t i = 0; i < sets.n; i++) {
    if (sets.at[i].variable == TW_NONE) {
      tw_part_write(run, machine_i, sets.at[i].attribute_i, value[i]);
      continue;
    }
    const tw_station_variable *of = &place->variable[sets.at[i].variable];
    tw_variable_set(run, member_of(run, machine_i, of), of->i, value[i]);
  }
}
