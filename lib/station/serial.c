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
#include "station/source.h"

// True for a buffer that is a plain queue between one feeder and one taker.
static bool is_plain_buffer(const tw_line *line, int32_t place_i) {
  const tw_place *place = &line->place[place_i];
  if (place->kind != &tw_kind_buffer || place->only_feeder == TW_NONE) return false;
  if (place->returns_cards) return false;
  const tw_buffer_param *param = place->param;
  if (param->queue != TW_QUEUE_FIFO || param->is_sorted || param->has_stays) return false;
  if (place->main_exit == TW_NONE || line->graph.exit[place->main_exit].n_target != 1) return false;
  return !place->has_choosing_feeder;
}

static bool is_plain_station(const tw_line *line, int32_t place_i) {
  const tw_place *place = &line->place[place_i];
  if (place->kind != &tw_kind_machine || place->n_machine != 1) return false;
  const tw_station_param *param = place->param;
  return !place->is_on_route && !place->returns_cards && place->loop_i == TW_NONE &&
         param->sites[0].time != TW_NONE &&
         place->only_feeder != TW_NONE && !place->is_before_service && !place->frees_reservations &&
         !place->takes_while_down && param->n_exit == 0 && param->scrap == NULL &&
         param->sets.n == 0 && place->n_made == 0 && param->repairs == 0 && line->machine[place->first_machine].n_member == 0 &&
         place->setup == NULL && place->calendar_i == TW_NONE &&
         place->task == NULL && !place->has_maintenance && place->power_uw == NULL &&
         place->main_exit != TW_NONE && line->graph.exit[place->main_exit].n_target == 1 &&
         param->sites[0].load == TW_NONE && param->sites[0].unload == TW_NONE &&
         !line->machine[place->first_machine].has_start_clock &&
         !line->machine[place->first_machine].has_cycle_clock;
}

// A source that only this station takes from: what it makes next is nobody else's business.
static bool is_plain_source(const tw_line *line, int32_t place_i) {
  const tw_place *place = &line->place[place_i];
  return place->kind == &tw_kind_source && place->loop_i == TW_NONE && line->graph.exit[place->main_exit].n_target == 1;
}

// The plain station behind the plain buffer that a source is alone to feed; NULL: no such place.
static const tw_serial *find_fed_station(const tw_line *line, int32_t source_i) {
  if (!is_plain_source(line, source_i)) return NULL;
  const tw_graph *graph = &line->graph;
  const int32_t to = graph->exit[line->place[source_i].main_exit].target[0];
  if (!is_plain_buffer(line, to)) return NULL;
  return line->place[graph->exit[line->place[to].main_exit].target[0]].serial;
}

// The buffer at place_i as its neighbours see it.
static tw_serial_buffer buffer_at(const tw_line *line, int32_t place_i) {
  return (tw_serial_buffer){.place_i = place_i,
                            .state_offset = line->place[place_i].state_offset,
                            .param = line->place[place_i].param};
}

// Describes the station at place_i; false when it is not in a plain piece.
static bool describe(const tw_line *line, int32_t place_i, tw_serial *serial) {
  if (!is_plain_station(line, place_i)) return false;
  const tw_place *place = &line->place[place_i];
  const tw_station_param *param = place->param;
  const int32_t to = line->graph.exit[place->main_exit].target[0], from = place->only_feeder;
  const tw_site *time = &line->site[param->sites[0].time];
  const bool has_one_time = param->factor == NULL && time->by_part == NULL;
  const uint32_t *section = line->layout.offset;
  *serial = (tw_serial){.place_i = place_i,
                        .machine_i = place->first_machine,
                        .main_exit = place->main_exit,
                        .work_slot = line->machine[place->first_machine].work_slot,
                        .time_site = param->sites[0].time,
                        .time = has_one_time ? time->dist : NULL,
                        .has_processing_clock =
                            line->machine[place->first_machine].has_processing_clock,
                        .place_offset = section[TW_SECTION_PLACE] +
                                        (uint32_t)place_i * (uint32_t)sizeof(tw_place_state),
                        .machine_offset =
                            section[TW_SECTION_MACHINE] +
                            (uint32_t)place->first_machine * (uint32_t)sizeof(tw_machine),
                        .gives_while_down = place->gives_while_down,
                        .source_i = TW_NONE,
                        .sink_i = TW_NONE,
                        .in.place_i = TW_NONE,
                        .out.place_i = TW_NONE,
                        .taker_i = TW_NONE};
  if (is_plain_buffer(line, from)) serial->in = buffer_at(line, from);
  else if (is_plain_source(line, from)) serial->source_i = from;
  else return false;
  if (to == line->graph.out_i) {
    serial->sink_i = to;
  } else if (is_plain_buffer(line, to)) {
    serial->out = buffer_at(line, to);
    serial->taker_i = line->graph.exit[line->place[to].main_exit].target[0];
  } else {
    return false;
  }
  return true;
}

static bool complete(tw_run *run, const void *quick_of);

void tw_serial_compile(tw_line *line) {
  tw_serial *all = tw_arena_take_array(&line->arena, (size_t)line->n_place, sizeof *all);
  if (all == NULL) return;
  // downstream first: whoever takes from the buffer behind must be plain too, because it moves before
  // the station itself takes its next part
  for (int32_t k = 0; k < line->n_place; k++) {
    const int32_t i = line->place_by_mark[k];
    if (!describe(line, i, &all[i])) continue;
    if (all[i].taker_i != TW_NONE) all[i].taker = line->place[all[i].taker_i].serial;
    if (all[i].sink_i != TW_NONE || all[i].taker != NULL) line->place[i].serial = &all[i];
  }
  for (int32_t i = 0; i < line->n_place; i++) {
    if (line->place[i].serial == NULL) continue;
    if (all[i].in.place_i != TW_NONE)
      all[i].feeder = line->place[line->place[all[i].in.place_i].only_feeder].serial;
    tw_slot *slot = &line->slot[all[i].work_slot];
    slot->quick = complete;
    slot->quick_of = &all[i];
  }
  for (int32_t i = 0; i < line->n_place; i++) {
    if (line->place[i].kind != &tw_kind_source) continue;
    const tw_serial *to = find_fed_station(line, i);
    if (to != NULL) tw_source_make_plain(line, i, to);
  }
}

static inline tw_machine *machine_of(const tw_run *run, const tw_serial *serial) {
  return (tw_machine *)(run->block + serial->machine_offset);
}

static inline tw_place_state *place_of(const tw_run *run, const tw_serial *serial) {
  return (tw_place_state *)(run->block + serial->place_offset);
}

static inline tw_buffer *state_of(const tw_run *run, const tw_serial_buffer *at) {
  return (tw_buffer *)(run->block + at->state_offset);
}

// Puts a part at the end of a plain queue.
static inline void append(tw_run *run, const tw_serial_buffer *at, tw_buffer *buffer,
                          uint32_t part_i) {
  tw_part_enter(run, part_i, at->place_i, TW_NONE);
  tw_buffer_book(run, at->param, buffer);
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
static inline uint32_t take_first(tw_run *run, const tw_serial_buffer *at, tw_buffer *buffer) {
  tw_buffer_book(run, at->param, buffer);
  const uint32_t part_i = buffer->head;
  tw_part *part = &run->part[part_i];
  buffer->head = part->next;
  if (part->next == TW_NO_PART) buffer->tail = TW_NO_PART;
  else run->part[part->next].prev = TW_NO_PART;
  part->next = TW_NO_PART;
  buffer->n_eligible = --buffer->n;
  buffer->n_left++;
  buffer->stay_s += 1e-6 * (double)(tw_now(run) - part->entered_us);
  tw_part_leave(run, part_i, at->place_i, TW_NONE);
  return part_i;
}

// Process time of the part on the machine: straight from its distribution where nothing else counts.
static inline int64_t draw_time(tw_run *run, const tw_serial *serial) {
  if (serial->time != NULL && run->feed == NULL) {
    const int64_t time_us = tw_peek_us(run, serial->time_site, serial->time);
    if (time_us >= 0) {
      tw_take_peeked(run, serial->time_site, serial->time);
      return time_us;
    }
  }
  return tw_machine_draw_time(run, serial->place_i, serial->machine_i);
}

// A part comes onto the free machine of a plain station and its processing starts. Kept out of line:
// three copies of it would not fit the instruction cache beside the rest.
__attribute__((noinline)) static void start_part(tw_run *run, const tw_serial *serial, uint32_t part_i) {
  const int32_t machine_i = serial->machine_i;
  tw_machine *machine = machine_of(run, serial);
  tw_part *part = &run->part[part_i];
  machine->part = part_i;
  machine->from = part->place;
  machine->phase = TW_PROCESS;
  place_of(run, serial)->n_on++;
  tw_part_enter(run, part_i, serial->place_i, machine_i);
  machine->drawn_us = machine->left_us = draw_time(run, serial);
  run->place_stat[serial->place_i].n_start++;
  tw_tell_part(run, TW_FACT_START, serial->place_i, machine_i, part);
  machine->spell_us = tw_now(run);
  machine->end_us = machine->spell_us + machine->left_us;
  machine->is_running = 1;
  tw_plan(run, serial->work_slot, machine->end_us);
  if (serial->has_processing_clock) tw_modes_processing(run, machine_i);
  if (machine->state != TWIN_PROCESSING) tw_work_change_state(run, machine_i, TWIN_PROCESSING);
}

// The part on a machine leaves it for good; the machine is free.
static inline uint32_t clear_machine(tw_run *run, const tw_serial *serial) {
  tw_machine *machine = machine_of(run, serial);
  const uint32_t part_i = machine->part;
  tw_part_leave(run, part_i, serial->place_i, serial->machine_i);
  machine->part = TW_NO_PART;
  machine->phase = TW_FREE;
  machine->from = machine->exit_i = machine->target = TW_NONE;
  machine->is_leaving = 0;
  machine->left_us = 0;
  machine->waiting_us = tw_now(run);
  place_of(run, serial)->n_on--;
  return part_i;
}

// A part goes into the buffer in front of a station, and through it where the machine is waiting.
static inline void put_before(tw_run *run, const tw_serial *taker, tw_buffer *buffer,
                              uint32_t part_i) {
  append(run, &taker->in, buffer, part_i);
  if (buffer->n == 1) place_of(run, taker)->n_request++;
  const tw_machine *machine = machine_of(run, taker);
  if (machine->phase != TW_FREE || !tw_is_up(machine)) return;
  TW_ASSERT(buffer->n == 1);
  place_of(run, taker)->n_request--;
  start_part(run, taker, take_first(run, &taker->in, buffer));
}

// There is room in the buffer in front of `serial`: the part of the machine that was blocked before
// it moves. Returns that machine's station, so that it can take its next part; NULL: none could.
static inline const tw_serial *unblock(tw_run *run, const tw_serial *serial, tw_buffer *buffer) {
  const tw_serial *feeder = serial->feeder;
  if (feeder == NULL) {
    tw_mark(run, serial->in.place_i);
    return NULL;
  }
  const tw_machine *machine = machine_of(run, feeder);
  if (!tw_is_up(machine) && !feeder->gives_while_down && !machine->is_leaving) return NULL;
  tw_request_drop(run, feeder->machine_i);
  append(run, &serial->in, buffer, clear_machine(run, feeder));
  if (buffer->n == 1) place_of(run, serial)->n_request++;
  return feeder;
}

// A free machine takes its next part. Returns the station upstream that could move because of it.
static inline const tw_serial *pull_next(tw_run *run, const tw_serial *serial) {
  const bool is_offered = place_of(run, serial)->n_request > 0;
  if (!is_offered || !tw_is_up(machine_of(run, serial))) {
    tw_work_refresh(run, serial->machine_i);
    return NULL;
  }
  if (serial->source_i != TW_NONE) {
    const uint32_t part_i = tw_take_only(run, serial->source_i, serial->place_i);
    if (part_i != TW_NO_PART) start_part(run, serial, part_i);
    return NULL;
  }
  tw_buffer *buffer = state_of(run, &serial->in);
  const uint32_t part_i = take_first(run, &serial->in, buffer);
  if (buffer->n == 0) place_of(run, serial)->n_request--;
  start_part(run, serial, part_i);
  return run->place[serial->in.place_i].n_request > 0 ? unblock(run, serial, buffer) : NULL;
}

// No room behind: the machine keeps its part and is blocked from now on.
static void block(tw_run *run, const tw_serial *serial) {
  tw_machine *machine = machine_of(run, serial);
  machine->phase = TW_DONE;
  machine->left_us = TW_NOT_BEGUN;
  machine->target = serial->out.place_i;
  machine->has_request = 1;
  machine->waiting_us = tw_now(run);
  run->place[serial->out.place_i].n_request++;
  tw_work_refresh(run, serial->machine_i);
}

// Moves the finished part on, and whatever that lets move.
static void finish(tw_run *run, const tw_serial *serial) {
  if (serial->sink_i != TW_NONE) {
    const uint32_t part_i = clear_machine(run, serial);
    run->head->n_on_tick++;
    tw_part_end(run, part_i, serial->sink_i, TW_FACT_SHIP);
  } else {
    tw_buffer *buffer = state_of(run, &serial->out);
    if (buffer->n >= serial->out.param->capacity) {
      block(run, serial);
      return;
    }
    put_before(run, serial->taker, buffer, clear_machine(run, serial));
  }
  for (const tw_serial *next = serial; next != NULL && run->status == TWIN_OK;)
    next = pull_next(run, next);
}

void tw_serial_feed(tw_run *run, int32_t source_i, const tw_serial *to, uint32_t part_i) {
  TW_ASSERT(run->is_alone && run->place[to->in.place_i].n_request == 0);
  tw_part_leave(run, part_i, source_i, TW_NONE);
  put_before(run, to, state_of(run, &to->in), part_i);
}

// The processing on a plain station's only machine ends: counts it and moves the part on, and whatever
// that lets move. What leads out of the plain piece is marked and left to the settle.
static bool complete(tw_run *run, const void *quick_of) {
  const tw_serial *serial = quick_of;
  tw_machine *machine = machine_of(run, serial);
  TW_ASSERT(machine->phase == TW_PROCESS);
  machine->is_running = 0;
  machine->left_us = 0;
  run->part[machine->part].worked_us += tw_now(run) - machine->spell_us;
  if (serial->has_processing_clock) tw_modes_standing(run, serial->machine_i);
  tw_work_count_completion(run, serial->place_i, machine);
  machine->exit_i = serial->main_exit;
  tw_tell_part(run, TW_FACT_COMPLETE, serial->place_i, serial->machine_i, &run->part[machine->part]);
  finish(run, serial);
  // what was planned for this tick meanwhile belongs to the next round, as after a settle
  run->is_alone = true;
  return true;
}
