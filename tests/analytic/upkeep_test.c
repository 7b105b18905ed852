// Machines that fail and are serviced, against renewal-reward formulas and a Markov chain. Shares are
// averaged over 40 runs with fixed seeds and may be off by 4.5 standard errors, estimated from them.

#include <criterion/criterion.h>

#include <math.h>

#include "support/story.h"

enum { RUNS = 40 };

// Mean of a figure over the runs, and its standard error.
typedef struct estimate {
  double mean, error;
} estimate;

static void estimate_figures(const char *sections, double until_s, const char *const *paths,
                             estimate *out, int n) {
  tw_text why = {0};
  tw_line *line = test_quoted_line(sections, &why);
  cr_assert(line != NULL, "%s", why.at != NULL ? why.at : "");
  double sum[8] = {0}, sum2[8] = {0};
  cr_assert_leq(n, 8);
  for (uint64_t seed = 1; seed <= RUNS; seed++) {
    tw_run *run = test_run(line, seed);
    cr_assert_eq(test_until(run, until_s), TWIN_OK);
    for (int i = 0; i < n; i++) {
      const double value = test_value(run, paths[i]);
      sum[i] += value;
      sum2[i] += value * value;
    }
    tw_run_free(run);
  }
  tw_line_unref(line);
  for (int i = 0; i < n; i++) {
    out[i].mean = sum[i] / RUNS;
    out[i].error = sqrt((sum2[i] / RUNS - out[i].mean * out[i].mean) / (RUNS - 1));
  }
}

static void expect_figures(const char *sections, double until_s, const char *const *paths,
                           const double *wanted, int n) {
  estimate got[8];
  estimate_figures(sections, until_s, paths, got, n);
  for (int i = 0; i < n; i++) {
    cr_expect_leq(fabs(got[i].mean - wanted[i]), 4.5 * got[i].error, "%s: %g, wanted %g, off by %.2g errors",
                  paths[i], got[i].mean, wanted[i], fabs(got[i].mean - wanted[i]) / got[i].error);
    // the bound says something
    cr_expect_lt(4.5 * got[i].error, 0.03 * wanted[i], "%s: the error %g is loose", paths[i],
                 got[i].error);
  }
}

// Survival of a Weibull life of this mean and shape.
static double survival(double mean, double shape, double t) {
  const double scale = mean / tgamma(1 + 1 / shape);
  return exp(-pow(t / scale, shape));
}

// Integral of the survival from 0 to `end` by Simpson's rule: the mean of the smaller of life and age.
static double mean_until(double mean, double shape, double end) {
  enum { N = 2000 };
  double sum = 0;
  for (int i = 0; i <= N; i++) {
    const double weight = i == 0 || i == N ? 1 : i % 2 == 1 ? 4 : 2;
    sum += weight * survival(mean, shape, end * i / N);
  }
  return sum * end / N / 3;
}

static const char *const SHARES[] = {
    "stations/A/state/processing",   "stations/A/state/failed-repair",
    "stations/A/state/planned-maintenance", "stations/A/count/failures/rate",
    "stations/A/count/maintenances"};

#define AGE_REPLACEMENT(clock) \
  "'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'stations': {'A': {'type': 'machine', 'time': '5 d'," \
  " 'failures': {'wear': {'clock': '" clock "', 'mtbf': {'weibull': {'mean': '40 h', 'shape': 2.5}}, 'repair':" \
  " {'exponential': {'mean': '6 h'}}, 'renews': {'service': 1}}}, 'maintenance': {'service': {'trigger': {'every':" \
  " '30 h', 'clock': '" clock "'}, 'at': 'immediate', 'duration': '1 h', 'from': 'end', 'renews': {'wear': 1}}}}}," \
  " 'flow': [['s', 'A', 'out']]"

// A cycle ends with a failure before 30 h of age, or with the service at 30 h:
//   up E[min(L, T)] = integral of R from 0 to T, failed with F(T), serviced with R(T).
static void expect_age_replacement(const char *sections) {
  const double until_s = 200000 * 3600.0;
  const double up = mean_until(40, 2.5, 30), reliability = survival(40, 2.5, 30);
  const double cycle = up + (1 - reliability) * 6 + reliability * 1;
  const double wanted[] = {up / cycle, (1 - reliability) * 6 / cycle, reliability / cycle,
                           (1 - reliability) / cycle / 3600, reliability / cycle * until_s / 3600};
  expect_figures(sections, until_s, SHARES, wanted, 5);
}

Test(upkeep, age_replacement_with_a_processing_clock_is_a_renewal_reward_process) {
  expect_age_replacement(AGE_REPLACEMENT("processing"));
}

// Both clocks stand while the machine is down, because each repair renews both.
Test(upkeep, age_replacement_with_a_calendar_clock_is_the_same) {
  expect_age_replacement(AGE_REPLACEMENT("calendar"));
}

// Block replacement: the service comes every 30 h of work whatever fails meanwhile, and renews. Failures are
// repaired as bad as old, since the exponential rest of a life has no memory: M(T) = T / 40 h of them.
Test(upkeep, what_is_serviced_at_fixed_intervals_of_work_fails_at_its_rate_between) {
  const char *sections =
      "'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'stations': {'A': {'type': 'machine', 'time': '5 d',"
      " 'failures': {'wear': {'clock': 'processing', 'mtbf': {'exponential': {'mean': '40 h'}}, 'repair':"
      " {'exponential': {'mean': '6 h'}}}}, 'maintenance': {'service': {'trigger': {'every': '30 h', 'clock':"
      " 'processing'}, 'at': 'immediate', 'duration': '1 h', 'renews': {'wear': 0.5}}}}},"
      " 'flow': [['s', 'A', 'out']]";
  const double cycle = 30 + 30.0 / 40 * 6 + 1;
  const double wanted[] = {30 / cycle, 30.0 / 40 * 6 / cycle, 1 / cycle};
  expect_figures(sections, 200000 * 3600.0, SHARES, wanted, 3);
}

#define TWO_MODES(clock) \
  "'sources': {'s': {'sequence': ['p'], 'repeat': true}}, 'stations': {'A': {'type': 'machine', 'time': '5 d'," \
  " 'failures': {'a': {'clock': '" clock "', 'mtbf': {'exponential': {'mean': '20 h'}}, 'repair': {'exponential':" \
  " {'mean': '4 h'}}}, 'b': {'clock': '" clock "', 'mtbf': {'exponential': {'mean': '30 h'}}, 'repair':" \
  " {'exponential': {'mean': '3 h'}}}}}}, 'flow': [['s', 'A', 'out']]"

// Processing clocks both stand during either repair: A = 1 / (1 + 4/20 + 3/30).
Test(upkeep, two_modes_with_processing_clocks_add_their_down_times) {
  const double wanted[] = {1 / 1.3, 0.3 / 1.3};
  expect_figures(TWO_MODES("processing"), 200000 * 3600.0, SHARES, wanted, 2);
}

// A calendar clock runs on during the other's repair, and falls due once. States: up, repair of a, of b, and
// each with the other mode waiting. Balance, with the rates a b of failures and p q of repairs:
//   r_a (p + b) = a up + a r_b,  r_b (q + a) = b up + b r_a,  r_ab = b r_a / p,  r_ba = a r_b / q.
Test(upkeep, two_modes_with_calendar_clocks_are_a_markov_chain) {
  const double a = 1 / 20.0, b = 1 / 30.0, p = 1 / 4.0, q = 1 / 3.0;
  // with up = 1: r_a (p + b) - a r_b = a, -b r_a + r_b (q + a) = b
  const double det = (p + b) * (q + a) - a * b;
  const double r_a = (a * (q + a) + a * b) / det, r_b = (b * (p + b) + a * b) / det;
  const double sum = 1 + r_a + r_b + b * r_a / p + a * r_b / q;
  const double wanted[] = {1 / sum, 1 - 1 / sum};
  expect_figures(TWO_MODES("calendar"), 200000 * 3600.0, SHARES, wanted, 2);
}
