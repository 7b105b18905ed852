// run.c - making, copying, forking and reseeding runs. All of it is copying one block; what is not in
// the block (sink, callbacks, feeds) is wiring and stays with the run it was given to.

#include "engine/run.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/format.h"
#include "base/hash.h"
#include <twin/run.h>

#include "base/problems.h"
#include "core/ticks.h"
#include "engine/body/body.h"
#include "engine/carried.h"
#include "engine/draw.h"
#include "engine/tables.h"
#include "engine/work.h"

size_t tw_run_bytes(const tw_line *line, uint32_t n_part) {
  return line->layout.part_offset + (size_t)n_part * tw_part_bytes(line);
}

size_t tw_part_bytes(const tw_line *line) {
  return sizeof(tw_part) + (size_t)line->n_carried * sizeof(tw_carried);
}

void tw_run_wire(tw_run *run) {
  const tw_layout *layout = &run->line->layout;
  char *const *at = &run->block;
  run->head = (tw_head *)(*at + layout->offset[TW_SECTION_HEAD]);
  run->heap = (tw_heap_entry *)(*at + layout->offset[TW_SECTION_HEAP]);
  run->position = (uint32_t *)(*at + layout->offset[TW_SECTION_POSITION]);
  run->mark = (uint64_t *)(*at + layout->offset[TW_SECTION_MARK]);
  run->mark_top = run->mark + layout->count[TW_SECTION_MARK] - 1;
  run->place = (tw_place_state *)(*at + layout->offset[TW_SECTION_PLACE]);
  run->machine = (tw_machine *)(*at + layout->offset[TW_SECTION_MACHINE]);
  run->mode = (tw_mode_state *)(*at + layout->offset[TW_SECTION_MODE]);
  run->stream = (tw_stream_state *)(*at + layout->offset[TW_SECTION_STREAM]);
  run->edge = (tw_edge_state *)(*at + layout->offset[TW_SECTION_EDGE]);
  run->worker = (tw_worker_state *)(*at + layout->offset[TW_SECTION_WORKER]);
  run->pool = (tw_pool_state *)(*at + layout->offset[TW_SECTION_POOL]);
  run->setup = (tw_setup_state *)(*at + layout->offset[TW_SECTION_SETUP]);
  run->early = (tw_early *)(*at + layout->offset[TW_SECTION_EARLY]);
  run->factor = (tw_factor *)(*at + layout->offset[TW_SECTION_FACTOR]);
  run->cause = (tw_cause_state *)(*at + layout->offset[TW_SECTION_CAUSE]);
  run->stock = (tw_stock_state *)(*at + layout->offset[TW_SECTION_STOCK]);
  run->wait = (tw_wait *)(*at + layout->offset[TW_SECTION_WAIT]);
  run->group_stat = (tw_group_stat *)(*at + layout->offset[TW_SECTION_GROUP_STAT]);
  run->duty = (tw_duty *)(*at + layout->offset[TW_SECTION_DUTY]);
  run->stop_stat = (tw_stop_stat *)(*at + layout->offset[TW_SECTION_STOP]);
  run->mode_stat = (tw_mode_stat *)(*at + layout->offset[TW_SECTION_MODE_STAT]);
  run->shift = (tw_shift *)(*at + layout->offset[TW_SECTION_SHIFT]);
  run->shift_before = (tw_machine_stat *)(*at + layout->offset[TW_SECTION_SHIFT_BEFORE]);
  run->shift_state = (tw_machine_stat *)(*at + layout->offset[TW_SECTION_SHIFT_STATE]);
  run->machine_stat = (tw_machine_stat *)(*at + layout->offset[TW_SECTION_MACHINE_STAT]);
  run->place_stat = (tw_place_stat *)(*at + layout->offset[TW_SECTION_PLACE_STAT]);
  run->part_type = (tw_part_type_stat *)(*at + layout->offset[TW_SECTION_PART_TYPE]);
  run->histogram = (tw_histogram *)(*at + layout->offset[TW_SECTION_HISTOGRAM]);
  run->quality = (tw_quality *)(*at + layout->offset[TW_SECTION_QUALITY]);
  run->defect = (tw_defect_stat *)(*at + layout->offset[TW_SECTION_DEFECT]);
  run->made = (tw_made_stat *)(*at + layout->offset[TW_SECTION_MADE]);
  run->loop = (tw_loop_state *)(*at + layout->offset[TW_SECTION_LOOP]);
  run->order = (tw_order_state *)(*at + layout->offset[TW_SECTION_ORDER]);
  run->tardiness = (tw_tardiness *)(*at + layout->offset[TW_SECTION_TARDINESS]);
  run->scrap = (tw_scrap_stat *)(*at + layout->offset[TW_SECTION_SCRAP]);
  run->body = (tw_body_state *)(*at + layout->offset[TW_SECTION_BODY]);
  run->body_mark = (uint64_t *)(*at + layout->offset[TW_SECTION_BODY_MARK]);
  run->variable = (tw_variable *)(*at + layout->offset[TW_SECTION_VARIABLE]);
  run->word = (tw_word *)(*at + layout->offset[TW_SECTION_WORD]);
  run->model_event = (tw_model_event_state *)(*at + layout->offset[TW_SECTION_MODEL_EVENT]);
  run->output = (tw_output *)(*at + layout->offset[TW_SECTION_OUTPUT]);
  run->part_energy = (tw_part_energy *)(*at + layout->offset[TW_SECTION_PART_ENERGY]);
  run->tariff_energy = (tw_tariff_energy *)(*at + layout->offset[TW_SECTION_TARIFF_ENERGY]);
  run->line_energy = (tw_line_energy *)(*at + layout->offset[TW_SECTION_LINE_ENERGY]);
  run->machine_energy = NULL;
  if (run->line->energy.is_there)
    run->machine_energy = (tw_machine_energy *)(*at + layout->offset[TW_SECTION_MACHINE_ENERGY]);
  run->part = (tw_part *)(*at + layout->part_offset);
}

// Chains the part records [from, to) into the free list, lowest first.
static void free_parts(tw_run *run, uint32_t from, uint32_t to) {
  for (uint32_t i = to; i-- > from;) {
    run->part[i] = (tw_part){.type = TW_NONE,
                             .place = TW_NONE,
                             .next = run->head->free_part,
                             .prev = TW_NO_PART,
                             .newer = TW_NO_PART,
                             .older = TW_NO_PART,
                             .from = TW_NONE};
    run->head->free_part = i;
  }
}

// Gives every stream its key from names, seed and replication (SEMANTICS 10.1).
static void key_streams(tw_run *run) {
  const tw_line *line = run->line;
  const uint64_t base = tw_hash_word(tw_hash_word(TW_HASH_SEED, run->head->seed),
                                     run->head->replication);
  for (int32_t i = 0; i < line->n_site; i++)
    run->stream[i] = (tw_stream_state){.key = tw_hash_word(base, line->site[i].key)};
}

static void init_machines(tw_run *run) {
  for (int32_t i = 0; i < run->line->n_machine; i++)
    run->machine[i] = (tw_machine){.part = TW_NO_PART,
                                   .exit_i = TW_NONE,
                                   .target = TW_NONE,
                                   .reserved = TW_NONE,
                                   .mode = TW_NONE,
                                   .from = TW_NONE,
                                   .held = TW_NO_PART,
                                   .next_waiting = TW_NONE,
                                   .state = TWIN_STARVED};
  for (int32_t i = 0; i < run->line->n_body; i++) run->body[i].pending = TW_NONE;
  for (int32_t i = 0; i < run->line->n_worker; i++)
    run->worker[i] = (tw_worker_state){.machine = TW_NONE, .at = TW_NONE};
  for (int32_t i = 0; i < run->line->n_setup; i++)
    run->setup[i] = (tw_setup_state){.key = TW_NONE, .next_key = TW_NONE, .next_waiting = TW_NONE};
  for (int32_t i = 0; i < run->line->n_early; i++)
    run->early[i] = (tw_early){.type = TW_NONE,
                               .load_us = TW_NOT_BEGUN,
                               .process_us = TW_NOT_BEGUN,
                               .unload_us = TW_NOT_BEGUN,
                               .setup_us = TW_NOT_BEGUN};
  const int32_t n_holder = run->line->n_machine + run->line->n_setup;
  for (int32_t i = 0; i < n_holder && run->line->n_group > 0; i++) run->wait[i].group_i = TW_NONE;
}

// A run with a block of n_byte bytes that are not set yet; NULL when memory is short.
static tw_run *new_run(tw_line *line, size_t n_byte) {
  const tw_memory *memory = tw_line_memory(line);
  const size_t n_byte_ahead = ((size_t)line->n_site + 1) * sizeof(tw_ahead);
  tw_run *run = tw_memory_zeroed(memory, 1, sizeof *run);
  if (run == NULL) return NULL;
  run->block = tw_memory_take(memory, n_byte);
  run->ahead = tw_memory_take(memory, n_byte_ahead);
  if (line->n_body > 0) run->physics = tw_physics_new(line);
  if (run->block == NULL || run->ahead == NULL || (line->n_body > 0 && run->physics == NULL)) {
    tw_physics_free(run->physics);
    tw_memory_free(memory, run->block);
    tw_memory_free(memory, run->ahead);
    tw_memory_free(memory, run);
    return NULL;
  }
  memset(run->ahead, 0xff, n_byte_ahead);  // fits no stream
  run->n_byte = run->n_byte_capacity = n_byte;
  run->line = tw_line_ref(line);
  tw_run_wire(run);
  return run;
}

tw_run *tw_run_new(tw_line *line, const tw_run_setup *setup) {
  const uint32_t n_part = line->layout.n_part_at_start;
  tw_run *run = new_run(line, tw_run_bytes(line, n_part));
  if (run == NULL) return NULL;
  memset(run->block, 0, run->n_byte);
  *run->head = (tw_head){.free_part = TW_NO_PART,
                         .n_part_slot = n_part,
                         .first_waiting = TW_NONE,
                         .has_statistics = setup->has_statistics,
                         .replication = setup->replication,
                         .seed = setup->seed,
                         .warmup_us = setup->warmup_us,
                         .horizon_us = setup->horizon_us};
  free_parts(run, 0, n_part);
  for (int32_t i = 0; i < line->n_slot; i++) run->position[i] = UINT32_MAX;
  init_machines(run);
  key_streams(run);
  return run;
}

void tw_run_free(tw_run *run) {
  if (run == NULL) return;
  tw_line *line = run->line;
  const tw_memory *memory = tw_line_memory(line);
  tw_physics_free(run->physics);
  tw_memory_free(memory, run->scratch);
  tw_memory_free(memory, run->ahead);
  tw_memory_free(memory, run->block);
  tw_memory_free(memory, run);
  tw_line_unref(line);
}

// Makes room for a block of n_byte; what is in it stays.
static bool reserve_block(tw_run *run, size_t n_byte) {
  if (n_byte <= run->n_byte_capacity) return true;
  char *block = tw_memory_resize(tw_line_memory(run->line), run->block, n_byte);
  if (block == NULL) return false;
  run->block = block;
  run->n_byte_capacity = n_byte;
  tw_run_wire(run);
  return true;
}

twin_status tw_run_copy(tw_run *dst, const tw_run *src) {
  TW_ASSERT(dst->line == src->line);
  if (dst == src) return TWIN_OK;
  if (!reserve_block(dst, src->n_byte)) return TWIN_ERR_MEMORY;
  memcpy(dst->block, src->block, src->n_byte);
  dst->n_byte = src->n_byte;
  tw_physics_forget(dst->physics);
  dst->feed = src->feed;
  dst->has_new_block = src->has_new_block;
  return TWIN_OK;
}

tw_run *tw_run_fork(const tw_run *run) {
  tw_run *copy = new_run(run->line, run->n_byte);
  if (copy == NULL) return NULL;
  memcpy(copy->block, run->block, run->n_byte);
  copy->feed = run->feed;
  copy->has_new_block = run->has_new_block;
  return copy;
}

void tw_run_reseed(tw_run *run, uint64_t salt) {
  for (int32_t i = 0; i < run->line->n_site; i++)
    run->stream[i].key = tw_hash_word(tw_hash_word(TW_HASH_SEED, run->stream[i].key), salt);
}

bool tw_run_resize(tw_run *run, uint32_t n_part_slot) {
  const uint32_t n = run->head->n_part_slot;
  const size_t n_byte = tw_run_bytes(run->line, n_part_slot);
  if (!reserve_block(run, n_byte)) return false;
  run->n_byte = n_byte;
  tw_carried_move(run, n, n_part_slot);
  if (n_part_slot > n) free_parts(run, n, n_part_slot);
  run->head->n_part_slot = n_part_slot;
  return true;
}

bool tw_run_grow(tw_run *run) {
  const uint32_t n = run->head->n_part_slot;
  const int64_t n_max = run->line->max_parts;
  if ((int64_t)run->head->n_part >= n_max) {
    tw_run_stop(run, TWIN_ERR_MAX_PARTS, TW_NONE,
                "more than max_parts = %lld parts are in the system; a queue grows without end, or "
                "\"run\": {\"max_parts\": ...} is too small",
                (long long)n_max);
    return false;
  }
  int64_t wanted = (int64_t)n * 2;
  if (wanted > n_max) wanted = n_max;
  TW_ASSERT(wanted > n);
  if (!reserve_block(run, tw_run_bytes(run->line, (uint32_t)wanted))) {
    tw_run_stop(run, TWIN_ERR_MEMORY, TW_NONE, "no memory for %lld parts", (long long)wanted);
    return false;
  }
  run->n_byte = tw_run_bytes(run->line, (uint32_t)wanted);
  tw_carried_move(run, n, (uint32_t)wanted);
  free_parts(run, n, (uint32_t)wanted);
  run->head->n_part_slot = (uint32_t)wanted;
  return true;
}

void tw_run_stop(tw_run *run, twin_status status, int32_t place_i, const char *format, ...) {
  if (run->status != TWIN_OK) return;
  run->status = status;
  run->head->poison = status;
  char message[512];
  va_list args;
  va_start(args, format);
  tw_vformat(message, sizeof message, format, args);
  va_end(args);

  tw_text pointer = {.memory = tw_problems_memory(run->problems)};
  if (place_i >= 0 && place_i < run->line->doc.n_place) {
    const tw_def *def = run->line->doc.place[place_i].def;
    tw_node_pointer(def->node, &pointer);
  }
  char when[32];
  tw_problems_add(run->problems,
                  &(tw_problem_text){.status = status,
                                     .code = "E-RUN",
                                     .file = run->line->doc.file,
                                     .pointer = pointer.at},
                  "at %s: %s", tw_duration_text(tw_seconds(run->head->now_us), when), message);
  tw_text_free(&pointer);
}
