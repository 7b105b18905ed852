// state_text_test.c - a state that is written as JSON and read back is the same to the bit, and so
// is what comes after it: at random instants, within rounds, of the rich line, of every golden line
// and of random lines. It is read over a run that was somewhere else.

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ticks.h"
#include "engine/tables.h"
#include "io/state_json.h"
#include "state/hash.h"
#include "state/ops.h"
#include "state/recount.h"
#include "support/generate.h"
#include "support/story.h"

enum { N_PLAN = 300, N_CUT = 8, EVENTS_A_CUT = 40, EVENTS_AFTER = 200 };

static void expect_same(const tw_run *run, const tw_run *wanted, const char *when) {
  tw_text text = {0};
  const bool is_other = tw_run_difference(wanted, run, &text);
  cr_assert_not(is_other, "%s: %s", when, text.at);
  cr_assert_eq(tw_run_hash(run, true), tw_run_hash(wanted, true), "%s", when);
  tw_text_free(&text);
}

static void step(tw_run *run, int32_t n) {
  int32_t slot;
  for (int32_t i = 0; i < n; i++)
    if (tw_run_step(run, &slot, NULL) != TWIN_OK) return;
}

// Writes the state of a run and reads it over another run.
static void carry_over(const tw_run *run, tw_run *other, const char *when) {
  tw_text text = {0}, again = {0};
  twin_problems *problems = twin_problems_new();
  cr_assert(tw_state_write(run, &text));
  const twin_status status = tw_state_read(other, text.at, text.n, "state", problems);
  cr_assert_eq(status, TWIN_OK, "%s: %s", when, twin_problems_text(problems, 0));
  expect_same(other, run, when);
  cr_assert(tw_state_write(other, &again));
  cr_assert_str_eq(again.at, text.at, "%s", when);
  twin_problems_free(problems);
  tw_text_free(&text);
  tw_text_free(&again);
}

// A run that is cut again and again; at every cut it goes on from the text, and at last it has come
// to where an undisturbed run comes.
static void cut_line(tw_line *line, const char *name, uint64_t seed) {
  test_random random = {.seed = seed};
  tw_run *wanted = test_run(line, seed), *a = test_run(line, seed), *b = test_run(line, seed + 1);
  step(b, test_pick(&random, 300));
  int32_t n_event = 0;
  for (int32_t i = 0; i < N_CUT; i++) {
    char when[200];
    snprintf(when, sizeof when, "%s, seed %d, after %d events", name, (int)seed, (int)n_event);
    carry_over(a, b, when);
    tw_run *swapped = a;
    a = b;
    b = swapped;
    const int32_t n = 1 + test_pick(&random, EVENTS_A_CUT);
    step(a, n);
    n_event += n;
  }
  step(a, EVENTS_AFTER);
  step(wanted, n_event + EVENTS_AFTER);
  expect_same(a, wanted, name);
  tw_run_free(a);
  tw_run_free(b);
  tw_run_free(wanted);
}

// Short shifts, people for every phase who walk and are called late, setups with steps ahead and
// approval, maintenance of every trigger, spare parts, a common cause.
static const char crewed_line[] =
    "'run': {'start': '2026-03-02T06:00:00', 'warmup': '2 min'},"
    "'defaults': {'calendar': 'short'},"
    "'calendars': {'short': {'shifts': {'a': 'Mon-Sun 06:00-06:10, Mon-Sun 06:12-06:25,"
    " Mon-Sun 06:30-23:00'}, 'breaks': {'b': 'Mon-Sun 06:15-06:17'}}},"
    "'parts': {'p': {'family': 'A'}, 'q': {'family': 'B'}, 'seal': {'supply': {'stock': 3, 'batch': 2,"
    " 'every': '3 min'}}},"
    "'workers': {'op': {'count': 2, 'skills': ['load', 'run'], 'walk': '4 s'},"
    " 'fitter': {'count': 1, 'skills': ['mend', 'set'], 'on_shift_end': 'no-start'},"
    " 'late': {'count': 1, 'skills': ['mend'], 'call': {'at': 2, 'until': 0}}},"
    "'sources': {'in': {'sequence': ['3 p', '2 q'], 'repeat': true, 'every': '9 s'}},"
    "'buffers': {'b1': {'capacity': 5}, 'b2': {'capacity': 4, 'min_stay': '6 s', 'max_stay': '80 s'}},"
    "'stations': {"
    "'m': {'type': 'machine', 'machines': 2, 'time': {'exponential': {'mean': '14 s'}}, 'needs': ['run'],"
    " 'load': {'time': '3 s', 'needs': ['load']}, 'unload': {'time': '2 s', 'needs': ['load']},"
    " 'on_shift_end': 'finish',"
    " 'setup': {'time': '8 s', 'needs': ['set'], 'steps': {'clean': {'time': '2 s'},"
    " 'fetch': {'time': '5 s', 'needs': ['set'], 'while_running': true}},"
    " 'approval': {'parts': 1, 'time': '3 s', 'needs': ['set']}},"
    " 'failures': {'jam': {'clock': 'processing', 'mtbf': {'exponential': {'mean': '90 s'}},"
    " 'repair': '12 s', 'needs': ['mend'], 'spares': {'seal': 1}, 'age': '20 s'}},"
    " 'maintenance': {'oil': {'trigger': {'every': '100 s', 'clock': 'on-shift'}, 'duration': '7 s',"
    " 'needs': ['mend']}, 'grind': {'trigger': {'every': 11, 'clock': 'cycles'}, 'at': 'idle',"
    " 'duration': '4 s'}, 'wash': {'trigger': {'every': '70 s', 'clock': 'calendar'}, 'at': 'immediate',"
    " 'duration': '5 s', 'part': 'restart'}}},"
    "'n': {'type': 'machine', 'time': '7 s', 'on_shift_end': 'no-start', 'failures': {'stop': {"
    "'clock': 'on-shift', 'mtbf': '60 s', 'repair': '20 s', 'needs': ['mend'], 'preempt': true,"
    " 'priority': 2}}}},"
    "'common_causes': {'power': {'stations': ['m', 'n'], 'mtbf': '250 s', 'repair': '9 s'}},"
    "'flow': [['in', 'b1', 'm', 'b2', 'n', 'out'], ['b2.scrap', 'scrap']]";

Test(state_text, of_a_line_with_shifts_people_and_setups_is_read_back_to_the_bit) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(crewed_line, &why);
  cr_assert_not_null(line, "%s", why.at);
  for (uint64_t seed = 1; seed <= 200; seed++) cut_line(line, "the crewed line", seed);
  tw_line_unref(line);
}

Test(state_text, of_the_rich_line_is_read_back_to_the_bit) {
  tw_line *line = test_line(test_rich_line, NULL);
  for (uint64_t seed = 1; seed <= 20; seed++) cut_line(line, "the rich line", seed);
  tw_line_unref(line);
}

static int32_t cut_folder(const char *path) {
  int32_t n_line = 0;
  DIR *folder = opendir(path);
  cr_assert_not_null(folder, "%s", path);
  for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    char file[512];
    if (strstr(entry->d_name, ".json") == NULL || strstr(entry->d_name, ".schema.") != NULL) continue;
    snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
    tw_line *line = test_line_file(file, NULL);
    if (line == NULL) continue;  // it reads tables, which tests of lines do not
    for (uint64_t seed = 1; seed <= 3; seed++) cut_line(line, entry->d_name, seed);
    tw_line_unref(line);
    n_line++;
  }
  closedir(folder);
  return n_line;
}

Test(state_text, of_every_line_there_is_is_read_back_to_the_bit) {
  cr_expect(cut_folder("tests/golden/lines") > 3);
  cr_expect(cut_folder("tests/lines/good") > 3);
  cr_expect(cut_folder("tests/lines/whole/good") > 2);
  cr_expect(cut_folder("lines") > 2);
}

Test(state_text, of_random_lines_is_read_back_to_the_bit, .timeout = 300) {
  int32_t n_line = 0;
  for (uint64_t seed = 1; seed <= N_PLAN; seed++) {
    char name[64];
    tw_line *line = test_seed_line(seed);
    snprintf(name, sizeof name, "plan %d", (int)seed);
    if (line != NULL) cut_line(line, name, seed);
    n_line += line != NULL;
    tw_line_unref(line);
  }
  cr_expect(n_line > N_PLAN / 3);
}

// What the recount does not know of would be lost in a text: a derived field that is set to
// nonsense comes back. Those of the agenda and of the list of free records have ways of their own;
// which machines must look at themselves, and how much has happened on a tick, no state tells.
static bool is_made_elsewhere(const char *table, const char *field) {
  static const char *const others[] = {"head.free_part", "head.n_part_slot", "head.n_pending",
                                       "head.n_on_tick", "place.n_start"};
  char path[100];
  if (strcmp(table, "heap") == 0 || strcmp(table, "position") == 0 || strcmp(table, "mark") == 0)
    return true;
  snprintf(path, sizeof path, "%s.%s", table, field);
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
    if (strcmp(path, others[i]) == 0) return true;
  return false;
}

static void check_recount(tw_line *line) {
  const tw_layout *layout = &line->layout;
  for (int32_t cut = 0; cut < 40; cut++) {
    tw_run *run = test_run(line, (uint64_t)cut), *copy;
    test_until(run, 1 + 11.5 * cut);
    copy = tw_run_fork(run);
    for (int32_t s = 0; s < layout->n_section; s++)
      for (int32_t f = 0; f < layout->table[s]->n_field; f++) {
        const tw_state_field *field = &layout->table[s]->field[f];
        if (!tw_is_recounted(line, s, field)) continue;
        if (is_made_elsewhere(layout->table[s]->name, field->name)) continue;
        for (uint32_t i = 0; i < layout->count[s]; i++)
          memset(copy->block + layout->offset[s] + i * layout->table[s]->size + field->offset, 0xee,
                 tw_state_type_size(field->type) * field->count);
      }
    tw_run_recount(copy);
    for (int32_t s = 0; s < layout->n_section; s++)
      for (int32_t f = 0; f < layout->table[s]->n_field; f++) {
        const tw_state_field *field = &layout->table[s]->field[f];
        if (field->role != TW_DERIVED || is_made_elsewhere(layout->table[s]->name, field->name))
          continue;
        for (uint32_t i = 0; i < layout->count[s]; i++) {
          const size_t at = layout->offset[s] + i * layout->table[s]->size + field->offset;
          cr_assert_eq(tw_state_get(run->block + at, field->type),
                       tw_state_get(copy->block + at, field->type), "%s[%u].%s",
                       layout->table[s]->name, (unsigned)i, field->name);
        }
      }
    tw_run_free(copy);
    tw_run_free(run);
  }
}

Test(state_text, every_derived_field_is_recounted_or_written) {
  tw_line *rich = test_line(test_rich_line, NULL), *crewed = test_quoted_line(crewed_line, NULL);
  check_recount(rich);
  check_recount(crewed);
  tw_line_unref(rich);
  tw_line_unref(crewed);
}
