// carried.c - see carried.h.

#include "engine/carried.h"

#include <string.h>

#include "base/assert.h"
#include "core/math.h"
#include "core/ticks.h"

// The record of an attribute of a part; NULL: the line carries none of it, or the part is not made yet.
static const tw_carried *find(const tw_run *run, const tw_part *part, int32_t attribute_i) {
  const int32_t k = run->line->carried_of[attribute_i];
  const uintptr_t at = (uintptr_t)part - (uintptr_t)run->part;
  const size_t n_byte = (size_t)run->head->n_part_slot * sizeof *part;
  if (k == TW_NONE || at >= n_byte) return NULL;
  return &tw_carried_of(run, (uint32_t)(at / sizeof *part))[k];
}

static double type_value(const tw_run *run, const tw_part *part, int32_t attribute_i) {
  return run->line->part_type[part->type].attribute[attribute_i];
}

static double value_now(const tw_run *run, const tw_carried *carried, const tw_drift *drift) {
  const double since_s = tw_seconds(tw_now(run) - carried->at_us);
  if (!(drift->time_constant_s > 0) || since_s == 0) return carried->value;
  return drift->toward + (carried->value - drift->toward) * tw_exp(-since_s / drift->time_constant_s);
}

double tw_part_attribute_now(const tw_run *run, const tw_part *part, int32_t attribute_i) {
  const tw_carried *carried = find(run, part, attribute_i);
  if (carried == NULL) return type_value(run, part, attribute_i);
  return value_now(run, carried, &run->line->part_type[part->type].drift[attribute_i]);
}

double tw_part_attribute_written(const tw_run *run, const tw_part *part, int32_t attribute_i) {
  const tw_carried *carried = find(run, part, attribute_i);
  return carried == NULL ? type_value(run, part, attribute_i) : carried->value;
}

void tw_carried_begin(tw_run *run, uint32_t part_i) {
  const tw_part_type *type = &run->line->part_type[run->part[part_i].type];
  tw_carried *carried = tw_carried_of(run, part_i);
  for (int32_t k = 0; k < run->line->n_carried; k++)
    carried[k] = (tw_carried){.value = type->attribute[run->line->carried[k]], .at_us = tw_now(run)};
}

void tw_carried_note(tw_run *run, uint32_t part_i) {
  const tw_part_type *type = &run->line->part_type[run->part[part_i].type];
  tw_carried *carried = tw_carried_of(run, part_i);
  for (int32_t k = 0; k < run->line->n_carried; k++) {
    carried[k].value = value_now(run, &carried[k], &type->drift[run->line->carried[k]]);
    carried[k].at_us = tw_now(run);
  }
}

void tw_carried_write(tw_run *run, uint32_t part_i, int32_t attribute_i, double value) {
  const int32_t k = run->line->carried_of[attribute_i];
  TW_ASSERT(k != TW_NONE && run->part[part_i].type != TW_NONE);
  tw_carried_of(run, part_i)[k] = (tw_carried){.value = value, .at_us = tw_now(run)};
}

void tw_carried_move(tw_run *run, uint32_t n_from, uint32_t n_to) {
  const size_t size = (size_t)run->line->n_carried * sizeof(tw_carried);
  if (size == 0) return;
  char *from = (char *)(run->part + n_from), *to = (char *)(run->part + n_to);
  const size_t n_kept = n_from < n_to ? n_from : n_to;
  memmove(to, from, n_kept * size);
  memset(to + n_kept * size, 0, (n_to - n_kept) * size);
}
