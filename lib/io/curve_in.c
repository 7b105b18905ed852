// curve_in.c - see curve_in.h. The table is read block by block; the rows of all signals stand mixed in it.

#include "io/curve_in.h"

#include <string.h>

#include "base/assert.h"
#include "base/index.h"
#include "model/signals.h"

enum { BLOCK = 16384, N_KEY = 4, N_VALUE = 4 };
static const char TABLE[] = "curves";
static const char *const key_column[N_KEY] = {"replication", "station", "machine", "signal"};
static const char *const value_column[N_VALUE] = {"time", "value", "slope", "error"};

// What the rows are picked by.
typedef struct row_key {
  int32_t replication, station, machine, signal;
  int32_t other_machine;  // found beside `machine`, which nobody said; 0: none
  int64_t first_row;      // that is wanted
} row_key;

static int32_t find_word(const tw_words *words, const char *text) {
  for (int32_t i = 0; words != NULL && i < words->n; i++)
    if (strcmp(words->at[i], text) == 0) return i;
  return -1;
}

// Numbers of the name's words in this file; false: it has no such signal.
static bool find_signal(const tw_run_reader *reader, const char *signal, row_key *wanted) {
  const tw_words *signals = tw_run_reader_words(reader, TABLE, "signal");
  const tw_signal_name name = tw_signal_name_of(signal);
  wanted->station = find_word(tw_run_reader_words(reader, TABLE, "station"), name.place);
  wanted->machine = name.number;
  wanted->signal = find_word(signals, name.series);
  if (wanted->station >= 0 && wanted->signal >= 0 && name.number >= 0) return true;
  // of a shared model
  wanted->station = -1;
  wanted->machine = 0;
  wanted->signal = find_word(signals, signal);
  return wanted->signal >= 0;
}

// Is this row, keys of N_KEY columns of BLOCK, one that is wanted?
static bool is_wanted(const int32_t *keys, int32_t i, row_key *wanted) {
  if (keys[i] != wanted->replication || keys[BLOCK + i] != wanted->station || keys[3 * BLOCK + i] != wanted->signal)
    return false;
  const int32_t machine = keys[2 * BLOCK + i];
  if (wanted->machine == 0) wanted->machine = machine;
  if (machine == wanted->machine) return true;
  wanted->other_machine = machine;
  return false;
}

// Grows the four arrays to hold n rows each; they lie one behind the other.
static bool reserve(tw_stored_curve *curve, int64_t *capacity, int64_t n) {
  if (n <= *capacity) return true;
  const int64_t more = 2 * n;
  double *memory = tw_memory_take(curve->from, (size_t)more * N_VALUE * sizeof *memory);
  if (memory == NULL) return false;
  for (int32_t c = 0; c < N_VALUE && curve->rows.n > 0; c++)
    memcpy(memory + c * more, curve->memory + c * *capacity, (size_t)curve->rows.n * sizeof *memory);
  tw_memory_free(curve->from, curve->memory);
  curve->memory = memory;
  *capacity = more;
  return true;
}

typedef struct rows_block {
  int32_t keys[N_KEY * BLOCK];
  double values[BLOCK];
  int32_t picked[BLOCK];
} rows_block;

static twin_status read_keys(rows_block *block, const tw_run_reader *reader, int64_t first, int32_t n,
                             twin_problems *problems) {
  twin_status status = TWIN_OK;
  for (int32_t k = 0; k < N_KEY && status == TWIN_OK; k++)
    status = tw_run_reader_read(reader, TABLE, key_column[k], first, n, block->keys + k * BLOCK, problems);
  return status;
}

// Adds what is wanted of one block of rows.
static twin_status add_block(tw_stored_curve *curve, int64_t *capacity, rows_block *block, row_key *key,
                             const tw_run_reader *reader, int64_t first, twin_problems *problems) {
  const int64_t left = tw_run_reader_rows(reader, TABLE) - first;
  const int32_t n = left < BLOCK ? (int32_t)left : BLOCK;
  TW_ASSERT(n > 0);
  twin_status status = read_keys(block, reader, first, n, problems);
  if (status != TWIN_OK) return status;
  int32_t n_picked = 0;
  for (int32_t i = 0; i < n; i++)
    if (is_wanted(block->keys, i, key)) block->picked[n_picked++] = i;
  if (n_picked == 0) return TWIN_OK;
  if (curve->rows.n == 0) key->first_row = first + block->picked[0];
  if (!reserve(curve, capacity, curve->rows.n + n_picked))
    return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a curve");
  for (int32_t c = 0; c < N_VALUE && status == TWIN_OK; c++) {
    status = tw_run_reader_read(reader, TABLE, value_column[c], first, n, block->values, problems);
    double *to = curve->memory + c * *capacity + curve->rows.n;
    for (int32_t i = 0; i < n_picked && status == TWIN_OK; i++) to[i] = block->values[block->picked[i]];
  }
  curve->rows.n += n_picked;
  return status;
}

// The unit that stands in the first row.
static twin_status read_unit(tw_stored_curve *curve, const tw_run_reader *reader, int64_t row, twin_problems *problems) {
  const tw_words *units = tw_run_reader_words(reader, TABLE, "unit");
  int32_t unit = -1;
  const twin_status status = tw_run_reader_read(reader, TABLE, "unit", row, 1, &unit, problems);
  curve->unit = units != NULL && unit >= 0 && unit < units->n ? units->at[unit] : "1";
  return status;
}

static twin_status report_missing(const char *signal, twin_problems *problems) {
  tw_problems_add(problems,
                  &(tw_problem_text){.status = TWIN_ERR_NOT_FOUND,
                                     .code = "E-REF",
                                     .hint = "name it in \"signals\" of the line's \"record\", or record all"},
                  "the run file has no curve of '%s'", signal);
  return TWIN_ERR_NOT_FOUND;
}

twin_status tw_stored_curve_read(tw_stored_curve *curve, const tw_run_reader *reader, int32_t replication,
                                 const char *signal, twin_problems *problems) {
  *curve = (tw_stored_curve){.from = tw_run_reader_memory(reader)};
  row_key wanted = {.replication = replication};
  if (!find_signal(reader, signal, &wanted)) return report_missing(signal, problems);
  rows_block *block = tw_memory_take(curve->from, sizeof *block);
  if (block == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a curve");
  twin_status status = TWIN_OK;
  int64_t capacity = 0;
  const int64_t n = tw_run_reader_rows(reader, TABLE);
  for (int64_t first = 0; first < n && status == TWIN_OK; first += BLOCK)
    status = add_block(curve, &capacity, block, &wanted, reader, first, problems);
  tw_memory_free(curve->from, block);
  if (status == TWIN_OK && wanted.other_machine != 0 && tw_signal_name_of(signal).number == 0)
    status = tw_fail(problems, TWIN_ERR_ARGUMENT, "several machines have '%s'; say which, e.g. with [%d] behind the "
                     "station", signal, (int)wanted.machine);
  if (status == TWIN_OK && curve->rows.n == 0) status = report_missing(signal, problems);
  if (status == TWIN_OK) status = read_unit(curve, reader, wanted.first_row, problems);
  if (status == TWIN_OK)
    curve->rows = (tw_curve_rows){.n = curve->rows.n,
                                  .time_s = curve->memory,
                                  .value = curve->memory + capacity,
                                  .slope = curve->memory + 2 * capacity,
                                  .error = curve->memory + 3 * capacity};
  if (status != TWIN_OK) tw_stored_curve_free(curve);
  return status;
}

void tw_stored_curve_free(tw_stored_curve *curve) {
  tw_memory_free(curve->from, curve->memory);
  *curve = (tw_stored_curve){.from = curve->from};
}
