// opening.c - see opening.h. Machines go down before parts come onto them, so that no failure
// throws a part away that was there before it.

#include "engine/opening.h"

#include "base/assert.h"
#include "engine/cards.h"
#include "engine/work.h"

static uint32_t make_part(tw_run *run, int32_t type, int32_t place_i) {
  const uint32_t part =
      tw_part_make(run, type, place_i, INT64_MAX, run->line->part_type[type].priority);
  const int32_t loop_i = run->line->place[place_i].loop_i;
  if (part != TW_NO_PART && loop_i != TW_NONE) tw_card_take(run, loop_i, part);
  return part;
}

static void put_stock(tw_run *run, const tw_opening_stock *stock) {
  for (int64_t i = 0; i < stock->quantity && run->status == TWIN_OK; i++) {
    const uint32_t part = make_part(run, stock->part_type, stock->place_i);
    if (part != TW_NO_PART) run->line->place[stock->place_i].kind->put(run, stock->place_i, part);
  }
}

// The repair that is under way has so much left; one that waits for its people will take so long.
static void take_down(tw_run *run, const tw_opening_machine *opening) {
  const int32_t mode_i = opening->mode_i;
  const int32_t slot = run->line->mode[mode_i].slot;
  if (slot != TW_NONE) tw_cancel(run, slot);
  tw_mode_event(run, mode_i);
  if (run->machine[opening->machine_i].mode == mode_i && opening->remaining_us >= 0)
    run->mode[mode_i].left = opening->remaining_us;
}

// A part that has been worked on before; without a remaining time its work is still to begin.
static void put_part(tw_run *run, const tw_opening_machine *opening) {
  const tw_line *line = run->line;
  const int32_t machine_i = opening->machine_i, place_i = line->machine[machine_i].node_i;
  const uint32_t part_i = make_part(run, opening->part_type, place_i);
  if (part_i == TW_NO_PART) return;
  tw_machine *machine = &run->machine[machine_i];
  const bool is_begun = opening->remaining_us >= 0 && opening->mode_i == TW_NONE;
  const int32_t feeder = line->graph.feeder[line->graph.first_feeder[place_i]];
  machine->part = part_i;
  machine->from = line->graph.edge[feeder].from;
  machine->phase = is_begun ? TW_PROCESS : TW_LOAD;
  machine->left_us = is_begun ? opening->remaining_us : TW_NOT_BEGUN;
  machine->drawn_us = is_begun ? opening->remaining_us : 0;
  run->place[place_i].n_on++;
  tw_part_enter(run, part_i, place_i, machine_i);
  if (is_begun) tw_tell_part(run, TW_FACT_START, place_i, machine_i, &run->part[part_i]);
  tw_work_continue(run, machine_i);
}

void tw_opening_begin(tw_run *run) {
  const tw_line *line = run->line;
  TW_ASSERT(run->head->now_us == 0);
  for (int32_t i = 0; i < line->n_opening_stock; i++) put_stock(run, &line->opening_stock[i]);
  for (int32_t i = 0; i < line->n_opening_machine && run->status == TWIN_OK; i++) {
    const tw_opening_machine *opening = &line->opening_machine[i];
    const int32_t setup_i = line->machine[opening->machine_i].setup_i;
    if (opening->setup_key != TW_NONE && setup_i != TW_NONE)
      run->setup[setup_i].key = opening->setup_key;
    if (opening->mode_i != TW_NONE) take_down(run, opening);
    if (opening->part_type != TW_NONE) put_part(run, opening);
  }
}
