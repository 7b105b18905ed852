// watch.c - the picture that facts draw of a run, and where it contradicts itself; see watch.h.

#include "support/watch.h"

#include <twin/run.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "station/buffer.h"

static void object(test_watch *watch, const tw_fact *fact, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Keeps the first thing that is wrong.
static void object(test_watch *watch, const tw_fact *fact, const char *format, ...) {
  if (watch->why[0] != 0) return;
  int n = snprintf(watch->why, sizeof watch->why, "at %lld us: ", (long long)watch->time_us);
  va_list args;
  va_start(args, format);
  n += vsnprintf(watch->why + n, sizeof watch->why - (size_t)n, format, args);
  va_end(args);
  if (fact == NULL || n >= TEST_WHY) return;
  snprintf(watch->why + n, sizeof watch->why - (size_t)n, " (fact %d, part %llu, place %d, machine %d)",
           (int)fact->kind, (unsigned long long)fact->part_id, (int)fact->place_i,
           (int)fact->machine_i);
}

static bool is_section(const test_watch *watch, int32_t place_i, const char *section) {
  return strcmp(watch->line->place[place_i].kind->section, section) == 0;
}

static test_seen_part *find_part(test_watch *watch, const tw_fact *fact) {
  if (fact->part_id >= 1 && fact->part_id <= watch->n_part) return &watch->part[fact->part_id];
  object(watch, fact, "a part that was never made");
  return NULL;
}

static void see_create(test_watch *watch, const tw_fact *fact) {
  if (fact->part_id != watch->n_part + 1) object(watch, fact, "part ids do not count up");
  if (!is_section(watch, fact->place_i, "sources")) object(watch, fact, "made outside of a source");
  if (watch->n_part + 2 > watch->part_capacity) {
    watch->part_capacity = watch->part_capacity * 2 + 64;
    watch->part = realloc(watch->part, watch->part_capacity * sizeof *watch->part);
    if (watch->part == NULL) abort();
  }
  watch->part[++watch->n_part] = (test_seen_part){.place_i = fact->place_i,
                                                  .machine_i = TW_NONE,
                                                  .entered_us = fact->time_us};
}

// A saturated source makes a part as it is taken, so such a part comes without having left.
static void see_enter(test_watch *watch, const tw_run *run, const tw_fact *fact) {
  test_seen_part *part = find_part(watch, fact);
  if (part == NULL) return;
  const tw_place *place = &watch->line->place[fact->place_i];
  if (part->is_in || part->is_gone) object(watch, fact, "enters, but has not left its last place");
  const bool is_ejected = part->machine_i != TW_NONE && fact->machine_i == TW_NONE &&
                          watch->machine[part->machine_i].has_completed == false;
  *part = (test_seen_part){.place_i = fact->place_i,
                           .machine_i = fact->machine_i,
                           .entered_us = fact->time_us,
                           .is_in = true,
                           .has_come_back = is_ejected};
  watch->level[fact->place_i]++;
  if (fact->machine_i == TW_NONE) {
    const tw_buffer_param *param = place->param;
    if (!is_section(watch, fact->place_i, "buffers")) object(watch, fact, "enters no buffer");
    else if (watch->level[fact->place_i] > param->capacity) object(watch, fact, "too many parts");
    return;
  }
  test_seen_machine *machine = &watch->machine[fact->machine_i];
  if (machine->part_id != 0) object(watch, fact, "the machine holds a part already");
  if (machine->is_down && !place->takes_while_down) object(watch, fact, "taken while down");
  if (run->machine[fact->machine_i].off != TW_ON_SHIFT && !place->takes_while_down)
    object(watch, fact, "taken off shift");
  machine->part_id = fact->part_id;
  machine->has_started = machine->has_completed = false;
  machine->processed_us = 0;
}

// Some station takes from this place that keeps a family going.
static bool has_picky_taker(const tw_line *line, int32_t place_i) {
  const tw_exit *exit = &line->graph.exit[line->place[place_i].main_exit];
  for (int32_t i = 0; i < exit->n_target; i++) {
    const tw_setup *setup = line->place[exit->target[i]].setup;
    if (setup != NULL && setup->min_run > 0) return true;
  }
  return false;
}

// In a queue without stays nobody who stands before this part may still be there.
static void check_order(test_watch *watch, const tw_fact *fact) {
  const tw_buffer_param *param = watch->line->place[fact->place_i].param;
  const test_seen_part *part = &watch->part[fact->part_id];
  const bool is_fifo = param->queue == TW_QUEUE_FIFO, is_lifo = param->queue == TW_QUEUE_LIFO;
  if (param->has_stays || part->has_come_back || (!is_fifo && !is_lifo)) return;
  if (has_picky_taker(watch->line, fact->place_i)) return;
  for (uint64_t i = 1; i <= watch->n_part; i++) {
    const test_seen_part *other = &watch->part[i];
    if (!other->is_in || other->place_i != fact->place_i || other->has_come_back) continue;
    const bool is_earlier = other->entered_us < part->entered_us;
    const bool is_later = other->entered_us > part->entered_us;
    if ((is_fifo && is_earlier) || (is_lifo && is_later)) object(watch, fact, "out of turn");
  }
}

// A machine that is down gives nothing, unless its line says so or the failure threw the part away.
static void check_giver(test_watch *watch, const tw_run *run, const tw_fact *fact) {
  const test_seen_machine *machine = &watch->machine[fact->machine_i];
  if (machine->part_id != fact->part_id) object(watch, fact, "leaves a machine that has it not");
  const int32_t mode = run->machine[fact->machine_i].mode;
  const int32_t fate = mode != TW_NONE ? watch->line->mode[mode].fate : TW_FATE_RESUME;
  const bool is_thrown = fate == TW_FATE_SCRAP || fate == TW_FATE_EJECT;
  // the end of a shift may throw it away as well, on a machine that is down too
  const tw_machine *now = &run->machine[fact->machine_i];
  if (is_thrown || now->is_leaving || watch->line->place[fact->place_i].gives_while_down) return;
  if (machine->is_down) object(watch, fact, "leaves a machine that is down");
  if (now->off != TW_ON_SHIFT) object(watch, fact, "leaves a machine that is off shift");
}

static void see_leave(test_watch *watch, const tw_run *run, const tw_fact *fact) {
  test_seen_part *part = find_part(watch, fact);
  if (part == NULL) return;
  const tw_place *place = &watch->line->place[fact->place_i];
  if (is_section(watch, fact->place_i, "sources")) {
    if (part->is_in || part->is_gone) object(watch, fact, "leaves the source twice");
    return;
  }
  if (!part->is_in || part->place_i != fact->place_i || part->machine_i != fact->machine_i)
    object(watch, fact, "leaves where it is not");
  part->is_in = false;
  watch->level[fact->place_i]--;
  if (fact->machine_i == TW_NONE) {
    const tw_buffer_param *param = place->param;
    const int64_t stay_us = fact->time_us - part->entered_us;
    if (stay_us < param->min_stay_us || stay_us > param->max_stay_us)
      object(watch, fact, "leaves after %lld us", (long long)stay_us);
    check_order(watch, fact);
    return;
  }
  check_giver(watch, run, fact);
  watch->machine[fact->machine_i].part_id = 0;
}

// The part ends: it has left its place, but for one that is turned away at its source.
static void see_end(test_watch *watch, const tw_fact *fact, int64_t *count) {
  test_seen_part *part = find_part(watch, fact);
  if (part == NULL) return;
  if (part->is_in || part->is_gone) object(watch, fact, "ends while it is somewhere");
  part->is_gone = true;
  ++*count;
}

// What the machine has processed counts from here; a spell of processing that has gone on for some
// time, with the part before or before the failure, is taken off when it is booked.
static void begin_anew(test_seen_machine *machine, const tw_fact *fact) {
  const bool is_processing = machine->state == TWIN_PROCESSING;
  machine->processed_us = is_processing ? machine->since_us - fact->time_us : 0;
}

static void see_work(test_watch *watch, const tw_run *run, const tw_fact *fact) {
  test_seen_machine *machine = &watch->machine[fact->machine_i];
  if (machine->part_id != fact->part_id) object(watch, fact, "work on a part that is elsewhere");
  if (machine->is_down) object(watch, fact, "work on a machine that is down");
  if (fact->kind == TW_FACT_START) {
    if (machine->has_started) object(watch, fact, "started twice");
    machine->has_started = true;
    begin_anew(machine, fact);
    return;
  }
  if (!machine->has_started || machine->has_completed) object(watch, fact, "completed unstarted");
  machine->has_completed = true;
  const int64_t worked_us = machine->processed_us + (machine->state == TWIN_PROCESSING
                                                         ? fact->time_us - machine->since_us
                                                         : 0);
  const int64_t drawn_us = run->machine[fact->machine_i].drawn_us;
  // the end of a shift may begin it anew, which no fact tells
  if (watch->has_restart ? worked_us < drawn_us : worked_us != drawn_us)
    object(watch, fact, "worked %lld us, drawn %lld", (long long)worked_us, (long long)drawn_us);
}

// The part makes way and stays with its machine; what was worked on it is kept.
static void see_hold(test_watch *watch, const tw_fact *fact) {
  test_seen_machine *machine = &watch->machine[fact->machine_i];
  if (machine->part_id != fact->part_id || !machine->has_started)
    object(watch, fact, "holds a part that it does not work on");
  if (machine->n_held == TEST_HELD_MAX) return;
  const bool is_processing = machine->state == TWIN_PROCESSING;
  machine->held_id[machine->n_held] = fact->part_id;
  machine->held_us[machine->n_held++] =
      machine->processed_us + (is_processing ? fact->time_us - machine->since_us : 0);
  machine->part_id = 0;
}

static void see_resume(test_watch *watch, const tw_fact *fact) {
  test_seen_machine *machine = &watch->machine[fact->machine_i];
  if (machine->n_held == 0 || machine->held_id[machine->n_held - 1] != fact->part_id) {
    object(watch, fact, "resumes a part that it does not hold");
    return;
  }
  machine->part_id = fact->part_id;
  machine->has_started = true;
  machine->has_completed = false;
  begin_anew(machine, fact);
  machine->processed_us += machine->held_us[--machine->n_held];
}

// Only what was just finished there can be rejected.
static void see_reject(test_watch *watch, const tw_fact *fact) {
  const test_seen_machine *machine = &watch->machine[fact->machine_i];
  if (machine->part_id != fact->part_id || !machine->has_completed)
    object(watch, fact, "rejects a part that it has not finished");
}

static void see_state(test_watch *watch, const tw_fact *fact) {
  test_seen_machine *machine = &watch->machine[fact->machine_i];
  const int64_t spent_us = fact->time_us - machine->since_us;
  if (machine->state == fact->state) object(watch, fact, "the same state again");
  if (machine->state == TWIN_PROCESSING) machine->processed_us += spent_us;
  watch->state_us[fact->machine_i * TW_N_STATE + machine->state] += spent_us;
  watch->n_state[fact->state]++;
  machine->state = fact->state;
  machine->since_us = fact->time_us;
}

static void see_fail(test_watch *watch, const tw_fact *fact) {
  // a mode that fell due during a repair may follow it at once: down already
  test_seen_machine *machine = &watch->machine[fact->machine_i];
  machine->is_down = true;
  const int32_t fate = watch->line->mode[fact->cause].fate;
  // a part that found no way back is begun anew on its machine
  if (fate == TW_FATE_EJECT && !machine->has_completed) machine->has_started = false;
  if (fate != TW_FATE_RESTART && fate != TW_FATE_RESAMPLE) return;
  if (machine->state != TWIN_PROCESSING && machine->processed_us == 0) return;
  begin_anew(machine, fact);
}

// Statistics restart, spells go on.
static void see_window(test_watch *watch, const tw_fact *fact) {
  if (watch->has_window) object(watch, fact, "the warm-up ends twice");
  watch->has_window = true;
  memset(watch->state_us, 0, (size_t)watch->line->n_machine * TW_N_STATE * sizeof(int64_t));
  for (int32_t i = 0; i < watch->line->n_machine; i++) {
    test_seen_machine *machine = &watch->machine[i];
    if (machine->state == TWIN_PROCESSING)
      machine->processed_us += fact->time_us - machine->since_us;
    machine->since_us = fact->time_us;
  }
}

static void see(void *self, const tw_run *run, const tw_fact *fact) {
  test_watch *watch = self;
  if (fact->time_us < watch->time_us) object(watch, fact, "time runs backwards");
  watch->time_us = fact->time_us;
  watch->n_fact++;
  uint64_t hash = tw_hash_word(watch->hash, (uint64_t)fact->time_us);
  hash = tw_hash_word(hash, (uint64_t)fact->kind << 32 | (uint32_t)fact->place_i);
  hash = tw_hash_word(hash, (uint64_t)fact->machine_i << 32 | (uint32_t)fact->state);
  watch->hash = tw_hash_word(hash, fact->part_id);
  switch ((tw_fact_kind)fact->kind) {
  case TW_FACT_CREATE: see_create(watch, fact); break;
  case TW_FACT_ENTER: see_enter(watch, run, fact); break;
  case TW_FACT_START:
  case TW_FACT_COMPLETE: see_work(watch, run, fact); break;
  case TW_FACT_LEAVE: see_leave(watch, run, fact); break;
  case TW_FACT_SHIP: see_end(watch, fact, &watch->n_ship); break;
  case TW_FACT_SCRAP: see_end(watch, fact, &watch->n_scrap); break;
  case TW_FACT_LOSE: see_end(watch, fact, &watch->n_lose); break;
  case TW_FACT_FAIL: see_fail(watch, fact); break;
  case TW_FACT_REPAIR: break;
  case TW_FACT_REPAIRED: watch->machine[fact->machine_i].is_down = false; break;
  case TW_FACT_STATE: see_state(watch, fact); break;
  case TW_FACT_WINDOW: see_window(watch, fact); break;
  case TW_FACT_HOLD: see_hold(watch, fact); break;
  case TW_FACT_RESUME: see_resume(watch, fact); break;
  case TW_FACT_SHIFT:
  case TW_FACT_MODEL:
  case TW_FACT_SET: break;
  case TW_FACT_REJECT: see_reject(watch, fact); break;
  case TW_FACT_N: break;
  }
}

// May the end of a shift begin a part anew?
static bool has_restart(const tw_line *line) {
  bool has_any = false;
  for (int32_t i = 0; i < line->n_place; i++)
    has_any = has_any || (line->place[i].calendar_i != TW_NONE &&
                          line->place[i].shift_end == TW_END_RESTART);
  for (int32_t i = 0; i < line->n_pool; i++)
    has_any =
        has_any || (line->pool[i].calendar_i != TW_NONE && line->pool[i].shift_end == TW_END_RESTART);
  return has_any;
}

void test_watch_open(test_watch *watch, tw_run *run) {
  const tw_line *line = run->line;
  *watch = (test_watch){.line = line, .hash = TW_HASH_SEED, .has_restart = has_restart(line)};
  watch->machine = calloc((size_t)line->n_machine + 1, sizeof *watch->machine);
  watch->level = calloc((size_t)line->n_place, sizeof *watch->level);
  watch->state_us = calloc(((size_t)line->n_machine + 1) * TW_N_STATE, sizeof *watch->state_us);
  if (watch->machine == NULL || watch->level == NULL || watch->state_us == NULL) abort();
  for (int32_t i = 0; i < line->n_machine; i++) watch->machine[i].state = run->machine[i].state;
  run->sink = (tw_sink){.self = watch, .fact = see};
}

void test_watch_close(test_watch *watch, tw_run *run) {
  run->sink = (tw_sink){0};
  free(watch->part);
  free(watch->machine);
  free(watch->level);
  free(watch->state_us);
}

static void compare_machine(test_watch *watch, const tw_run *run, int32_t i) {
  const tw_machine *machine = &run->machine[i];
  const test_seen_machine *seen = &watch->machine[i];
  const uint64_t id = machine->part != TW_NO_PART ? run->part[machine->part].id : 0;
  if (id != seen->part_id) object(watch, NULL, "machine %d holds another part", (int)i);
  if (machine->state != seen->state) object(watch, NULL, "machine %d: another state", (int)i);
  int64_t sum_us = run->head->now_us - machine->since_us;
  for (int32_t s = 0; s < TW_N_STATE; s++) {
    sum_us += run->machine_stat[i].state_us[s];
    if (run->machine_stat[i].state_us[s] != watch->state_us[i * TW_N_STATE + s])
      object(watch, NULL, "machine %d: another time in state %d", (int)i, (int)s);
  }
  if (sum_us != run->head->now_us - run->head->window_us)
    object(watch, NULL, "machine %d: its state times do not sum to the window", (int)i);
}

void test_watch_compare(test_watch *watch, const tw_run *run) {
  const tw_head *head = run->head;
  int64_t n_in = 0;
  for (uint64_t i = 1; i <= watch->n_part; i++) n_in += !watch->part[i].is_gone;
  if (head->n_created != (int64_t)watch->n_part || head->n_shipped != watch->n_ship ||
      head->n_scrapped != watch->n_scrap || head->n_lost != watch->n_lose || head->n_part != n_in)
    object(watch, NULL, "the head counts otherwise");
  if (head->n_created != head->n_shipped + head->n_scrapped + head->n_lost + head->n_consumed +
                             (int64_t)head->n_part)
    object(watch, NULL, "parts are not conserved");
  for (uint32_t i = 0; i < head->n_part_slot; i++) {
    if (run->part[i].type == TW_NONE) continue;
    if (run->part[i].id > watch->n_part || watch->part[run->part[i].id].is_gone ||
        watch->part[run->part[i].id].place_i != run->part[i].place)
      object(watch, NULL, "part record %u is elsewhere", (unsigned)i);
  }
  for (int32_t i = 0; i < watch->line->n_machine; i++) compare_machine(watch, run, i);
}
