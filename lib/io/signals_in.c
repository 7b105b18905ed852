// signals_in.c - see signals_in.h. The rows of all signals stand mixed in the table; it is read
// block by block, and the signals met so far are kept in order, so each row costs a look-up by
// halves.

#include "io/signals_in.h"

#include <string.h>

#include "base/assert.h"

enum { BLOCK = 16384, N_KEY = 5 };
static const char TABLE[] = "curves";
static const char *const key_column[N_KEY] = {"replication", "station", "machine", "signal",
                                              "unit"};

typedef struct keys {
  int32_t at[N_KEY][BLOCK];
} keys;

static int compare(const tw_stored_signal *a, const tw_stored_signal *b) {
  if (a->replication != b->replication) return a->replication < b->replication ? -1 : 1;
  if (a->station != b->station) return a->station < b->station ? -1 : 1;
  if (a->machine != b->machine) return a->machine < b->machine ? -1 : 1;
  return a->signal < b->signal ? -1 : a->signal > b->signal;
}

// Where a signal stands, or would.
static int32_t place_of(const tw_stored_signals *list, const tw_stored_signal *signal) {
  int32_t first = 0, past = list->n;
  while (first < past) {
    const int32_t middle = first + (past - first) / 2;
    if (compare(&list->at[middle], signal) < 0)
      first = middle + 1;
    else
      past = middle;
  }
  return first;
}

// Room for one signal more at `i`; false when memory is short.
static bool make_room(tw_stored_signals *list, int32_t i) {
  if (list->n == list->capacity) {
    if (list->capacity > INT32_MAX / 2) return false;
    const int32_t capacity = list->capacity == 0 ? 64 : 2 * list->capacity;
    tw_stored_signal *at = tw_memory_resize(list->memory, list->at, (size_t)capacity * sizeof *at);
    if (at == NULL) return false;
    list->at = at;
    list->capacity = capacity;
  }
  TW_ASSERT(i >= 0 && i <= list->n);
  memmove(&list->at[i + 1], &list->at[i], (size_t)(list->n - i) * sizeof *list->at);
  list->n++;
  return true;
}

static const char *word_of(const tw_words *words, int32_t i) {
  return words != NULL && i >= 0 && i < words->n ? words->at[i] : NULL;
}

static bool add_row(tw_stored_signals *list, const keys *of, int32_t row, const tw_words *units) {
  tw_stored_signal key = {of->at[0][row],
                          of->at[1][row],
                          of->at[2][row],
                          of->at[3][row],
                          word_of(units, of->at[4][row]),
                          1};
  const int32_t i = place_of(list, &key);
  if (i < list->n && compare(&list->at[i], &key) == 0) {
    list->at[i].n_row++;
    return true;
  }
  if (!make_room(list, i)) return false;
  list->at[i] = key;
  return true;
}

static twin_status add_block(tw_stored_signals *list, keys *of, const tw_run_reader *reader,
                             int64_t first, int32_t n, twin_problems *problems) {
  const tw_words *units = tw_run_reader_words(reader, TABLE, "unit");
  twin_status status = TWIN_OK;
  for (int32_t k = 0; k < N_KEY && status == TWIN_OK; k++)
    status = tw_run_reader_read(reader, TABLE, key_column[k], first, n, of->at[k], problems);
  for (int32_t i = 0; i < n && status == TWIN_OK; i++)
    if (word_of(list->signals, of->at[3][i]) != NULL && !add_row(list, of, i, units))
      status = tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a list of signals");
  return status;
}

twin_status tw_stored_signals_read(tw_stored_signals *list, const tw_run_reader *reader,
                                   twin_problems *problems) {
  const int64_t n = tw_run_reader_rows(reader, TABLE);
  if (n < 0)
    return tw_fail(problems, TWIN_ERR_NOT_FOUND,
                   "the file has no table \"%s\"; \"record\" in the line says what is kept", TABLE);
  *list = (tw_stored_signals){.memory = tw_run_reader_memory(reader),
                              .stations = tw_run_reader_words(reader, TABLE, "station"),
                              .signals = tw_run_reader_words(reader, TABLE, "signal")};
  keys *block = tw_memory_take(list->memory, sizeof *block);
  if (block == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a list of signals");
  twin_status status = TWIN_OK;
  for (int64_t first = 0; first < n && status == TWIN_OK; first += BLOCK)
    status = add_block(list, block, reader, first, n - first < BLOCK ? (int32_t)(n - first) : BLOCK,
                       problems);
  tw_memory_free(list->memory, block);
  if (status != TWIN_OK) tw_stored_signals_free(list);
  return status;
}

void tw_stored_signals_free(tw_stored_signals *list) {
  tw_memory_free(list->memory, list->at);
  *list = (tw_stored_signals){.memory = list->memory};
}

void tw_stored_signal_name(const tw_stored_signals *list, int32_t i, tw_text *name) {
  TW_ASSERT(i >= 0 && i < list->n);
  const tw_stored_signal *of = &list->at[i];
  const char *station = word_of(list->stations, of->station);
  if (station != NULL) tw_text_print(name, "%s[%d].", station, (int)of->machine);
  tw_text_add(name, word_of(list->signals, of->signal));
}
