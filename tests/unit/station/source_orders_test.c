// Orders of a source: when they are released and due, by durations and by instants of the clock.

#include "analytic/sentences.h"
#include "engine/run.h"
#include "station/source.h"

#define LINE(orders) \
  "'run': {'start': '2026-03-02T06:00:00'}, 'parts': {'a': {}, 'b': {}, 'c': {}}, " \
  "'sources': {'s': {'orders': " orders "}}, 'buffers': {'q': {'capacity': 9}}, " \
  "'stations': {'m': {'type': 'machine', 'time': '100 s'}}, 'flow': [['s', 'q', 'm', 'out']]"

static tw_line *line_of(const char *sections) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert(line != NULL, "%s", why.at != NULL ? why.at : "");
  return line;
}

static const tw_source_param *source_of(const tw_line *line) {
  return line->place[test_place(line, "s")].param;
}

Test(orders, are_released_after_the_start_or_at_an_instant) {
  expect_story(
      LINE("[{'part': 'a', 'release': '2026-03-02T06:00:20'}, {'part': 'b', 'release': '10 s'}, "
           "{'part': 'c', 'quantity': 2}]"),
      30, "create", "0 create s 1; 0 create s 2; 10 create s 3; 20 create s 4");
}

Test(orders, from_before_the_start_come_at_once_the_oldest_first) {
  tw_line *line = line_of(LINE("[{'part': 'a'}, {'part': 'b', 'release': '-1 min'}, {'part': 'c', "
                               "'release': '2026-03-01T06:00:00'}]"));
  const tw_source_param *source = source_of(line);
  static const int32_t type[] = {2, 1, 0};
  for (int i = 0; i < 3; i++) cr_assert_eq(source->batch[i].part_type, type[i]);
  cr_assert_eq(source->batch[1].release_us, -60000000);
  tw_run *run = test_run(line, 1);
  cr_assert_eq(test_until(run, 0), TWIN_OK);
  cr_assert_eq(test_value(run, "sources/s/released"), 3);
  tw_run_free(run);
  tw_line_unref(line);
}

Test(orders, may_be_late_from_the_beginning) {
  tw_line *line =
      line_of(LINE("[{'part': 'a', 'due': '-5 min'}, {'part': 'b', 'due': "
                   "'2026-03-02T05:00:00'}, {'part': 'c', 'due': '100 min'}, {'part': 'c'}]"));
  const tw_source_param *source = source_of(line);
  static const int64_t due_s[] = {-300, -3600, 6000};
  for (int i = 0; i < 3; i++) cr_assert_eq(source->batch[i].due_us, due_s[i] * 1000000);
  cr_assert_eq(source->batch[3].due_us, INT64_MAX, "no due date");
  tw_line_unref(line);
}

Test(orders, released_together_keep_the_order_of_the_file) {
  enum { N = 1000 };
  tw_text text = {0}, whole = {0};
  test_random random = {.seed = 5};
  tw_text_add(&text, "[");
  int32_t release_s[N];
  for (int i = 0; i < N; i++) {
    release_s[i] = test_pick(&random, 7);
    tw_text_print(&text, "%s{'part': 'a', 'quantity': %d, 'release': '%d s'}", i == 0 ? "" : ", ",
                  i + 1, (int)release_s[i]);
  }
  tw_text_add(&text, "]");
  tw_text_print(&whole, LINE("%s"), text.at);
  tw_line *line = line_of(whole.at);
  const tw_source_param *source = source_of(line);
  for (int i = 0; i < N; i++) {
    const int64_t number = source->batch[i].quantity - 1;
    cr_assert_eq(source->batch[i].release_us, release_s[number] * 1000000);
    if (i == 0) continue;
    const tw_batch *before = &source->batch[i - 1], *now = &source->batch[i];
    cr_assert(before->release_us < now->release_us ||
              (before->release_us == now->release_us && before->quantity < now->quantity));
  }
  tw_text_free(&text);
  tw_text_free(&whole);
  tw_line_unref(line);
}
