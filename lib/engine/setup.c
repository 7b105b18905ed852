// setup.c - set-ups of machines: how long a change to another part takes.

#include "base/assert.h"
#include "engine/work.h"

double tw_setup_mean_s(const tw_run *run, int32_t machine_i, int32_t part_type) {
  TW_ASSERT(machine_i >= 0 && machine_i < run->line->n_machine);
  TW_ASSERT(part_type >= 0 && part_type < run->line->n_part_type);
  (void)run, (void)machine_i, (void)part_type;
  return 0;
}
