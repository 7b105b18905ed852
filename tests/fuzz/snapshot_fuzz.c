// snapshot_fuzz.c - damages snapshots of small rich lines, three of them with machine models, mends their checksum and restores them. What
// is refused leaves the run as it was; what is taken back runs for a thousand events, stays valid as
// long as it runs, and ends in a status that has a meaning.
//
// An input chooses a snapshot by its first byte, then names fields of the state tables and new values,
// six bytes each, so that most of what is tried is one lie in an otherwise sound state.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ticks.h"
#include "engine/tables.h"
#include "state/hash.h"
#include "state/ops.h"
#include "state/snapshot.h"
#include "state/validate.h"
#include "support/line_text.h"
#include "support/physics_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { N_LINE = 6, N_BASE = 8, EVENTS_MAX = 1000, EVENTS_PER_CHECK = 100, BYTES_A_CHANGE = 6 };

typedef struct base {
  char *bytes;
  size_t n_byte;
} base;

// The rich line, the one with people, and those with models; and what is restored over and over.
static tw_line *lines[N_LINE], *line;
static tw_run *runs[N_LINE], *run;
static base bases[N_LINE][N_BASE];

static void demand(bool is_so, const char *what, const char *details) {
  if (is_so) return;
  fprintf(stderr, "%s: %s\n", what, details);
  abort();
}

// Where this build lacks cvode, the rich line takes the place of the last one.
static tw_line *make_line(int32_t line_i) {
  if (line_i < 2) return test_line(line_i == 0 ? test_rich_line : test_work_line, NULL);
  if (line_i == 5) return test_line(test_control_line, NULL);
  char *text = line_i == 3 ? test_island_text("exact", "") : test_physics_text(line_i == 2 ? "exact" : "cvode", "");
  tw_line *made = test_line(text, NULL);
  if (made == NULL && line_i == 4) made = test_line(test_rich_line, NULL);
  free(text);
  return made;
}

// States of all kinds: not begun, at the start, in full swing, within a round, grown, with machines that
// the host has taken down, after the last order.
static void make_bases(int32_t line_i) {
  line = lines[line_i] = make_line(line_i);
  demand(line != NULL, "the line", "was refused");
  runs[line_i] = test_run(line, 1);
  for (int32_t i = 0; i < N_BASE; i++) {
    tw_run *from = test_run(line, (uint64_t)i);
    if (i > 0) test_until(from, i == 1 ? 0 : (line_i == 0 ? 17.0 : 31.0) * i * i);
    if (i == 3 || i == 6) {
      int32_t slot;
      do demand(tw_run_step(from, &slot, NULL) == TWIN_OK, "a step", "failed");
      while (tw_run_next_tick(from) != from->head->now_us);
    }
    if (i == 4) demand(tw_run_grow(from), "growing", "failed");
    if (i == 5)
      for (int32_t m = 0; m < line->n_machine; m += 2)
        tw_run_apply(from, (tw_op){.code = TW_OP_machine_down, .argument = {m}}, NULL);
    bases[line_i][i].bytes = test_save(from, &bases[line_i][i].n_byte);
    tw_run_free(from);
  }
}

static uint64_t bits_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

// Numbers that are likely to hurt, beside those near the old one.
static uint64_t new_value(uint8_t how, uint8_t operand, uint64_t old, int64_t now_us) {
  switch (how % 16) {
  case 0: return operand;
  case 1: return (uint64_t)-1 - operand;
  case 2: return old + operand;
  case 3: return old - operand;
  case 4: return old ^ (uint64_t)1 << operand % 64;
  case 5: return (uint64_t)INT64_MAX - operand;
  case 6: return (uint64_t)INT64_MIN + operand;
  case 7: return (uint64_t)now_us + (uint64_t)(int8_t)operand * TW_TICKS_PER_S;
  case 8: return (uint64_t)TW_TICK_MAX - operand;
  case 9: return bits_of((int8_t)operand * 0.125);
  case 10: return bits_of(operand % 2 == 0 ? (double)NAN : (double)INFINITY);
  case 11: return old ^ (uint64_t)1 << 63;
  case 12: return bits_of(ldexp(1, (int8_t)operand * 8));
  default: return old == 0;
  }
}

// Changes one element of one field of one record, found by the tables.
static void change_field(char *block, size_t n_byte, const uint8_t *at) {
  const tw_layout *layout = &line->layout;
  const int32_t section = at[0] % (layout->n_section + 1);
  const bool is_part = section == layout->n_section;
  const tw_state_table *table = is_part ? &tw_part_state_table : layout->table[section];
  const size_t start = is_part ? layout->part_offset : layout->offset[section];
  const size_t n_record = is_part ? (n_byte - start) / sizeof(tw_part) : layout->count[section];
  if (n_record == 0) return;
  const tw_state_field *field = &table->field[at[2] % table->n_field];
  const uint32_t size = tw_state_type_size(field->type);
  const uint32_t element = field->count > 1 ? (uint32_t)at[4] * 31 % field->count : 0;
  char *place = block + start + at[1] % n_record * table->size + field->offset + element * size;
  uint64_t value = 0;
  memcpy(&value, place, size);
  value = new_value(at[3], at[5], value, ((const tw_head *)block)->now_us);
  memcpy(place, &value, size);
}

// A damaged copy, sealed. Byte 1 may cut or lengthen it by whole part records.
static char *damage(const uint8_t *data, size_t n, size_t *n_byte) {
  const base *from = &bases[data[0] / N_BASE % N_LINE][data[0] % N_BASE];
  const size_t more = data[1] % 16 == 15 ? 16 * sizeof(tw_part) : 0;
  *n_byte = from->n_byte + more;
  char *bytes = calloc(1, *n_byte);
  demand(bytes != NULL, "memory", "is short");
  memcpy(bytes, from->bytes, from->n_byte);
  if (data[1] % 16 == 14) *n_byte -= 2 * sizeof(tw_part);
  char *block = bytes + sizeof(tw_snapshot_head);
  const size_t n_block = *n_byte - sizeof(tw_snapshot_head);
  for (size_t i = 2; i + BYTES_A_CHANGE <= n; i += BYTES_A_CHANGE)
    change_field(block, n_block, data + i);
  ((tw_snapshot_head *)bytes)->n_byte = n_block;
  tw_snapshot_seal(bytes);
  return bytes;
}

static bool is_known(twin_status status) {
  return status == TWIN_OK || status == TWIN_END || status == TWIN_ERR_DEADLOCK ||
         status == TWIN_ERR_PROGRESS || status == TWIN_ERR_MAX_PARTS || status == TWIN_ERR_VALUE ||
         status == TWIN_ERR_POISONED || status == TWIN_ERR_MODEL;
}

static void expect_valid(const char *when) {
  char why[200] = "";
  demand(tw_run_is_valid(run, why, sizeof why), when, why);
}

static void run_on(void) {
  twin_status status = TWIN_OK;
  for (int32_t i = 0; i < EVENTS_MAX && status == TWIN_OK; i++) {
    int32_t slot;
    status = tw_run_step(run, &slot, NULL);
    demand(is_known(status), "a step ends", twin_status_text(status));
    if (status == TWIN_OK && i % EVENTS_PER_CHECK == 0) expect_valid("it has become invalid");
  }
  if (status == TWIN_OK) expect_valid("in the end it is invalid");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  for (int32_t i = 0; i < N_LINE && lines[i] == NULL; i++) make_bases(i);
  if (n < 2 || n > 2 + 64 * BYTES_A_CHANGE) return -1;
  line = lines[data[0] / N_BASE % N_LINE];
  run = runs[data[0] / N_BASE % N_LINE];
  size_t n_byte;
  char *bytes = damage(data, n, &n_byte);
  const uint64_t before = tw_run_hash(run, true);
  twin_problems *problems = twin_problems_new();
  const twin_status status = tw_run_restore(run, bytes, n_byte, problems);
  if (status == TWIN_OK) {
    run_on();
  } else {
    demand(status == TWIN_ERR_SNAPSHOT, "refused with", twin_status_text(status));
    demand(twin_problems_count(problems, -1) == 1, "refused", "without a reason");
    demand(tw_run_hash(run, true) == before, "refused", "but the run is another");
  }
  twin_problems_free(problems);
  free(bytes);
  return 0;
}
