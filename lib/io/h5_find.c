// h5_find.c - the rows of one replication in a file of many, without reading the others. In each
// table they stand together, and replications in the order of the table "replications".

#include "io/run_file.h"

#ifdef TW_HAS_HDF5

#include <string.h>

#include "base/assert.h"

static const char REPLICATION[] = "replication";

// Where the table of replications says which rows are whose.
static bool find_columns(const char *table, const char **first, const char **n) {
  static const char *const counted[][3] = {{"events", "first_event", "n_events"},
                                           {"intervals", "first_interval", "n_intervals"},
                                           {"parts", "first_part", "n_parts"},
                                           {"visits", "first_visit", "n_visits"}};
  for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
    if (strcmp(table, counted[i][0]) == 0) {
      *first = counted[i][1];
      *n = counted[i][2];
      return true;
    }
  return false;
}

static twin_status read_number(const tw_run_reader *reader, const char *table, int64_t row,
                               int32_t *number, twin_problems *problems) {
  return tw_run_reader_read(reader, table, REPLICATION, row, 1, number, problems);
}

// First row of [first, end) whose number is at least `number`; numbers do not fall.
static twin_status bisect(const tw_run_reader *reader, const char *table, int64_t number,
                          int64_t *first, int64_t end, twin_problems *problems) {
  while (*first < end) {
    const int64_t middle = *first + (end - *first) / 2;
    int32_t here = 0;
    const twin_status status = read_number(reader, table, middle, &here, problems);
    if (status != TWIN_OK) return status;
    if (here < number)
      *first = middle + 1;
    else
      end = middle;
  }
  return TWIN_OK;
}

// Row of a replication in the table of replications; *row -1: not finished. Numbers of a study rise
// by one; of a host's own order all are looked at.
static twin_status find_row(const tw_run_reader *reader, int32_t replication, int64_t *row,
                            twin_problems *problems) {
  const int64_t n = tw_run_reader_rows(reader, "replications");
  int32_t number[256] = {0};
  *row = -1;
  if (n <= 0) return TWIN_OK;
  twin_status status = read_number(reader, "replications", 0, &number[0], problems);
  const int64_t guess = (int64_t)replication - number[0];
  if (status == TWIN_OK && guess >= 0 && guess < n) {
    status = read_number(reader, "replications", guess, &number[0], problems);
    if (number[0] == replication) *row = guess;
  }
  for (int64_t first = 0; first < n && *row < 0 && status == TWIN_OK; first += 256) {
    const int64_t n_here = n - first < 256 ? n - first : 256;
    status =
        tw_run_reader_read(reader, "replications", REPLICATION, first, n_here, number, problems);
    for (int64_t i = 0; i < n_here && *row < 0 && status == TWIN_OK; i++)
      if (number[i] == replication) *row = first + i;
  }
  return status;
}

static twin_status read_range(const tw_run_reader *reader, const char *table, int64_t row,
                              int64_t *first, int64_t *n, twin_problems *problems) {
  const char *first_column = NULL, *n_column = NULL;
  find_columns(table, &first_column, &n_column);
  int64_t at = 0, count = 0;
  twin_status status =
      tw_run_reader_read(reader, "replications", first_column, row, 1, &at, problems);
  if (status == TWIN_OK)
    status = tw_run_reader_read(reader, "replications", n_column, row, 1, &count, problems);
  if (status != TWIN_OK) return status;
  const int64_t n_row = tw_run_reader_rows(reader, table);
  if (at < 0 || count < 0 || at > n_row || count > n_row - at)
    return tw_fail(problems, TWIN_ERR_FILE, "\"replications\" points at rows that \"%s\" lacks",
                   table);
  *first = at;
  *n = count;
  return TWIN_OK;
}

twin_status tw_run_reader_replication(const tw_run_reader *reader, const char *table,
                                      int32_t replication, int64_t *first, int64_t *n,
                                      twin_problems *problems) {
  TW_ASSERT(first != NULL && n != NULL);
  const char *column[2];
  const int64_t n_row = tw_run_reader_rows(reader, table);
  if (n_row < 0)
    return tw_fail(problems, TWIN_ERR_NOT_FOUND, "the file has no table \"%s\"", table);
  int64_t row = -1, begin = 0;
  twin_status status = find_row(reader, replication, &row, problems);
  if (status != TWIN_OK) return status;
  if (row >= 0 && find_columns(table, &column[0], &column[1]))
    return read_range(reader, table, row, first, n, problems);
  status = bisect(reader, table, replication, &begin, n_row, problems);
  int64_t end = begin;
  if (status == TWIN_OK)
    status = bisect(reader, table, (int64_t)replication + 1, &end, n_row, problems);
  if (status != TWIN_OK) return status;
  if (row < 0 && begin == end)
    return tw_fail(problems, TWIN_ERR_NOT_FOUND, "the file has no replication %d", replication);
  *first = begin;
  *n = end - begin;
  return TWIN_OK;
}

#endif
