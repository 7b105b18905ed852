// preempt.c - see preempt.h. Whoever pre-empts comes from an earlier queue than its victim, so the parts
// a machine holds are ordered by queue and the latest is the one to go on with.

#include "station/preempt.h"

#include "base/assert.h"
#include "engine/energy.h"
#include "engine/work.h"

static const tw_station_param *param_of(const tw_run *run, int32_t place_i) {
  return run->line->place[place_i].param;
}

int32_t tw_preempt_victim(const tw_run *run, int32_t place_i, const tw_offer *offer) {
  const tw_place *place = &run->line->place[place_i];
  const tw_station_param *param = param_of(run, place_i);
  int32_t best = TW_NONE, best_rank = tw_pull_rank(run, param, offer->from);
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++) {
    const tw_machine *machine = &run->machine[i];
    if (machine->phase != TW_PROCESS || !machine->is_running) continue;
    const int32_t rank = tw_pull_rank(run, param, machine->from);
    const bool is_later = best != TW_NONE && rank == best_rank &&
                          machine->spell_us > run->machine[best].spell_us;
    if (rank <= best_rank && !is_later) continue;
    best = i;
    best_rank = rank;
  }
  return best;
}

void tw_preempt_hold(tw_run *run, int32_t machine_i) {
  tw_machine *machine = &run->machine[machine_i];
  const tw_machine_param *param = &run->line->machine[machine_i];
  tw_cancel(run, param->work_slot);
  tw_work_stand(run, machine_i);
  tw_part *part = &run->part[machine->part];
  tw_tell_part(run, TW_FACT_HOLD, param->node_i, machine_i, part);
  part->left_us = machine->left_us;
  part->drawn_us = machine->drawn_us;
  part->from = machine->from;
  part->next = machine->held;
  machine->held = machine->part;
  machine->part = TW_NO_PART;
  machine->phase = TW_FREE;
  machine->left_us = 0;
  run->place[param->node_i].n_on--;
  tw_energy_changed(run, machine_i);
  tw_bodies_touch(run, machine_i);
}

bool tw_preempt_resume(tw_run *run, int32_t machine_i, const tw_offer *offer) {
  tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  const tw_station_param *param = param_of(run, place_i);
  TW_ASSERT(machine->held != TW_NO_PART && machine->phase == TW_FREE);
  tw_part *part = &run->part[machine->held];
  if (offer != NULL &&
      tw_pull_rank(run, param, offer->from) < tw_pull_rank(run, param, part->from))
    return false;
  machine->part = machine->held;
  machine->held = part->next;
  machine->left_us = part->left_us;
  machine->drawn_us = part->drawn_us;
  machine->from = part->from;
  machine->phase = TW_PROCESS;
  part->next = TW_NO_PART;
  part->from = TW_NONE;
  part->left_us = part->drawn_us = 0;
  run->place[place_i].n_on++;
  tw_energy_changed(run, machine_i);
  tw_bodies_touch(run, machine_i);
  tw_tell_part(run, TW_FACT_RESUME, place_i, machine_i, part);
  // its people may have gone with the part that stopped it
  if (run->line->place[place_i].task == NULL) tw_work_run(run, machine_i);
  else tw_work_must_start(run, machine_i);
  return true;
}
