// serial.c - see serial.h. A completion in a plain piece of line can only do this: its part goes into
// the buffer behind it, or through it to a machine that waits there; the machine takes its next part
// from the buffer in front; the place that becomes free there is filled by the machine that was
// blocked before it, which takes its next part, and so on upstream. That is the order of ranks too.
//
// Measured on ten stations with buffers: half of the instructions of a move by marks and visits.

#include "station/serial.h"

#include <twin/run.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "engine/draw.h"
#include "station/kinds.h"
#include "station/machine.h"

// True for a buffer that is a plain queue between one feeder and one taker.
static bool is_plain_buffer(const tw_line *line, int32_t place_i) {
  const tw_place *place = &line->place[place_i];
  if (place->kind != &tw_kind_buffer || place->only_feeder == TW_NONE) return false;
  const tw_buffer_param *param = place->param;
  if (param->queue != TW_QUEUE_FIFO || param->is_sorted || param->has_stays) return false;
  if (place->main_exit == TW_NONE || line->graph.exit[place->main_exit].n_target != 1) return false;
  return !place->has_choosing_feeder;
}

static bool is_plain_station(const tw_line *line, int32_t place_i) {
  const tw_place *place = &line->place[place_i];
  if (place->kind != &tw_kind_machine || place->n_machine != 1) return false;
  const tw_station_param *param = place->param;
  return place->only_feeder != TW_NONE && !place->is_before_service && !place->frees_reservations &&
         !place->takes_while_down && param->n_exit == 0 && param->scrap == NULL &&
         place->main_exit != TW_NONE && line->graph.exit[place->main_exit].n_target == 1 &&
         param->sites[0].load == TW_NONE && param->sites[0].unload == TW_NONE &&
         !line->machine[place->first_machine].has_start_clock &&
         !line->machine[place->first_machine].has_cycle_clock;
}

void tw_serial_compile(tw_line *line) {
  for (int32_t i = 0; i < line->n_place; i++) {
    tw_place *place = &line->place[i];
    place->serial_in = place->serial_out = TW_NONE;
    if (!is_plain_station(line, i)) continue;
    const int32_t to = line->graph.exit[place->main_exit].target[0];
    const int32_t from = place->only_feeder;
    if (is_plain_buffer(line, from) || line->place[from].kind == &tw_kind_source)
      place->serial_in = from;
    if (is_plain_buffer(line, to) || to == line->graph.out_i) place->serial_out = to;
    place->is_serial = place->serial_in != TW_NONE && place->serial_out != TW_NONE;
  }
}

// Puts a part at the end of a plain queue.
static inline void append(tw_run *run, int32_t place_i, tw_buffer *buffer, uint32_t part_i) {
  tw_buffer_book(run, run->line->place[place_i].param, buffer);
  tw_part *part = &run->part[part_i];
  part->prev = buffer->tail;
  part->next = TW_NO_PART;
  if (buffer->tail == TW_NO_PART) buffer->head = part_i;
  else run->part[buffer->tail].next = part_i;
  buffer->tail = part_i;
  buffer->n_eligible = ++buffer->n;
  if (buffer->n > buffer->max) buffer->max = buffer->n;
}

// Takes the first part of a plain queue that is not empty.
static inline uint32_t take_first(tw_run *run, int32_t place_i, tw_buffer *buffer) {
  tw_buffer_book(run, run->line->place[place_i].param, buffer);
  const uint32_t part_i = buffer->head;
  tw_part *part = &run->part[part_i];
  buffer->head = part->next;
  if (part->next == TW_NO_PART) buffer->tail = TW_NO_PART;
  else run->part[part->next].prev = TW_NO_PART;
  part->next = TW_NO_PART;
  buffer->n_eligible = --buffer->n;
  buffer->n_left++;
  buffer->stay_s += 1e-6 * (double)(tw_now(run) - part->entered_us);
  tw_part_leave(run, part_i, place_i, TW_NONE);
  return part_i;
}

// A part comes onto the free machine of a plain station and its processing starts.
static inline void start_part(tw_run *run, int32_t place_i, uint32_t part_i) {
  const tw_place *place = &run->line->place[place_i];
  const int32_t machine_i = place->first_machine;
  tw_machine *machine = &run->machine[machine_i];
  machine->part = part_i;
  machine->from = run->part[part_i].place;
  machine->phase = TW_PROCESS;
  run->place[place_i].n_on++;
  tw_part_enter(run, part_i, place_i, machine_i);
  machine->drawn_us = machine->left_us = tw_machine_draw_time(run, place_i, machine_i);
  run->place_stat[place_i].n_start++;
  tw_tell_part(run, TW_FACT_START, place_i, machine_i, &run->part[part_i]);
  tw_work_run(run, machine_i);
}

// The part on a machine leaves it for good; the machine is free.
static inline uint32_t clear_machine(tw_run *run, int32_t place_i) {
  const int32_t machine_i = run->line->place[place_i].first_machine;
  tw_machine *machine = &run->machine[machine_i];
  const uint32_t part_i = machine->part;
  tw_part_leave(run, part_i, place_i, machine_i);
  machine->part = TW_NO_PART;
  machine->phase = TW_FREE;
  machine->from = machine->exit_i = machine->target = TW_NONE;
  machine->is_leaving = 0;
  machine->left_us = 0;
  machine->waiting_us = tw_now(run);
  run->place[place_i].n_on--;
  return part_i;
}

// A part goes into a plain buffer, and through it where a machine is waiting behind.
static inline void pass_on(tw_run *run, int32_t buffer_i, uint32_t part_i) {
  tw_buffer *buffer = tw_run_kind_state(run, buffer_i);
  tw_part_enter(run, part_i, buffer_i, TW_NONE);
  append(run, buffer_i, buffer, part_i);
  const int32_t taker = run->line->graph.exit[run->line->place[buffer_i].main_exit].target[0];
  const tw_place *place = &run->line->place[taker];
  if (buffer->n == 1) run->place[taker].n_request++;
  if (!place->is_serial) {
    tw_mark_taker(run, taker);
    return;
  }
  const tw_machine *machine = &run->machine[place->first_machine];
  if (machine->phase != TW_FREE || !tw_is_up(machine)) return;
  TW_ASSERT(buffer->n == 1);
  run->place[taker].n_request--;
  start_part(run, taker, take_first(run, buffer_i, buffer));
}

// The blocked machine in front of a buffer that has room now; its part moves. Returns its place, so
// that it can take its next part; TW_NONE: nobody could move.
static inline int32_t unblock(tw_run *run, int32_t buffer_i) {
  const int32_t feeder = run->line->place[buffer_i].only_feeder;
  const tw_place *place = &run->line->place[feeder];
  if (!place->is_serial) {
    tw_mark(run, buffer_i);
    return TW_NONE;
  }
  const tw_machine *machine = &run->machine[place->first_machine];
  if (!tw_is_up(machine) && !place->gives_while_down && !machine->is_leaving) return TW_NONE;
  tw_request_drop(run, place->first_machine);
  const uint32_t part_i = clear_machine(run, feeder);
  tw_part_enter(run, part_i, buffer_i, TW_NONE);
  tw_buffer *buffer = tw_run_kind_state(run, buffer_i);
  append(run, buffer_i, buffer, part_i);
  if (buffer->n == 1) {
    const int32_t taker = run->line->graph.exit[run->line->place[buffer_i].main_exit].target[0];
    run->place[taker].n_request++;
  }
  return feeder;
}

// A free machine takes its next part. Returns the place upstream that could move because of it.
static inline int32_t pull_next(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  const int32_t from = place->serial_in;
  if (run->place[place_i].n_request == 0 || !tw_is_up(&run->machine[place->first_machine])) {
    tw_work_refresh(run, place->first_machine);
    return TW_NONE;
  }
  if (run->line->place[from].kind != &tw_kind_buffer) {
    const uint32_t part_i = tw_take_only(run, from, place_i);
    if (part_i != TW_NO_PART) start_part(run, place_i, part_i);
    return TW_NONE;
  }
  tw_buffer *buffer = tw_run_kind_state(run, from);
  const uint32_t part_i = take_first(run, from, buffer);
  if (buffer->n == 0) run->place[place_i].n_request--;
  start_part(run, place_i, part_i);
  return run->place[from].n_request > 0 ? unblock(run, from) : TW_NONE;
}

void tw_serial_finish(tw_run *run, int32_t place_i) {
  const tw_place *place = &run->line->place[place_i];
  const int32_t to = place->serial_out;
  TW_ASSERT(place->is_serial);
  if (to == run->line->graph.out_i) {
    const uint32_t part_i = clear_machine(run, place_i);
    run->head->n_on_tick++;
    tw_part_end(run, part_i, to, TW_FACT_SHIP);
  } else {
    const tw_buffer *buffer = tw_run_kind_state(run, to);
    const tw_buffer_param *param = run->line->place[to].param;
    if (buffer->n >= param->capacity) {
      tw_machine *machine = &run->machine[place->first_machine];
      machine->phase = TW_DONE;
      machine->target = to;
      machine->has_request = 1;
      machine->waiting_us = tw_now(run);
      run->place[to].n_request++;
      tw_work_refresh(run, place->first_machine);
      return;
    }
    pass_on(run, to, clear_machine(run, place_i));
  }
  for (int32_t next = place_i; next != TW_NONE && run->status == TWIN_OK;)
    next = pull_next(run, next);
}
