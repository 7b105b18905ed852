// People who are short, against closed forms: machine interference with load-only attendance, and a
// crew that comes when N machines wait. Runs are long and seeds fixed; bounds are at least 4
// standard errors, taken from the spread of independent runs.

#include <math.h>

#include "sentences.h"

enum { N_RUN = 16 };

// Mean of a figure over runs with seeds of their own; the bound is 5 standard errors.
static void expect_mean(const char *sections, double until_s, const char *path, double wanted) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert(line != NULL, "%s", why.at != NULL ? why.at : "");
  double sum = 0, sum2 = 0;
  for (uint64_t seed = 1; seed <= N_RUN; seed++) {
    tw_run *run = test_run(line, seed);
    cr_assert_eq(test_until(run, until_s), TWIN_OK);
    const double value = test_value(run, path);
    sum += value;
    sum2 += value * value;
    tw_run_free(run);
  }
  const double mean = sum / N_RUN;
  const double error = sqrt((sum2 - sum * mean) / (N_RUN - 1) / N_RUN);
  cr_expect(fabs(mean - wanted) <= 5 * error, "%s is %.6g with an error of %.2g, not %.6g", path,
            mean, error, wanted);
  cr_expect(error < 0.01 * wanted, "the runs are too short: an error of %.2g of %.6g", error,
            wanted);
  tw_line_unref(line);
}

#define EXPONENTIAL(mean) "{'exponential': {'mean': '" mean "'}}"

// N machines run by themselves for 60 s in the mean and are then unloaded for 20 s by one of R
// people: M/M/R//N with r = 1/3. Machines that are not running: n with weight C(N, n) n!/(R!
// R^(n-R)) r^n.
static double share_running(int n_machine, int n_people) {
  double weight = 1, sum = 0, running = 0;
  for (int n = 0; n <= n_machine; n++) {
    if (n > 0) weight *= (n_machine - n + 1) / 3.0 / (n < n_people ? n : n_people);
    sum += weight;
    running += weight * (n_machine - n);
  }
  return running / sum / n_machine;
}

Test(people, machine_interference_with_one_and_two_operators) {
#define INTERFERENCE(people) \
  "'run': {'warmup': '2000 s'}, 'workers': {'ops': {'count': " people ", 'skills': ['run']}}," \
  "'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE( \
      "A", "'machines': 5, 'time': " EXPONENTIAL("60 s") ", 'unload': {'time': " EXPONENTIAL( \
               "20 s") ", 'needs': ['run']}") "}, 'flow': [['s', 'A', 'out']]"
  expect_mean(INTERFERENCE("1"), 100000, "stations/A/state/processing", share_running(5, 1));
  expect_mean(INTERFERENCE("2"), 100000, "stations/A/state/processing", share_running(5, 2));
}

// M/M/1 with an N-policy: arrivals every 20 s and 10 s of work; the crew comes when 4 wait and goes
// when none is left. In the line: rho / (1 - rho) + (N - 1) / 2 parts.
Test(people, a_crew_that_comes_when_n_wait) {
  expect_mean(
      "'run': {'warmup': '2000 s'}, 'workers': {'ops': {'skills': ['run'], 'call': {'at': 4, 'until': 0}}},"
      "'sources': {'s': {'sequence': ['p'], 'repeat': true, 'every': " EXPONENTIAL(
          "20 s") "}},"
                  "'stations': {" MACHINE("A",
                                          "'machines': 60, 'needs': ['run'], 'time': " EXPONENTIAL(
                                              "10 s")) "}, 'flow': [['s', 'A', 'out']]",
      200000, "line/wip/mean", 1 + 1.5);
}

// Three machines of one station: unloaded at 15, 20, 25, ... s, the last one counted at 1000 s.
Test(people, nobody_walks_within_a_station) {
  const char *sections =
      "'workers': {'ops': {'skills': ['run'], 'walk': '30 s'}}, 'sources': {" ALWAYS("s") "}, 'stations': {" MACHINE(
          "A",
          "'machines': 3, 'time': '10 s', 'unload': {'time': '5 s', 'needs': ['run']}") "}, 'flow': [['s', 'A', 'out']]";
  tw_run *run = run_of(sections, 1000);
  expect_value(run, "workers/ops/walking", 0);
  expect_value(run, "line/shipped", 198);
  tw_run_free(run);
}
