// SEMANTICS section 10, randomness: what a draw depends on, and what it does not depend on.

#include "sentences.h"

#include "engine/draw.h"
#include "state/hash.h"

// clang-format off: the lines are laid out by hand

#define SOME(time) "{'exponential': {'mean': '" time "'}}"
#define ARRIVALS "'s': {'sequence': ['p'], 'repeat': true, 'every': " SOME("9 s") "}"
#define STATION_A MACHINE("A", "'time': " SOME("5 s") ", 'machines': 2")

// Draw site of the first machine of A.
static int32_t site_of(const tw_line *line, const char *place, int32_t number,
                       const char *purpose) {
  const int32_t place_i = test_place(line, place);
  return test_site(line, place_i, line->place[place_i].first_machine + number, purpose);
}

// A second line stands beside the first, and before it in the file.
Test(semantics_10, s10_1_an_unconnected_station_leaves_every_other_stream_alone) {
  char *alone = test_told("'sources': {" ARRIVALS "}, 'stations': {" STATION_A "},"
                          "'flow': [['s', 'A', 'out']]", 500, "state/A");
  char *beside = test_told("'sources': {" ALWAYS("t") ", " ARRIVALS "}, 'stations': {"
                           MACHINE("Z", "'time': " SOME("3 s")) ", " STATION_A "},"
                           "'flow': [['t', 'Z', 'out'], ['s', 'A', 'out']]", 500, "state/A");
  cr_expect_str_eq(alone, beside);
  cr_expect_gt(strlen(alone), 1000);
  free(alone);
  free(beside);
}

Test(semantics_10, s10_1_the_key_stream_keeps_draws_across_a_rename) {
  const char *flow = "}, 'flow': [['s', 'B', 'out']]";
  char sections[500];
  tw_line *before = test_quoted_line("'sources': {" ALWAYS("s") "}, 'stations': {" STATION_A
                                     "}, 'flow': [['s', 'A', 'out']]", NULL);
  strcpy(sections, "'sources': {" ALWAYS("s") "}, 'stations': {"
                   MACHINE("B", "'stream': 'A', 'time': " SOME("5 s") ", 'machines': 2"));
  tw_line *after = test_quoted_line(strcat(sections, flow), NULL);
  strcpy(sections, "'sources': {" ALWAYS("s") "}, 'stations': {"
                   MACHINE("B", "'time': " SOME("5 s") ", 'machines': 2"));
  tw_line *other = test_quoted_line(strcat(sections, flow), NULL);
  cr_assert(before != NULL && after != NULL && other != NULL);
  for (int32_t i = 0; i < 2; i++) {
    const uint64_t key = before->site[site_of(before, "A", i, "time")].key;
    cr_expect_eq(after->site[site_of(after, "B", i, "time")].key, key);
    cr_expect_neq(other->site[site_of(other, "B", i, "time")].key, key);
  }
  tw_line_unref(before);
  tw_line_unref(after);
  tw_line_unref(other);
}

// All keys of two stations with two machines and two modes, for two seeds and two replications.
Test(semantics_10, s10_1_streams_are_keyed_by_seed_replication_station_machine_and_purpose) {
#define TWO_MODES \
  "'machines': 2, 'time': " SOME("5 s") ", 'failures': {" \
  "'a': {'clock': 'calendar', 'mtbf': " SOME("9 s") ", 'repair': " SOME("1 s") "}," \
  "'b': {'clock': 'calendar', 'mtbf': " SOME("9 s") ", 'repair': " SOME("1 s") "}}"
  tw_line *line = test_quoted_line(
      "'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE("A", TWO_MODES) ", "
      MACHINE("B", TWO_MODES) "}, 'flow': [['s', 'A', 'B', 'out']]", NULL);
  cr_assert_not_null(line);
  uint64_t keys[256];
  int32_t n = 0;
  for (uint32_t i = 0; i < 4; i++) {
    const tw_run_setup setup = {.seed = 1 + i / 2, .replication = i % 2};
    tw_run *run = tw_run_new(line, &setup);
    for (int32_t k = 0; k < line->n_site && n < 256; k++) keys[n++] = run->stream[k].key;
    tw_run_free(run);
  }
  cr_expect_eq(n, 4 * 2 * 2 * 5, "%d keys", (int)n);
  for (int32_t i = 0; i < n; i++)
    for (int32_t k = 0; k < i; k++) cr_expect_neq(keys[i], keys[k]);
  tw_line_unref(line);
}

// Draws in any order and from another run of the same key are the same numbers.
Test(semantics_10, s10_2_draw_n_of_a_site_is_a_function_of_key_and_n_only) {
  tw_line *line = test_quoted_line("'sources': {" ARRIVALS "}, 'stations': {" STATION_A
                                   "}, 'flow': [['s', 'A', 'out']]", NULL);
  tw_run *fresh = test_run(line, 7), *used = test_run(line, 7);
  const int32_t site_i = site_of(line, "A", 1, "time");
  test_until(used, 1000);
  double forward[10];
  for (int i = 0; i < 10; i++) forward[i] = tw_draw(fresh, site_i, TW_NONE);
  for (uint64_t i = 10; i-- > 0;) {
    used->stream[site_i].n = i;
    cr_expect_eq(tw_draw(used, site_i, TW_NONE), forward[i]);
  }
  tw_run_free(fresh);
  tw_run_free(used);
  tw_line_unref(line);
}

static char *told_with(tw_line *line, const tw_feed *feed) {
  test_story story;
  tw_run *run = test_run(line, 7);
  run->feed = feed;
  test_tell(&story, run, "complete");
  cr_assert_eq(test_until(run, 60), TWIN_OK);
  tw_run_free(run);
  tw_text_add(&story.text, "");
  return story.text.at;
}

Test(semantics_10, s10_2_a_sites_source_may_be_a_recorded_trace_or_a_constant) {
  tw_line *line = test_quoted_line("'sources': {" ALWAYS("s") "}, 'stations': {"
                                   MACHINE("A", "'time': " SOME("5 s")) "},"
                                   "'flow': [['s', 'A', 'out']]", NULL);
  const int32_t site_i = site_of(line, "A", 0, "time");
  tw_run *run = test_run(line, 7);
  double recorded[200];
  for (int i = 0; i < 200; i++) recorded[i] = tw_draw(run, site_i, TW_NONE);
  tw_run_free(run);
  tw_feed *feed = calloc((size_t)line->n_site, sizeof *feed);
  char *streamed = told_with(line, NULL);
  feed[site_i] = (tw_feed){.values = recorded, .n_value = 200};
  char *replayed = told_with(line, feed);
  const double constant = 20;
  feed[site_i] = (tw_feed){.values = &constant, .n_value = 1, .is_constant = true};
  char *regular = told_with(line, feed);
  cr_expect_str_eq(replayed, streamed);
  cr_expect_str_eq(regular, "20 complete A 1; 40 complete A 2; 60 complete A 3");
  free(streamed);
  free(replayed);
  free(regular);
  free(feed);
  tw_line_unref(line);
}

// Replication 3 by itself, and in turns with replication 2.
Test(semantics_10, s10_4_a_replication_is_the_same_alone_or_among_others) {
  tw_line *line = test_line(test_rich_line, NULL);
  tw_run_setup setup = {.seed = 5, .replication = 3, .has_statistics = true};
  tw_run *alone = tw_run_new(line, &setup), *among = tw_run_new(line, &setup);
  setup.replication = 2;
  tw_run *other = tw_run_new(line, &setup);
  for (double time_s = 0; time_s <= 400; time_s += 3) {
    test_until(other, time_s);
    test_until(among, time_s);
  }
  test_until(among, 400);
  test_until(alone, 400);
  cr_expect_eq(tw_run_hash(alone, true), tw_run_hash(among, true));
  cr_expect_neq(tw_run_hash(alone, false), tw_run_hash(other, false));
  tw_run_free(alone);
  tw_run_free(among);
  tw_run_free(other);
  tw_line_unref(line);
}
