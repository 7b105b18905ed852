// CVODE: known solutions, its polynomials, replay bit for bit, failures, silence. Without SUNDIALS
// all but the last test are skipped.

#include <criterion/criterion.h>
#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/ode_cvode.h"
#include "ode_models.h"

enum { N_MAX = FURNACE_N, MANY_STEPS = 200000 };

static const tw_cvode_method methods[] = {TW_CVODE_BDF, TW_CVODE_ADAMS};

static tw_cvode *make(const tw_ode *ode, tw_cvode_method method) {
  if (tw_cvode_version() == NULL) cr_skip_test("built without SUNDIALS");
  tw_cvode *cvode = NULL;
  cr_assert_eq(tw_cvode_new(&cvode, ode, method), TW_ODE_OK);
  return cvode;
}

// A solver that has begun, its last step, and how the call went.
typedef struct solver_walk {
  tw_cvode *cvode;
  int32_t n;
  tw_ode_status status;
  double h_next_s;
  tw_ode_step step;
  double c[TW_ODE_N_COEFFICIENT * N_MAX];
} solver_walk;

static void begin(solver_walk *walk, tw_cvode *cvode, int32_t n, const double *y, double h_s) {
  *walk = (solver_walk){.cvode = cvode, .n = n};
  walk->step.c = walk->c;
  walk->status = tw_cvode_begin(cvode, y, h_s, INFINITY);
}

static bool step_on(solver_walk *walk) {
  walk->status = tw_cvode_step(walk->cvode, &walk->step, &walk->h_next_s);
  return walk->status == TW_ODE_OK;
}

static double end_of(const solver_walk *walk) { return walk->step.t_s + walk->step.h_s; }

static double value_at(const solver_walk *walk, int32_t i, double x) {
  return tw_ode_value(walk->c, walk->n, i, x);
}

// The derivative by x.
static double slope_at(const solver_walk *walk, int32_t i, double x) {
  double sum = 0;
  for (int32_t k = TW_ODE_DEGREE; k >= 1; k--) sum = sum * x + k * walk->c[k * walk->n + i];
  return sum;
}

// Steps on until the last step holds t_s; fills in y there.
static void walk_to(solver_walk *walk, double t_s, double *y) {
  for (int n = 0; end_of(walk) < t_s; n++) {
    cr_assert(n < MANY_STEPS && step_on(walk), "%s", tw_cvode_message(walk->cvode));
  }
  for (int32_t i = 0; i < walk->n; i++)
    y[i] = value_at(walk, i, (t_s - walk->step.t_s) / walk->step.h_s);
}

static void expect_near(double got, double wanted, double error) {
  cr_expect(fabs(got - wanted) <= error * fabs(wanted), "%.17g, not %.17g", got, wanted);
}

// ---- known solutions ----
static const double robertson_atol[3] = {1e-14, 1e-18, 1e-14};
static const double robertson_start[3] = {1, 0, 0};
static const tw_ode robertson_ode = {.n = 3,
                                     .rhs = robertson,
                                     .jacobian = robertson_jacobian,
                                     .rtol = 1e-10,
                                     .atol = robertson_atol};

Test(ode_cvode, solves_robertsons_reactions_over_five_decades) {
  tw_cvode *cvode = make(&robertson_ode, TW_CVODE_BDF);
  solver_walk walk;
  double y[3];
  begin(&walk, cvode, 3, robertson_start, 1e-5);
  walk_to(&walk, 0.4, y);
  expect_near(y[0], 0.9851721139, 1e-9);
  walk_to(&walk, 40, y);
  expect_near(y[0], 0.7158270687, 1e-8);
  expect_near(y[1], 9.185534765e-06, 1e-8);
  expect_near(y[2], 0.2841637457, 1e-8);
  walk_to(&walk, 4000, y);
  expect_near(y[0], 0.1832022578, 1e-7);
  tw_cvode_free(cvode);
}

Test(ode_cvode, an_instant_is_found_on_the_polynomial) {
  tw_cvode *cvode = make(&robertson_ode, TW_CVODE_BDF);
  solver_walk walk;
  begin(&walk, cvode, 3, robertson_start, 1e-5);
  do cr_assert(step_on(&walk));
  while (value_at(&walk, 2, 1) < 0.01);
  double left = 0, right = 1;
  for (int i = 0; i < 60; i++) {
    const double middle = (left + right) / 2;
    if (value_at(&walk, 2, middle) < 0.01)
      left = middle;
    else
      right = middle;
  }
  cr_assert(left > 0 && right < 1);
  expect_near(walk.step.t_s + right * walk.step.h_s, 0.26401908, 2e-8);
  tw_cvode_free(cvode);
}

// y0 falls, y1 and y2 swing, y3 grows to a limit, y4 follows the clock.
static void closed_forms(void *self, double t_s, const double *y, double *dy) {
  (void)self;
  dy[0] = -y[0];
  dy[1] = y[2];
  dy[2] = -y[1];
  dy[3] = y[3] * (1 - y[3]);
  dy[4] = 3 * t_s * t_s;
}

static const double closed_start[5] = {1, 0, 1, 0.01, 0};

static void closed_values(double t_s, double *y) {
  y[0] = exp(-t_s);
  y[1] = sin(t_s);
  y[2] = cos(t_s);
  y[3] = 1 / (1 + 99 * exp(-t_s));
  y[4] = t_s * t_s * t_s;
}

static const double fine_atol[5] = {1e-13, 1e-13, 1e-13, 1e-13, 1e-13};
static const tw_ode closed_ode = {.n = 5, .rhs = closed_forms, .rtol = 1e-12, .atol = fine_atol};

Test(ode_cvode, follows_closed_forms_by_both_methods) {
  for (int m = 0; m < 2; m++) {
    tw_cvode *cvode = make(&closed_ode, methods[m]);
    solver_walk walk;
    begin(&walk, cvode, 5, closed_start, 1e-8);
    for (double t_s = 0.125; t_s <= 10; t_s += 0.125) {
      double y[5], wanted[5];
      walk_to(&walk, t_s, y);
      closed_values(t_s, wanted);
      for (int i = 0; i < 5; i++)
        cr_expect(fabs(y[i] - wanted[i]) <= 1e-9 * (1 + fabs(wanted[i])), "%d %g: %.17g, not %.17g",
                  i, t_s, y[i], wanted[i]);
    }
    tw_cvode_free(cvode);
  }
}

Test(ode_cvode, with_and_without_a_jacobian_it_is_the_same_solution) {
  tw_ode ode = furnace_ode();
  ode.rtol = 1e-9;
  double y[2][FURNACE_N];
  tw_cvode_counts counts[2];
  for (int i = 0; i < 2; i++) {
    tw_cvode *cvode = make(&ode, TW_CVODE_BDF);
    solver_walk walk;
    begin(&walk, cvode, FURNACE_N, furnace_start_k, 1e-4);
    walk_to(&walk, 1000, y[i]);
    counts[i] = tw_cvode_count(cvode);
    tw_cvode_free(cvode);
    ode.jacobian = NULL;
  }
  for (int i = 0; i < FURNACE_N; i++) expect_near(y[1][i], y[0][i], 1e-7);
  cr_assert(y[0][0] > 400, "the furnace is hot: %g", y[0][0]);
  cr_assert(counts[0].n_jacobian > 0 && counts[1].n_jacobian > 0);
  cr_assert(counts[1].n_rhs >= counts[0].n_rhs + 3 * counts[1].n_jacobian,
            "without a Jacobian f is differed");
}

// ---- polynomials ----
Test(ode_cvode, neighbouring_polynomials_meet_in_the_same_bits) {
  for (int m = 0; m < 2; m++) {
    const tw_ode ode = furnace_ode();
    tw_cvode *cvode = make(&ode, methods[m]);
    solver_walk walk;
    double end[FURNACE_N], end_s = 0;
    memcpy(end, furnace_start_k, sizeof end);
    begin(&walk, cvode, FURNACE_N, furnace_start_k, 1e-4);
    for (int n = 0; n < 300; n++) {
      cr_assert(step_on(&walk));
      cr_assert(walk.step.t_s == end_s && walk.step.h_s > 0);
      for (int i = 0; i < FURNACE_N; i++) {
        const double start = value_at(&walk, i, 0);
        cr_assert(memcmp(&start, &end[i], sizeof start) == 0, "step %d, state %d", n, i);
        end[i] = value_at(&walk, i, 1);
      }
      end_s = end_of(&walk);
    }
    tw_cvode_free(cvode);
  }
}

Test(ode_cvode, polynomials_have_at_most_the_degree_that_they_say) {
  for (int m = 0; m < 2; m++) {
    tw_cvode *cvode = make(&closed_ode, methods[m]);
    solver_walk walk;
    int32_t greatest = 0;
    begin(&walk, cvode, 5, closed_start, 1e-8);
    for (int n = 0; n < 300; n++) {
      cr_assert(step_on(&walk));
      cr_assert(walk.step.degree >= 1 && walk.step.degree <= TW_ODE_DEGREE);
      for (int32_t i = (walk.step.degree + 1) * 5; i < TW_ODE_N_COEFFICIENT * 5; i++)
        cr_assert(walk.c[i] == 0);
      if (walk.step.degree > greatest) greatest = walk.step.degree;
    }
    cr_assert_eq(greatest, TW_ODE_DEGREE);
    tw_cvode_free(cvode);
  }
}

// c[1] is made from the ends, not from CVODE's own derivative: this compares it with f there. Would
// the polynomials of CVODE not run through both ends, the slopes would be wrong by their distance.
Test(ode_cvode, slopes_of_the_polynomial_are_those_of_the_system) {
  for (int m = 0; m < 2; m++) {
    tw_cvode *cvode = make(&closed_ode, methods[m]);
    solver_walk walk;
    begin(&walk, cvode, 5, closed_start, 1e-8);
    while (end_of(&walk) < 8) {
      double y[5], dy[5];
      cr_assert(step_on(&walk));
      for (int i = 0; i < 5; i++) y[i] = value_at(&walk, i, 1);
      closed_forms(NULL, end_of(&walk), y, dy);
      for (int i = 0; i < 5; i++) {
        const double wanted = walk.step.h_s * dy[i];
        cr_assert(fabs(slope_at(&walk, i, 1) - wanted) <= 1e-11 * (1 + fabs(y[i])),
                  "%g: %.17g, not %.17g", end_of(&walk), slope_at(&walk, i, 1), wanted);
      }
    }
    tw_cvode_free(cvode);
  }
}

// Every step of a BDF method keeps linear invariants, so an error that adds up from step to step
// shows.
Test(ode_cvode, ends_of_polynomials_do_not_drift_from_the_solution) {
  tw_ode ode = robertson_ode;
  ode.rtol = 1e-6;
  tw_cvode *cvode = make(&ode, TW_CVODE_BDF);
  solver_walk walk;
  begin(&walk, cvode, 3, robertson_start, 1e-5);
  for (int n = 0; n < 1500; n++) {
    cr_assert(step_on(&walk));
    for (int x = 0; x <= 4; x++) {
      double sum = 0;
      for (int i = 0; i < 3; i++) sum += value_at(&walk, i, x / 4.0);
      cr_assert(fabs(sum - 1) < 1e-13, "step %d: %g", n, sum - 1);
    }
    if (end_of(&walk) > 1e6) break;
  }
  tw_cvode_free(cvode);
}

Test(ode_cvode, first_step_and_longest_step_are_as_asked) {
  for (int m = 0; m < 2; m++) {
    const tw_ode ode = furnace_ode();
    tw_cvode *cvode = make(&ode, methods[m]);
    solver_walk walk;
    begin(&walk, cvode, FURNACE_N, furnace_start_k, 1e-5);
    cr_assert(step_on(&walk));
    cr_assert(walk.step.t_s == 0 && walk.step.h_s == 1e-5);
    walk.status = tw_cvode_begin(cvode, furnace_start_k, 1e-5, 0.002);
    double longest_s = 0;
    for (int n = 0; n < 100; n++) {
      cr_assert(step_on(&walk));
      cr_assert(walk.step.h_s <= 0.002 && walk.h_next_s <= 0.002);
      if (walk.step.h_s > longest_s) longest_s = walk.step.h_s;
    }
    cr_assert(longest_s > 0.0019);
    walk.status = tw_cvode_begin(cvode, furnace_start_k, 1, 1e-5);
    cr_assert(step_on(&walk));
    cr_assert(walk.step.h_s <= 1e-5);
    tw_cvode_free(cvode);
  }
}

Test(ode_cvode, a_furnace_that_is_left_alone_comes_to_rest) {
  const tw_ode ode = furnace_ode();
  tw_cvode *cvode = make(&ode, TW_CVODE_BDF);
  solver_walk walk;
  double y[FURNACE_N], heat_w[FURNACE_N];
  begin(&walk, cvode, FURNACE_N, furnace_start_k, 1e-4);
  walk_to(&walk, 1e12, y);
  furnace(NULL, 0, y, heat_w);
  for (int i = 0; i < FURNACE_N; i++) cr_expect(fabs(heat_w[i]) < 1e-6, "%d: %g", i, heat_w[i]);
  cr_expect(fabs(y[FURNACE_N - 1] - (293 + 5000 / 4.0)) < 1e-3, "%.17g", y[FURNACE_N - 1]);
  for (int n = 0; n < 3000; n++) cr_assert(step_on(&walk), "%s", tw_cvode_message(cvode));
  cr_assert(walk.step.h_s > 1e29 && walk.step.h_s <= 1e30);
  tw_cvode_free(cvode);
}

Test(ode_cvode, says_the_size_that_it_tries_next) {
  tw_cvode *cvode = make(&closed_ode, TW_CVODE_ADAMS);
  solver_walk walk;
  begin(&walk, cvode, 5, closed_start, 1e-8);
  for (int n = 0; n < 50; n++) {
    cr_assert(step_on(&walk));
    const double tried_s = walk.h_next_s;
    const int64_t n_failure = tw_cvode_count(cvode).n_error_failure;
    cr_assert(step_on(&walk));
    if (tw_cvode_count(cvode).n_error_failure == n_failure) cr_assert(walk.step.h_s == tried_s);
  }
  tw_cvode_free(cvode);
}

// ---- replay ----
enum { N_REPLAY = 100 };

typedef struct recorded_step {
  double t_s, h_s, h_next_s, degree;
  double c[TW_ODE_N_COEFFICIENT * FURNACE_N];
} recorded_step;

static void record_step(solver_walk *walk, recorded_step *record) {
  cr_assert(step_on(walk), "%s", tw_cvode_message(walk->cvode));
  record->t_s = walk->step.t_s;
  record->h_s = walk->step.h_s;
  record->h_next_s = walk->h_next_s;
  record->degree = walk->step.degree;
  memcpy(record->c, walk->c, sizeof record->c);
}

static void record_furnace(tw_cvode *cvode, recorded_step record[N_REPLAY]) {
  solver_walk walk;
  begin(&walk, cvode, FURNACE_N, furnace_start_k, 1e-4);
  for (int n = 0; n < N_REPLAY; n++) record_step(&walk, &record[n]);
}

// Leaves all kinds of traces: another start, another order, a step that fails.
static void use_otherwise(tw_cvode *cvode, int n_step) {
  solver_walk walk;
  const double hot_k[FURNACE_N] = {1500, 700, 1200, 900, 500, 300};
  const double bad_k[FURNACE_N] = {1e200, 1e200, 0, 0, 0, 0};
  begin(&walk, cvode, FURNACE_N, hot_k, 50);
  for (int n = 0; n < n_step; n++) cr_assert(step_on(&walk));
  if (n_step % 2 == 0) return;
  begin(&walk, cvode, FURNACE_N, bad_k, 1);
  cr_assert_not(step_on(&walk));
}

static recorded_step first_record[N_REPLAY], second_record[N_REPLAY];

Test(ode_cvode, replays_the_same_bits_whatever_it_did_before) {
  for (int m = 0; m < 4; m++) {
    tw_ode ode = furnace_ode();
    if (m >= 2) ode.jacobian = NULL;
    tw_cvode *cvode = make(&ode, methods[m % 2]), *other = make(&ode, methods[m % 2]);
    record_furnace(cvode, first_record);
    cr_assert(first_record[N_REPLAY - 1].h_s > first_record[0].h_s);
    for (int n_step = 0; n_step < 60; n_step += 11) {
      use_otherwise(cvode, n_step);
      record_furnace(cvode, second_record);
      cr_assert(memcmp(first_record, second_record, sizeof first_record) == 0);
    }
    use_otherwise(other, 7);
    record_furnace(other, second_record);
    cr_assert(memcmp(first_record, second_record, sizeof first_record) == 0);
    tw_cvode_free(cvode);
    tw_cvode_free(other);
  }
}

Test(ode_cvode, two_solvers_in_turn_do_not_disturb_each_other) {
  const tw_ode ode = furnace_ode();
  tw_cvode *one = make(&ode, TW_CVODE_BDF), *other = make(&closed_ode, TW_CVODE_ADAMS);
  record_furnace(one, first_record);
  static recorded_step other_record[N_REPLAY], other_again[N_REPLAY];
  solver_walk first, second;
  begin(&second, other, 5, closed_start, 1e-8);
  for (int n = 0; n < N_REPLAY; n++) record_step(&second, &other_record[n]);
  begin(&first, one, FURNACE_N, furnace_start_k, 1e-4);
  begin(&second, other, 5, closed_start, 1e-8);
  for (int n = 0; n < N_REPLAY; n++) {
    record_step(&first, &second_record[n]);
    record_step(&second, &other_again[n]);
  }
  cr_assert(memcmp(first_record, second_record, sizeof first_record) == 0);
  cr_assert(memcmp(other_record, other_again, sizeof other_record) == 0);
  tw_cvode_free(one);
  tw_cvode_free(other);
}

// ---- counts ----
typedef struct call_counts {
  int64_t n_rhs, n_jacobian;
} call_counts;

static void counted_rhs(void *self, double t_s, const double *y, double *dy) {
  ((call_counts *)self)->n_rhs++;
  robertson(NULL, t_s, y, dy);
}

static void counted_jacobian(void *self, double t_s, const double *y, double *columns) {
  ((call_counts *)self)->n_jacobian++;
  robertson_jacobian(NULL, t_s, y, columns);
}

Test(ode_cvode, counts_its_work_since_it_was_made) {
  call_counts calls = {0};
  tw_ode ode = robertson_ode;
  ode.rhs = counted_rhs;
  ode.jacobian = counted_jacobian;
  ode.self = &calls;
  tw_cvode *cvode = make(&ode, TW_CVODE_BDF);
  solver_walk walk;
  int64_t n_step = 0;
  for (int round = 0; round < 4; round++) {
    begin(&walk, cvode, 3, robertson_start, 1e-5);
    begin(&walk, cvode, 3, robertson_start, 1e-5);  // twice: nothing is counted twice
    for (int n = 0; n < 25 * round; n++, n_step++) cr_assert(step_on(&walk));
    const tw_cvode_counts counts = tw_cvode_count(cvode);
    cr_assert_eq(counts.n_step, n_step);
    cr_assert_eq(counts.n_rhs, calls.n_rhs);
    cr_assert_eq(counts.n_jacobian, calls.n_jacobian);
  }
  cr_assert(calls.n_jacobian > 0);
  tw_cvode_free(cvode);
}

// ---- failures ----
static void square(void *self, double t_s, const double *y, double *dy) {
  (void)self, (void)t_s;
  dy[0] = y[0] * y[0];
}

// Grows by 1 per s and has no derivative above 1.
static void edge(void *self, double t_s, const double *y, double *dy) {
  (void)self, (void)t_s;
  dy[0] = y[0] <= 1 ? 1 : NAN;
}

static void fall(void *self, double t_s, const double *y, double *dy) {
  (void)self, (void)t_s;
  dy[0] = -y[0];
}

static void grow(void *self, double t_s, const double *y, double *dy) {
  (void)self, (void)t_s;
  dy[0] = y[0];
}

// y = 1 / (1 - t), with a place beside the solution that has no derivatives.
static void square_beside_a_gap(void *self, double t_s, const double *y, double *dy) {
  (void)self;
  dy[0] = t_s > 0.55 && y[0] < 1.7 ? NAN : y[0] * y[0];
}

// self: counts calls with a state that is not finite.
static void watched_fall(void *self, double t_s, const double *y, double *dy) {
  (void)t_s;
  if (!isfinite(y[0])) ++*(int *)self;
  dy[0] = -y[0];
}

static void half_jacobian(void *self, double t_s, const double *y, double *columns) {
  (void)self, (void)t_s;
  columns[0] = y[0] > 0.5 ? -1 : NAN;
}

static const double one_atol[1] = {1e-9};
static tw_ode one_state(void (*rhs)(void *, double, const double *, double *)) {
  return (tw_ode){.n = 1, .rhs = rhs, .rtol = 1e-6, .atol = one_atol};
}

static void expect_failure(solver_walk *walk, tw_ode_status status) {
  cr_assert_eq(walk->status, status, "status %d: %s", (int)walk->status,
               tw_cvode_message(walk->cvode));
  cr_assert(tw_cvode_message(walk->cvode)[0] != '\0');
  // it stays failed, and begins anew as if nothing had been
  cr_assert_not(step_on(walk));
  cr_assert_eq(walk->status, status);
  const double y = 0.25;
  begin(walk, walk->cvode, 1, &y, 1e-3);
  cr_assert_eq(walk->status, TW_ODE_OK);
  cr_assert_str_eq(tw_cvode_message(walk->cvode), "");
  cr_assert(step_on(walk));
}

Test(ode_cvode, no_derivative_at_the_start_is_not_finite) {
  for (int m = 0; m < 2; m++) {
    const tw_ode ode = one_state(edge);
    solver_walk walk;
    begin(&walk, make(&ode, methods[m]), 1, (double[]){2}, 1e-3);
    cr_assert_eq(walk.status, TW_ODE_OK);
    cr_assert_not(step_on(&walk));
    expect_failure(&walk, TW_ODE_NOT_FINITE);
    begin(&walk, walk.cvode, 1, (double[]){NAN}, 1e-3);
    expect_failure(&walk, TW_ODE_NOT_FINITE);
    begin(&walk, walk.cvode, 1, (double[]){-INFINITY}, 1e-3);
    expect_failure(&walk, TW_ODE_NOT_FINITE);
    tw_cvode_free(walk.cvode);
  }
}

Test(ode_cvode, steps_are_cut_before_a_place_without_derivatives) {
  for (int m = 0; m < 2; m++) {
    const tw_ode ode = one_state(edge);
    solver_walk walk;
    begin(&walk, make(&ode, methods[m]), 1, (double[]){0}, 0.4);
    int n = 0;
    double end_s = 0;
    for (; step_on(&walk); n++, end_s = end_of(&walk)) cr_assert(n < MANY_STEPS);
    cr_assert(end_s > 0.999 && end_s <= 1, "%.17g", end_s);
    expect_failure(&walk, TW_ODE_NOT_FINITE);
    tw_cvode_free(walk.cvode);
  }
}

Test(ode_cvode, a_jacobian_that_is_not_finite_ends_the_steps) {
  int n_bad_call = 0;
  tw_ode ode = one_state(watched_fall);
  ode.jacobian = half_jacobian;
  ode.self = &n_bad_call;
  solver_walk walk;
  begin(&walk, make(&ode, TW_CVODE_BDF), 1, (double[]){1}, 0.1);
  int n = 0;
  while (step_on(&walk)) cr_assert(n++ < MANY_STEPS);
  cr_assert(n > 0 && walk.status == TW_ODE_NOT_FINITE);
  cr_assert_eq(n_bad_call, 0);
  tw_cvode_free(walk.cvode);
}

Test(ode_cvode, what_blows_up_ends_near_its_pole) {
  for (int m = 0; m < 2; m++) {
    const tw_ode ode = one_state(square);
    solver_walk walk;
    begin(&walk, make(&ode, methods[m]), 1, (double[]){1}, 1e-3);
    int n = 0;
    double end_s = 0;
    for (; step_on(&walk); n++, end_s = end_of(&walk)) cr_assert(n < MANY_STEPS);
    cr_assert(fabs(end_s - 1) < 1e-3, "%.17g", end_s);
    expect_failure(&walk, TW_ODE_TOO_SMALL);
    tw_cvode_free(walk.cvode);
  }
}

Test(ode_cvode, a_gap_that_was_passed_is_not_why_a_later_step_fails) {
  for (int m = 0; m < 2; m++) {
    const tw_ode ode = one_state(square_beside_a_gap);
    solver_walk walk;
    begin(&walk, make(&ode, methods[m]), 1, (double[]){1}, 0.6);
    cr_assert(step_on(&walk));
    cr_assert(end_of(&walk) < 0.3, "the first attempt was cut");
    while (step_on(&walk)) {
    }
    cr_assert_eq(walk.status, TW_ODE_TOO_SMALL);
    tw_cvode_free(walk.cvode);
  }
}

Test(ode_cvode, a_first_step_that_is_far_too_long_is_cut) {
  for (int m = 0; m < 2; m++) {
    const tw_ode ode = one_state(fall);
    solver_walk walk;
    double y;
    begin(&walk, make(&ode, methods[m]), 1, (double[]){1}, 1e6);
    walk_to(&walk, 1, &y);
    expect_near(y, exp(-1), 1e-5);
    tw_cvode_free(walk.cvode);
  }
}

// Above this one malloc has never given so much: the matrix has 2e14 bytes.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
Test(ode_cvode, a_matrix_that_finds_no_room_is_said_and_nothing_is_left) {
  if (tw_cvode_version() == NULL) cr_skip_test("built without SUNDIALS");
  tw_ode ode = one_state(fall);
  ode.n = 5000000;
  double *atol = malloc((size_t)ode.n * sizeof *atol);
  cr_assert_not_null(atol);
  for (int32_t i = 0; i < ode.n; i++) atol[i] = 1;
  ode.atol = atol;
  tw_cvode *cvode = (tw_cvode *)atol;
  cr_assert_eq(tw_cvode_new(&cvode, &ode, TW_CVODE_BDF), TW_ODE_MEMORY);
  cr_assert_null(cvode);
  free(atol);
}
#endif

// ---- silence ----
static void fail_in_all_ways(void) {
  void (*const rhs[])(void *, double, const double *, double *) = {square, edge};
  for (int i = 0; i < 4; i++) {
    const tw_ode ode = one_state(rhs[i / 2]);
    solver_walk walk;
    begin(&walk, make(&ode, methods[i % 2]), 1, (double[]){0.5}, 1e-3);
    while (step_on(&walk)) {
    }
    begin(&walk, walk.cvode, 1, (double[]){i < 2 ? 1e300 : 3}, 1e-3);
    cr_assert_not(step_on(&walk));
    begin(&walk, walk.cvode, 1, (double[]){NAN}, 1e-3);
    cr_assert_not(step_on(&walk));
    tw_cvode_free(walk.cvode);
  }
}

Test(ode_cvode, prints_nothing) {
  if (tw_cvode_version() == NULL) cr_skip_test("built without SUNDIALS");
  char path[500];
  const char *folder = getenv("TWIN_SCRATCH");
  snprintf(path, sizeof path, "%s/cvode-%ld.txt", folder != NULL ? folder : ".", (long)getpid());
  const int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  cr_assert(file >= 0);
  fflush(stdout);
  fflush(stderr);
  const int out = dup(1), err = dup(2);
  dup2(file, 1);
  dup2(file, 2);
  fail_in_all_ways();
  fflush(stdout);
  fflush(stderr);
  dup2(out, 1);
  dup2(err, 2);
  struct stat status;
  cr_assert_eq(fstat(file, &status), 0);
  unlink(path);
  cr_assert_eq(status.st_size, 0);
  close(file);
  close(out);
  close(err);
}

// This failure is told by SUNDIALS, in the host's locale: 1e-9 is too fine for what has grown to
// 1e7.
Test(ode_cvode, numbers_in_messages_have_a_point_under_any_locale) {
  tw_ode ode = one_state(grow);
  ode.rtol = 0;
  solver_walk walk;
  begin(&walk, make(&ode, TW_CVODE_BDF), 1, (double[]){1}, 1e-3);
  if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == NULL) cr_skip_test("no comma locale is installed");
  while (step_on(&walk)) {
  }
  const char *number = strstr(tw_cvode_message(walk.cvode), "t = 15.");
  cr_assert(walk.status == TW_ODE_TOO_SMALL && number != NULL, "%s", tw_cvode_message(walk.cvode));
  cr_assert(number[7] >= '0' && number[7] <= '9', "%s", number);
  tw_cvode_free(walk.cvode);
}

// ---- with and without ----
Test(ode_cvode, says_its_version_when_it_is_there) {
  if (tw_cvode_version() == NULL) cr_skip_test("built without SUNDIALS");
  int major = 0, minor = 0;
  cr_assert_eq(sscanf(tw_cvode_version(), "%d.%d", &major, &minor), 2);
  cr_assert(major >= 6);
  tw_cvode_free(NULL);
}

Test(ode_cvode, says_that_it_is_missing_when_it_is) {
  if (tw_cvode_version() != NULL) cr_skip_test("built with SUNDIALS");
  const tw_ode ode = furnace_ode();
  tw_cvode *cvode = (tw_cvode *)&cvode;
  tw_ode_step step;
  double h_next_s;
  cr_assert_eq(tw_cvode_new(&cvode, &ode, TW_CVODE_BDF), TW_ODE_MISSING);
  cr_assert_null(cvode);
  cr_assert_eq(tw_cvode_begin(cvode, furnace_start_k, 1, 1), TW_ODE_MISSING);
  cr_assert_eq(tw_cvode_step(cvode, &step, &h_next_s), TW_ODE_MISSING);
  cr_assert_eq(tw_cvode_count(cvode).n_step, 0);
  cr_assert_not_null(strstr(tw_cvode_message(cvode), "SUNDIALS"));
  tw_cvode_free(cvode);
}
