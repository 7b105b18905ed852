// difference_test.c - every field of the state tables is seen: a run that differs in one of them from
// a fork of it has another hash and a difference that names the field. This is what finds the first
// divergence of a replay, and what no field may slip through.

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "engine/tables.h"
#include "state/hash.h"
#include "support/line_text.h"

// Where a field of one record lies in a run.
typedef struct spot {
  const tw_state_table *table;
  const tw_state_field *field;
  uint32_t record, offset;  // offset in the block
} spot;

static tw_run *run_of(const char *text, tw_line **line) {
  *line = test_line(text, NULL);
  cr_assert_not_null(*line);
  tw_run *run = test_run(*line, 3);
  test_until(run, 500);
  return run;
}

static tw_run *busy_run(tw_line **line) { return run_of(test_rich_line, line); }

static void expect_difference(const tw_run *run, const spot *at) {
  tw_run *other = tw_run_fork(run);
  other->block[at->offset] ^= 1;
  char name[80];
  snprintf(name, sizeof name, "%s[%u].%s", at->table->name, (unsigned)at->record, at->field->name);
  tw_text text = {0};
  cr_expect(tw_run_difference(run, other, &text), "%s", name);
  cr_expect(text.at != NULL && strncmp(text.at, name, strlen(name)) == 0, "%s: %s", name, text.at);
  const bool is_path = at->field->role == TW_PATH;
  cr_expect_neq(tw_run_hash(run, true), tw_run_hash(other, true), "%s", name);
  cr_expect_eq(tw_run_hash(run, false) != tw_run_hash(other, false), is_path, "%s", name);
  tw_text_free(&text);
  tw_run_free(other);
}

// Tries all fields of a record that are hashed; an array's first and last element.
static void try_record(const tw_run *run, const tw_state_table *table, uint32_t record,
                       uint32_t offset, int32_t *n) {
  for (int32_t f = 0; f < table->n_field; f++) {
    const tw_state_field *field = &table->field[f];
    if (field->role == TW_DERIVED) continue;
    const uint32_t size = tw_state_type_size(field->type), last = (field->count - 1) * size;
    spot at = {.table = table, .field = field, .record = record, .offset = offset + field->offset};
    expect_difference(run, &at);
    at.offset += last;
    expect_difference(run, &at);
    ++*n;
  }
}

static void expect_every_field(const char *text) {
  tw_line *line;
  tw_run *run = run_of(text, &line);
  const tw_layout *layout = &line->layout;
  int32_t n = 0;
  for (int32_t s = 0; s < layout->n_section; s++) {
    const uint32_t last = layout->count[s] - 1;
    if (layout->count[s] == 0) continue;
    try_record(run, layout->table[s], 0, layout->offset[s], &n);
    try_record(run, layout->table[s], last, layout->offset[s] + last * layout->table[s]->size, &n);
  }
  cr_expect_gt(n, 100);
  tw_run_free(run);
  tw_line_unref(line);
}

Test(difference, names_every_field_of_every_table) { expect_every_field(test_rich_line); }

Test(difference, names_every_field_of_the_tables_of_people) { expect_every_field(test_work_line); }

Test(difference, names_every_field_of_a_part) {
  tw_line *line;
  tw_run *run = busy_run(&line);
  uint32_t i = 0;
  while (run->part[i].type == TW_NONE) i++;
  const uint32_t offset = (uint32_t)((char *)&run->part[i] - run->block);
  // a type of -1 would be no part; 0 becomes 1 and the other way round
  cr_assert(run->part[i].type >= 0 && i < run->head->n_part_slot);
  int32_t n = 0;
  try_record(run, &tw_part_state_table, i, offset, &n);
  cr_expect_gt(n, 5);
  tw_run_free(run);
  tw_line_unref(line);
}

Test(difference, names_an_event_that_is_due_at_another_time) {
  tw_line *line;
  tw_run *run = busy_run(&line);
  tw_run *other = tw_run_fork(run);
  const tw_agenda agenda = tw_run_agenda(other);
  const uint32_t slot = tw_agenda_top_slot(&agenda);
  tw_plan(other, (int32_t)slot, tw_agenda_top_tick(&agenda) + 1);
  char name[40];
  snprintf(name, sizeof name, "event[%u].due", (unsigned)slot);
  tw_text text = {0};
  cr_expect(tw_run_difference(run, other, &text));
  cr_expect(text.at != NULL && strncmp(text.at, name, strlen(name)) == 0, "%s: %s", name, text.at);
  cr_expect_neq(tw_run_hash(run, false), tw_run_hash(other, false));
  tw_text_free(&text);
  tw_run_free(other);
  tw_run_free(run);
  tw_line_unref(line);
}

Test(difference, names_a_part_that_only_one_run_has) {
  tw_line *line;
  tw_run *run = busy_run(&line);
  tw_run *other = tw_run_fork(run);
  uint32_t i = 0;
  while (other->part[i].type == TW_NONE) i++;
  other->part[i].type = TW_NONE;
  tw_text text = {0};
  cr_expect(tw_run_difference(run, other, &text));
  cr_expect(text.at != NULL && strstr(text.at, "only in the first") != NULL, "%s", text.at);
  tw_text_free(&text);
  tw_run_free(other);
  tw_run_free(run);
  tw_line_unref(line);
}

Test(difference, finds_none_between_a_run_and_its_fork) {
  tw_line *line;
  tw_run *run = busy_run(&line);
  tw_run *fork = tw_run_fork(run);
  tw_text text = {0};
  cr_expect_not(tw_run_difference(run, fork, &text), "%s", text.at);
  cr_expect_eq(tw_run_hash(run, true), tw_run_hash(fork, true));
  tw_text_free(&text);
  tw_run_free(fork);
  tw_run_free(run);
  tw_line_unref(line);
}

// The heap's order, free part records and marks follow from the rest: two runs that came to the same
// state in other ways are equal.
Test(difference, leaves_out_what_follows_from_the_rest) {
  tw_line *line;
  tw_run *run = busy_run(&line);
  tw_run *other = tw_run_fork(run);
  cr_assert(tw_run_grow(other));
  tw_plan(other, line->wake_slot, other->head->now_us + 1);
  tw_cancel(other, line->wake_slot);
  tw_text text = {0};
  cr_expect_not(tw_run_difference(run, other, &text), "%s", text.at);
  cr_expect_eq(tw_run_hash(run, true), tw_run_hash(other, true));
  tw_text_free(&text);
  tw_run_free(other);
  tw_run_free(run);
  tw_line_unref(line);
}
