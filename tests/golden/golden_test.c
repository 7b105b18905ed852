// golden_test.c - state hashes of known lines after a fixed time. The same build, C library and seed
// give the same bytes, at -O0 as at -O3; a change of these numbers is a change of results and stands in
// include/twin/CHANGES.md. Hashes are kept by math fingerprint: on a machine whose C library gives
// other digits nothing is compared. TWIN_WRITE=1 writes the ones of this machine.

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/math.h"
#include "support/generate.h"

static const char PATH[] = "tests/golden/hashes.txt";
enum { N_NAME_MAX = 64, N_ENTRY_MAX = 256 };
static const double UNTIL_S = 20000;

typedef struct entry {
  uint64_t fingerprint, hash;
  char name[N_NAME_MAX];
} entry;

static int32_t read_entries(entry *entries) {
  FILE *file = fopen(PATH, "r");
  int32_t n = 0;
  while (file != NULL && n < N_ENTRY_MAX &&
         fscanf(file, "%" SCNx64 " %" SCNx64 " %63s", &entries[n].fingerprint, &entries[n].hash,
                entries[n].name) == 3)
    n++;
  if (file != NULL) fclose(file);
  return n;
}

static void append_entry(const char *name, uint64_t hash) {
  FILE *file = fopen(PATH, "a");
  cr_assert(file != NULL);
  fprintf(file, "%016" PRIx64 " %016" PRIx64 " %s\n", tw_math_fingerprint(), hash, name);
  fclose(file);
}

// Compares one hash with the one that is kept for this machine's mathematics.
static void check(const char *name, uint64_t hash) {
  entry entries[N_ENTRY_MAX];
  const int32_t n = read_entries(entries);
  bool has_machine = false;
  for (int32_t i = 0; i < n; i++) {
    if (entries[i].fingerprint != tw_math_fingerprint()) continue;
    has_machine = true;
    if (strcmp(entries[i].name, name) != 0) continue;
    cr_expect_eq(entries[i].hash, hash, "%s: %016" PRIx64 ", kept is %016" PRIx64, name, hash,
                 entries[i].hash);
    return;
  }
  if (getenv("TWIN_WRITE") != NULL) append_entry(name, hash);
  else if (has_machine) cr_expect_fail("%s has no hash; run this with TWIN_WRITE=1", name);
  else cr_log_warn("no hashes of fingerprint %016" PRIx64 ": nothing compared", tw_math_fingerprint());
}

static void check_line(const char *name, tw_line *line) {
  cr_assert_not_null(line, "%s is refused", name);
  tw_run *run = test_run(line, 42);
  const twin_status status = test_until(run, UNTIL_S);
  cr_expect(status == TWIN_OK || status == TWIN_ERR_DEADLOCK, "%s stopped", name);
  check(name, tw_run_hash(run, true));
  tw_run_free(run);
  tw_line_unref(line);
}

Test(golden, lines_of_the_project_give_the_bytes_they_gave) {
  static const char *const names[] = {"press-shop", "two-machines", "line10"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    char path[N_NAME_MAX];
    snprintf(path, sizeof path, "lines/%s.json", names[i]);
    check_line(names[i], test_line_file(path, NULL));
  }
}

Test(golden, a_line_with_everything_gives_the_bytes_it_gave) {
  check_line("rich", test_line(test_rich_line, NULL));
}

// A machine whose mathematics is another has no golden hashes, but the draws behind them are the same
// functions of (key, n): the count of events of a line without libm is the same everywhere.
Test(golden, a_line_of_whole_seconds_is_the_same_everywhere) {
  tw_line *line = test_line("{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"sources\": {\"s\": "
                            "{\"sequence\": [\"1 p\"], \"repeat\": true}}, \"stations\": {\"a\": {\"type\": "
                            "\"machine\", \"time\": {\"uniform\": {\"min\": \"1 s\", \"max\": \"3 s\"}}}}, "
                            "\"flow\": [[\"s\", \"a\", \"out\"]]}",
                            NULL);
  cr_assert_not_null(line);
  tw_run *run = test_run(line, 42);
  cr_assert_eq(test_until(run, UNTIL_S), TWIN_OK);
  cr_expect_eq(run->head->n_shipped, 9957);
  tw_run_free(run);
  tw_line_unref(line);
}
