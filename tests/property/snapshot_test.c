// snapshot_test.c - what is not exactly a state of the line is refused with TWIN_ERR_SNAPSHOT and a
// reason, and the run is as if nothing had been asked.

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "engine/state_table.h"
#include "state/hash.h"
#include "state/snapshot.h"
#include "state/validate.h"
#include "support/line_text.h"

typedef struct setting {
  tw_line *line;
  tw_run *run;   // that restores
  uint64_t hash; // of it
  char *bytes;   // a good snapshot of another run of the line
  size_t n_byte;
} setting;

static setting set_up(void) {
  setting at = {.line = test_line(test_rich_line, NULL)};
  cr_assert_not_null(at.line);
  tw_run *other = test_run(at.line, 2);
  test_until(other, 300);
  at.bytes = test_save(other, &at.n_byte);
  tw_run_free(other);
  at.run = test_run(at.line, 1);
  test_until(at.run, 100);
  at.hash = tw_run_hash(at.run, true);
  return at;
}

static void tear_down(setting *at) {
  free(at->bytes);
  tw_run_free(at->run);
  tw_line_unref(at->line);
}

// Refused, with a sentence that says `reason`; the run untouched.
static void expect_refused(const setting *at, const void *bytes, size_t n, const char *reason) {
  twin_problems *problems = twin_problems_new();
  const twin_status status = tw_run_restore(at->run, bytes, n, problems);
  cr_expect_eq(status, TWIN_ERR_SNAPSHOT, "%d, wanted: %s", (int)status, reason);
  const char *text = twin_problems_text(problems, 0);
  cr_expect(strstr(text, "the snapshot is refused") != NULL && strstr(text, reason) != NULL,
            "\"%s\", wanted: %s", text, reason);
  cr_expect_eq(tw_run_hash(at->run, true), at->hash, "the run is another");
  twin_problems_free(problems);
}

// Writes into every byte of the block's records that belongs to no field; returns how many there are.
static size_t soil_gaps(tw_run *run) {
  const tw_layout *layout = &run->line->layout;
  size_t n_soiled = 0;
  for (int32_t i = 0; i < layout->n_section; i++) {
    const tw_state_table *table = layout->table[i];
    bool *is_field = calloc(table->size, sizeof *is_field);
    for (int32_t f = 0; f < table->n_field; f++) {
      const tw_state_field *field = &table->field[f];
      const uint32_t n_byte = field->count * tw_state_type_size(field->type);
      for (uint32_t b = 0; b < n_byte; b++) is_field[field->offset + b] = true;
    }
    for (uint32_t b = 0; b < table->size * layout->count[i]; b++) {
      if (is_field[b % table->size]) continue;
      run->block[layout->offset[i] + b] = (char)0xa5;
      n_soiled++;
    }
    free(is_field);
  }
  return n_soiled;
}

Test(snapshot, holds_no_byte_that_is_no_state) {
  setting at = set_up();
  size_t n_byte, n_again;
  char *clean = test_save(at.run, &n_byte);
  cr_assert_gt(soil_gaps(at.run), 0);
  cr_expect_eq(tw_run_hash(at.run, true), at.hash);
  char *again = test_save(at.run, &n_again);
  cr_assert_eq(n_again, n_byte);
  cr_expect_arr_eq(again, clean, n_byte);
  free(again);
  free(clean);
  tear_down(&at);
}

Test(snapshot, of_this_line_is_taken_back) {
  setting at = set_up();
  cr_expect_eq(tw_run_restore(at.run, at.bytes, at.n_byte, NULL), TWIN_OK);
  cr_expect_neq(tw_run_hash(at.run, true), at.hash);
  size_t n_byte;
  char *again = test_save(at.run, &n_byte);
  cr_expect_eq(n_byte, at.n_byte);
  cr_expect_arr_eq(again, at.bytes, n_byte, "saved again it is the same bytes");
  free(again);
  tear_down(&at);
}

Test(snapshot, before_the_start_is_taken_back) {
  setting at = set_up();
  tw_run *fresh = test_run(at.line, 5);
  size_t n_byte;
  void *bytes = test_save(fresh, &n_byte);
  cr_expect_eq(tw_run_restore(at.run, bytes, n_byte, NULL), TWIN_OK);
  test_until(at.run, 200);
  test_until(fresh, 200);
  cr_expect_eq(tw_run_hash(at.run, true), tw_run_hash(fresh, true));
  free(bytes);
  tw_run_free(fresh);
  tear_down(&at);
}

Test(snapshot, before_the_start_of_a_line_with_a_model_without_events_is_taken_back) {
  tw_line *line = test_line("{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"sources\": {\"s\": {\"sequence\": [\"p\"], "
                            "\"repeat\": true}}, \"stations\": {\"m\": {\"type\": \"machine\", \"time\": \"9 s\", \"dynamics\": "
                            "{\"x\": {\"model\": \"equations\", \"states\": {\"y\": 0}, \"equations\": {\"dy/dt\": \"1 1/s\"}}}}},"
                            " \"flow\": [[\"s\", \"m\", \"out\"]]}",
                            NULL);
  cr_assert_not_null(line);
  tw_run *run = test_run(line, 1);
  char why[200] = "";
  cr_expect(tw_run_is_valid(run, why, sizeof why), "%s", why);
  size_t n_byte;
  void *bytes = test_save(run, &n_byte);
  test_until(run, 20);
  cr_expect_eq(tw_run_restore(run, bytes, n_byte, NULL), TWIN_OK);
  free(bytes);
  tw_run_free(run);
  tw_line_unref(line);
}

Test(snapshot, of_another_line_is_refused) {
  setting at = set_up();
  // one machine more, and the same line with a number that is another
  static const char *const changes[][2] = {{"\"count\": 1, \"skills\": [\"mend\"]", "another line"},
                                           {"\"capacity\": 3,", "another line"}};
  for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
    char *text = malloc(strlen(test_rich_line) + 1);
    cr_assert_not_null(text);
    strcpy(text, test_rich_line);
    char *place = strstr(text, changes[i][0]);
    cr_assert_not_null(place);
    *strpbrk(place, "13") = '2';
    tw_text why = {0};
    tw_line *line = test_line(text, &why);
    cr_assert_not_null(line, "%s", why.at);
    tw_run *run = test_run(line, 1);
    size_t n_byte;
    void *bytes = test_save(run, &n_byte);
    expect_refused(&at, bytes, n_byte, changes[i][1]);
    free(bytes);
    free(text);
    tw_run_free(run);
    tw_line_unref(line);
  }
  tear_down(&at);
}

// The same meaning in other words: another text, though the line's hash is the same.
Test(snapshot, of_another_text_is_refused) {
  setting at = set_up();
  tw_text text = {0};
  tw_text_add(&text, test_rich_line);
  tw_text_add(&text, " \n");
  tw_line *line = test_line(text.at, NULL);
  cr_assert_eq(line->hash, at.line->hash);
  tw_run *run = test_run(line, 1);
  size_t n_byte;
  void *bytes = test_save(run, &n_byte);
  expect_refused(&at, bytes, n_byte, "another text");
  free(bytes);
  tw_run_free(run);
  tw_line_unref(line);
  tw_text_free(&text);
  tear_down(&at);
}

Test(snapshot, cut_at_any_length_is_refused) {
  setting at = set_up();
  // every length near both ends and around the head, a sample between; a copy, so that a read behind
  // the end is seen
  for (size_t n = 0; n < at.n_byte; n += n < 400 || n + 200 > at.n_byte ? 1 : 997) {
    char *part = malloc(n > 0 ? n : 1);
    cr_assert_not_null(part);
    memcpy(part, at.bytes, n);
    expect_refused(&at, part, n, n < sizeof(tw_snapshot_head) ? "cut short" : "cut short or too long");
    free(part);
  }
  tear_down(&at);
}

Test(snapshot, with_bytes_behind_it_is_refused) {
  setting at = set_up();
  char *longer = calloc(1, at.n_byte + sizeof(tw_part));
  cr_assert_not_null(longer);
  memcpy(longer, at.bytes, at.n_byte);
  expect_refused(&at, longer, at.n_byte + 1, "cut short or too long");
  expect_refused(&at, longer, at.n_byte + sizeof(tw_part), "cut short or too long");
  free(longer);
  tear_down(&at);
}

Test(snapshot, with_any_byte_flipped_is_refused) {
  setting at = set_up();
  // all of the head, then a sample of the rest
  for (size_t i = 0; i < at.n_byte; i += i < sizeof(tw_snapshot_head) ? 1 : 61) {
    const char mask = (char)(1 << (i % 8));
    at.bytes[i] ^= mask;
    expect_refused(&at, at.bytes, at.n_byte, "it");
    at.bytes[i] ^= mask;
  }
  cr_expect_eq(tw_run_restore(at.run, at.bytes, at.n_byte, NULL), TWIN_OK);
  tear_down(&at);
}

// A head that tells of another line, version or library, with a checksum that fits.
Test(snapshot, with_another_head_is_refused_for_the_right_reason) {
  setting at = set_up();
  const tw_snapshot_head good = *(tw_snapshot_head *)at.bytes;
  tw_snapshot_head *head = (tw_snapshot_head *)at.bytes;
  const struct {
    size_t offset;
    const char *reason;
  } changes[] = {
      {offsetof(tw_snapshot_head, magic), "no snapshot of a run"},
      {offsetof(tw_snapshot_head, version), "another version of the snapshot format"},
      {offsetof(tw_snapshot_head, head_size), "another version of the snapshot format"},
      {offsetof(tw_snapshot_head, line_hash), "another line"},
      {offsetof(tw_snapshot_head, text_hash), "another text"},
      {offsetof(tw_snapshot_head, layout_hash), "laid out otherwise"},
      {offsetof(tw_snapshot_head, n_byte), "cut short or too long"},
  };
  for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
    at.bytes[changes[i].offset] ^= 1;
    if (head->n_byte == good.n_byte) tw_snapshot_seal(at.bytes);
    expect_refused(&at, at.bytes, at.n_byte, changes[i].reason);
    *head = good;
  }
  cr_expect_eq(tw_run_restore(at.run, at.bytes, at.n_byte, NULL), TWIN_OK);
  tear_down(&at);
}

// Another mathematics is no reason to refuse: the state is good, only its future may differ.
Test(snapshot, from_another_mathematics_is_taken) {
  setting at = set_up();
  ((tw_snapshot_head *)at.bytes)->math_fingerprint ^= 1;
  tw_snapshot_seal(at.bytes);
  cr_expect_eq(tw_run_restore(at.run, at.bytes, at.n_byte, NULL), TWIN_OK);
  tear_down(&at);
}

// The start makes no cards and no orders: a run in which some are out cannot be one that has not begun.
Test(snapshot, before_the_start_with_cards_out_or_orders_begun_is_refused) {
  tw_text why = {0};
  tw_line *line = test_line(
      "{\"libtwin\": \"1.0\", \"run\": {\"start\": \"2026-03-02T00:00:00\"}, \"parts\": {\"p\": {}},"
      " \"sources\": {\"s\": {\"orders\": [{\"part\": \"p\", \"quantity\": 3,"
      " \"release\": \"2026-03-02T01:00:00\"}], \"policy\": {\"conwip\": {\"limit\": 5}}}},"
      " \"stations\": {\"A\": {\"type\": \"machine\", \"time\": \"1 s\"}}, \"flow\": [[\"s\", \"A\", \"out\"]]}", &why);
  cr_assert_not_null(line, "%s", why.at);
  cr_assert(line->n_loop > 0 && line->n_order > 0);
  for (int32_t i = 0; i < 3; i++) {
    tw_run *run = test_run(line, 1), *other = test_run(line, 1);
    if (i == 0) run->loop[0].n_out = 5;
    if (i == 1) run->order[0].n_made = 4;
    size_t n_byte;
    void *bytes = test_save(run, &n_byte);
    cr_expect_eq(tw_run_restore(other, bytes, n_byte, NULL), i < 2 ? TWIN_ERR_SNAPSHOT : TWIN_OK);
    free(bytes);
    tw_run_free(run);
    tw_run_free(other);
  }
  tw_line_unref(line);
  tw_text_free(&why);
}
