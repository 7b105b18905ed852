// A study of a line with kinds from outside: callbacks run in many threads, and every replication
// is the same bytes on any number of them.

#include <criterion/criterion.h>
#include <twin/study.h>

#include "support/outside.h"

enum { REPLICATIONS = 24 };

static const char line_text[] =
    "'parts': {'a': {}, 'b': {}}, 'run': {'horizon': '300 s', 'warmup': '20 s'}, 'sources': {'in': {'sequence': ['1 a', '1 b'], "
    "'repeat': true, 'every': {'exponential': {'mean': '2 s'}}}}, 'buffers': {'q': {'capacity': 3}, 'r': {'capacity': 3}}, "
    "'stations': {'t': {'type': 'rotary', 'positions': 3, 'work': {'exponential': {'mean': '1 s'}}}, 'd': {'type': 'dice', "
    "'time': '1 s'}, 'p': {'type': 'plain', 'time': {'exponential': {'mean': '1 s'}}}}, 'flow': [['in', 'q', 't', 'r', 'd', 'p', "
    "'out'], ['d.side', 'out']]";

Test(outside_thread, replications_are_the_same_on_one_and_on_many_threads) {
  tw_text why = {0};
  tw_line *line = test_outside_line(line_text, test_kinds, &why);
  cr_assert_not_null(line, "%s", why.at);
  uint64_t first[REPLICATIONS];
  double rolls[REPLICATIONS], values[REPLICATIONS];
  uint64_t quantity;
  cr_assert_eq(twin_line_quantity((twin_line *)line, "stations/d/rolls", &quantity, NULL), TWIN_OK);
  for (uint32_t n_thread = 1; n_thread <= 8; n_thread++) {
    twin_study_options options;
    twin_study *study = NULL;
    twin_study_options_init(&options);
    options.n_thread = n_thread;
    options.n_replication = REPLICATIONS;
    cr_assert_eq(twin_study_new(&study, (twin_line *)line, &options, NULL), TWIN_OK);
    cr_assert_eq(twin_study_run(study, NULL), TWIN_OK);
    cr_assert_eq(twin_study_values(study, quantity, values, REPLICATIONS), TWIN_OK);
    for (uint32_t r = 0; r < REPLICATIONS; r++) {
      if (n_thread == 1) {
        first[r] = twin_study_hash(study, r);
        rolls[r] = values[r];
      }
      cr_assert_eq(twin_study_hash(study, r), first[r], "replication %u on %u threads", r,
                   n_thread);
      cr_assert_eq(values[r], rolls[r]);
      cr_assert(r == 0 || first[r] != first[0], "replications differ");
    }
    twin_study_free(study);
  }
  tw_line_unref(line);
  tw_text_free(&why);
}
