// Steps of Dormand and Prince against closed forms: order, tolerance, dense output, continuity,
// where steps fail, and that what the caller holds is the whole state.

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "core/math.h"
#include "core/ode_rk.h"

enum { N_MAX = 12 };

// Everything that an integration is, in one place that can be copied.
typedef struct walk {
  double t_s, y[N_MAX], f[N_MAX];
  tw_rk_control control;
  double c[TW_ODE_N_COEFFICIENT * N_MAX];
  tw_ode_step step;
} walk;

typedef struct model {
  int32_t n;
  void (*rhs)(void *self, double t_s, const double *y, double *dy);
  void (*exact)(double t_s, double *y);  // from exact(0)
} model;

static void rhs_decay(void *self, double t_s, const double *y, double *dy) {
  (void)self, (void)t_s;
  dy[0] = -0.3 * y[0];
}
static void exact_decay(double t_s, double *y) { y[0] = 2 * exp(-0.3 * t_s); }

static void rhs_oscillator(void *self, double t_s, const double *y, double *dy) {
  (void)self, (void)t_s;
  dy[0] = y[1];
  dy[1] = -y[0];
}
static void exact_oscillator(double t_s, double *y) {
  y[0] = sin(t_s);
  y[1] = cos(t_s);
}

static void rhs_logistic(void *self, double t_s, const double *y, double *dy) {
  (void)self, (void)t_s;
  dy[0] = 0.8 * y[0] * (1 - y[0]);
}
static void exact_logistic(double t_s, double *y) { y[0] = 1 / (1 + 9 * exp(-0.8 * t_s)); }

// y' = -y + sin t.
static void rhs_forced(void *self, double t_s, const double *y, double *dy) {
  (void)self;
  dy[0] = -y[0] + sin(t_s);
}
static void exact_forced(double t_s, double *y) {
  y[0] = 1.5 * exp(-t_s) + 0.5 * (sin(t_s) - cos(t_s));
}

// A chain that runs through every count of states: each follows the one before it.
static void rhs_chain(void *self, double t_s, const double *y, double *dy) {
  (void)t_s;
  const int32_t n = *(const int32_t *)self;
  for (int32_t i = 0; i < n; i++) dy[i] = (i > 0 ? y[i - 1] : 1) - y[i];
}

static const model models[] = {{1, rhs_decay, exact_decay},
                               {2, rhs_oscillator, exact_oscillator},
                               {1, rhs_logistic, exact_logistic},
                               {1, rhs_forced, exact_forced}};
enum { N_MODEL = sizeof models / sizeof models[0] };

static double atol_1e_6[N_MAX] = {1e-6, 1e-6, 1e-6, 1e-6, 1e-6, 1e-6,
                                  1e-6, 1e-6, 1e-6, 1e-6, 1e-6, 1e-6};

static tw_ode ode_of(int32_t n, void (*rhs)(void *, double, const double *, double *)) {
  return (tw_ode){.n = n, .rhs = rhs, .rtol = 1e-6, .atol = atol_1e_6};
}

// The walk's y is its start; h_s of 0 asks for a first step.
static void begin(walk *w, const tw_ode *ode, double h_s) {
  double work[TW_RK_WORK * N_MAX];
  w->t_s = 0;
  w->step = (tw_ode_step){.c = w->c};
  ode->rhs(ode->self, 0, w->y, w->f);
  w->control = (tw_rk_control){.h_s = h_s, .error = 1e-4};
  if (h_s == 0) w->control.h_s = tw_rk_first_step_s(ode, 0, w->y, w->f, work);
}

static tw_ode_status advance(walk *w, const tw_ode *ode, double h_max_s) {
  // What lies in work must not matter.
  double work[TW_RK_WORK * N_MAX];
  for (int32_t i = 0; i < TW_RK_WORK * N_MAX; i++) work[i] = NAN;
  w->step.c = w->c;
  const tw_rk_start start = {w->t_s, h_max_s, w->y, w->f, work};
  const tw_ode_status status = tw_rk_step(ode, &start, &w->control, &w->step);
  if (status != TW_ODE_OK) return status;
  w->t_s += w->step.h_s;
  for (int32_t i = 0; i < ode->n; i++) w->y[i] = tw_ode_value(w->c, ode->n, i, 1);
  return status;
}

static void run(walk *w, const tw_ode *ode, double until_s) {
  while (w->t_s < until_s - 1e-9)
    cr_assert_eq(advance(w, ode, until_s - w->t_s), TW_ODE_OK, "at %g s", w->t_s);
}

static double slope(const walk *w, int32_t n, int32_t i, double x) {
  double sum = 0;
  for (int32_t k = TW_ODE_DEGREE; k > 0; k--) sum = sum * x + k * w->c[k * n + i];
  return sum / w->step.h_s;
}

// Greatest error at ends of steps, and inside them, over a walk with steps of one size.
static void walk_fixed(const model *m, double h_s, double *end, double *inside) {
  double loose[N_MAX];
  for (int32_t i = 0; i < N_MAX; i++) loose[i] = 1e9;
  tw_ode ode = ode_of(m->n, m->rhs);
  ode.atol = loose;
  walk w;
  m->exact(0, w.y);
  begin(&w, &ode, 1e9);
  *end = *inside = 0;
  double wanted[N_MAX];
  for (int32_t k = 0, n = (int32_t)(8 / h_s); k < n; k++) {
    cr_assert_eq(advance(&w, &ode, h_s), TW_ODE_OK);
    cr_assert_eq(w.step.h_s, h_s);
    for (double x = 0.125; x < 1; x += 0.125) {
      m->exact(w.step.t_s + x * h_s, wanted);
      *inside = fmax(*inside, fabs(tw_ode_value(w.c, m->n, 0, x) - wanted[0]));
    }
    m->exact(w.t_s, wanted);
    for (int32_t i = 0; i < m->n; i++) *end = fmax(*end, fabs(w.y[i] - wanted[i]));
  }
}

Test(ode_rk, half_the_step_has_a_thirty_second_of_the_error) {
  for (int32_t i = 0; i < N_MODEL; i++) {
    double end_1, end_2, inside_1, inside_2;
    walk_fixed(&models[i], 0.25, &end_1, &inside_1);
    walk_fixed(&models[i], 0.125, &end_2, &inside_2);
    cr_expect(end_1 / end_2 > 27 && end_1 / end_2 < 40, "model %d: %g", i, end_1 / end_2);
    cr_expect(end_2 < 1e-6 && inside_1 / inside_2 > 24, "model %d inside: %g", i,
              inside_1 / inside_2);
  }
}

Test(ode_rk, keeps_the_tolerance_at_ends_and_inside_steps) {
  for (int32_t i = 0; i < N_MODEL; i++) {
    const int32_t n = models[i].n;
    const tw_ode ode = ode_of(n, models[i].rhs);
    walk w;
    double wanted[N_MAX], worst = 0;
    models[i].exact(0, w.y);
    begin(&w, &ode, 0);
    while (w.t_s < 20 - 1e-9) {
      cr_assert_eq(advance(&w, &ode, 20 - w.t_s), TW_ODE_OK);
      for (double x = 0; x <= 1; x += 0.0625) {
        models[i].exact(w.step.t_s + x * w.step.h_s, wanted);
        for (int32_t k = 0; k < n; k++)
          worst = fmax(worst, fabs(tw_ode_value(w.c, n, k, x) - wanted[k]));
      }
    }
    cr_expect(worst < 1e-5, "model %d: %g", i, worst);
    cr_expect(w.control.n_step <= 90, "model %d: %d steps", i, (int)w.control.n_step);
    cr_expect_eq(w.control.n_rhs, 6 * (w.control.n_step + w.control.n_reject));
  }
}

static void rhs_decay_among_others(void *self, double t_s, const double *y, double *dy) {
  for (int32_t i = 1; i < N_MAX; i++) dy[i] = 0;
  rhs_decay(self, t_s, y, dy);
}

Test(ode_rk, a_state_errs_no_more_when_others_stand_still_beside_it) {
  const tw_ode alone = ode_of(1, rhs_decay), among = ode_of(N_MAX, rhs_decay_among_others);
  walk a = {.y = {2}}, b = {.y = {2}};
  begin(&a, &alone, 0.1);
  begin(&b, &among, 0.1);
  run(&a, &alone, 20);
  run(&b, &among, 20);
  cr_expect_eq(a.y[0], b.y[0]);
  cr_expect_eq(a.control.n_step, b.control.n_step);
}

Test(ode_rk, steps_join_in_state_and_slope) {
  const tw_ode ode = ode_of(2, rhs_oscillator);
  walk w = {.y = {0, 1}};
  begin(&w, &ode, 0);
  for (int32_t k = 0; k < 50; k++) {
    double y[2], f[2];
    memcpy(y, w.y, sizeof y);
    memcpy(f, w.f, sizeof f);
    cr_assert_eq(advance(&w, &ode, INFINITY), TW_ODE_OK);
    cr_assert(w.step.degree == 4 && w.step.t_s + w.step.h_s == w.t_s);
    for (int32_t i = 0; i < 2; i++) {
      cr_expect_eq(tw_ode_value(w.c, 2, i, 0), y[i]);
      cr_expect_float_eq(slope(&w, 2, i, 0), f[i], 1e-15);
      cr_expect_float_eq(slope(&w, 2, i, 1), w.f[i], 1e-13);
      cr_expect_eq(w.c[5 * 2 + i], 0);
    }
    // f belongs to the state that the next step starts from, but for the rounding of its sum.
    cr_expect_float_eq(w.f[0], w.y[1], 1e-15);
    cr_expect_float_eq(w.f[1], -w.y[0], 1e-15);
  }
}

Test(ode_rk, goes_on_bit_for_bit_from_a_copy_made_behind_any_step) {
  for (int32_t n = 1; n <= N_MAX; n++) {
    tw_ode ode = ode_of(n, rhs_chain);
    ode.self = &n;
    walk w = {.y = {0.5}}, reference;
    begin(&w, &ode, 0);
    reference = w;
    for (int32_t k = 0; k < 20; k++) cr_assert_eq(advance(&reference, &ode, 1.0), TW_ODE_OK);
    for (int32_t cut = 1; cut < 20; cut++) {
      cr_assert_eq(advance(&w, &ode, 1.0), TW_ODE_OK);
      walk copy;
      memcpy(&copy, &w, sizeof copy);
      for (int32_t k = cut; k < 20; k++) cr_assert_eq(advance(&copy, &ode, 1.0), TW_ODE_OK);
      cr_assert_eq(copy.t_s, reference.t_s);
      cr_assert_eq(copy.control.h_s, reference.control.h_s);
      cr_assert_eq(copy.control.n_rhs, reference.control.n_rhs);
      const size_t size = (size_t)n * sizeof(double);
      cr_assert_eq(memcmp(copy.y, reference.y, size), 0, "%d states, cut %d", n, cut);
      cr_assert_eq(memcmp(copy.f, reference.f, size), 0);
      cr_assert_eq(memcmp(copy.c, reference.c, size * TW_ODE_N_COEFFICIENT), 0);
    }
  }
}

// Copies of one equation behave as one: all counts of states share one arithmetic.
static void rhs_copies(void *self, double t_s, const double *y, double *dy) {
  const int32_t n = *(const int32_t *)self;
  for (int32_t i = 0; i < n; i++) rhs_forced(NULL, t_s, y + i, dy + i);
}

Test(ode_rk, every_count_of_states_gives_the_same_bits) {
  tw_ode one = ode_of(1, rhs_forced);
  walk reference = {.y = {1}};
  begin(&reference, &one, 0.01);
  run(&reference, &one, 10);
  for (int32_t n = 2; n <= N_MAX; n *= 2) {
    tw_ode ode = ode_of(n, rhs_copies);
    ode.self = &n;
    walk w;
    for (int32_t i = 0; i < n; i++) w.y[i] = 1;
    begin(&w, &ode, 0.01);
    run(&w, &ode, 10);
    cr_assert_eq(w.control.n_step, reference.control.n_step);
    for (int32_t i = 0; i < n; i++) cr_assert_eq(w.y[i], reference.y[0], "%d states", n);
  }
}

// y' = -sqrt(y), y = (1 - t/2)^2: defined to t = 2 only.
static void rhs_root(void *self, double t_s, const double *y, double *dy) {
  (void)self, (void)t_s;
  dy[0] = -sqrt(y[0]);
}

Test(ode_rk, halves_steps_that_leave_the_domain) {
  const tw_ode ode = ode_of(1, rhs_root);
  walk w = {.y = {1}};
  begin(&w, &ode, 1000);
  cr_assert_eq(advance(&w, &ode, INFINITY), TW_ODE_OK);
  cr_expect(w.control.n_reject > 5 && w.step.h_s < 2, "%g s", w.step.h_s);
  tw_ode_status status = TW_ODE_OK;
  while (status == TW_ODE_OK) {
    cr_assert_float_eq(w.y[0], (1 - w.t_s / 2) * (1 - w.t_s / 2), 1e-6);
    cr_assert(w.control.n_step < 2000 && w.control.n_rhs < 50000);
    status = advance(&w, &ode, INFINITY);
  }
  cr_expect_eq(status, TW_ODE_TOO_SMALL);
  cr_expect_float_eq(w.t_s, 2, 1e-2);
}

// f is not finite behind t = 1 in one stage only: the second, which has no share in the error.
static void rhs_hole(void *self, double t_s, const double *y, double *dy) {
  const double *hole = self;
  dy[0] = t_s > hole[0] && t_s < hole[1] ? INFINITY : 1;
  if (!isfinite(y[0])) dy[0] = 1;
}

Test(ode_rk, does_not_step_over_a_stage_that_is_not_finite) {
  double hole[2] = {1, 3};  // h = 10 looks at 2, 3, 8, 8.9, 10
  tw_ode ode = ode_of(1, rhs_hole);
  ode.self = hole;
  walk w = {.y = {0}};
  begin(&w, &ode, 10);
  cr_assert_eq(advance(&w, &ode, INFINITY), TW_ODE_OK);
  cr_expect(w.control.n_reject > 0 && w.step.h_s < 10, "%g s", w.step.h_s);
  // The error was 0, but nothing grows behind a rejection.
  cr_expect_eq(w.control.h_s, w.step.h_s);
  // A first step of which Euler's step says nothing is taken from f alone: 100 times that of Euler.
  double work[TW_RK_WORK], y = 0, f = 1;
  hole[0] = 5e-7;
  cr_expect_eq(tw_rk_first_step_s(&ode, 0, &y, &f, work), 100 * 1e-6);
}

Test(ode_rk, says_that_the_start_itself_is_not_finite) {
  const tw_ode ode = ode_of(1, rhs_root);
  const double starts[3] = {-1, NAN, INFINITY};
  for (int32_t i = 0; i < 3; i++) {
    walk w = {.y = {starts[i]}, .c = {7}};
    begin(&w, &ode, 1);
    cr_expect_eq(advance(&w, &ode, INFINITY), TW_ODE_NOT_FINITE);
    cr_expect_eq(w.c[0], 7);
    cr_expect_eq(w.step.h_s, 0);
    cr_expect_eq(w.control.n_step, 0);
    cr_expect_lt(w.control.h_s, 1.0);
  }
}

static void rhs_square(void *self, double t_s, const double *y, double *dy) {
  (void)self, (void)t_s;
  dy[0] = y[0] * y[0];
}

Test(ode_rk, a_blow_up_ends_where_it_is) {
  const tw_ode ode = ode_of(1, rhs_square);
  walk w = {.y = {1}};
  begin(&w, &ode, 0);
  tw_ode_status status = TW_ODE_OK;
  double y = 1, f = 1;
  while (status == TW_ODE_OK && w.control.n_rhs < 100000) {
    y = w.y[0];
    f = w.f[0];
    status = advance(&w, &ode, INFINITY);
  }
  cr_expect_eq(status, TW_ODE_TOO_SMALL);
  cr_expect_float_eq(w.t_s, 1, 1e-4);
  cr_expect(w.y[0] == y && w.f[0] == f && w.control.h_s < 2e-12 && w.control.h_s > 0);
  cr_expect_lt(w.control.n_rhs, 5000);
}

static void rhs_stiff(void *self, double t_s, const double *y, double *dy) {
  (void)self;
  dy[0] = -1000 * (y[0] - cos(t_s));
}

Test(ode_rk, a_stiff_system_costs_steps_but_does_not_fail) {
  const tw_ode ode = ode_of(1, rhs_stiff);
  walk w = {.y = {0}};
  begin(&w, &ode, 0);
  run(&w, &ode, 10);
  cr_expect_float_eq(w.y[0], cos(10) + 1e-3 * sin(10), 1e-5);
  // Stability allows steps of 3.3/1000 s.
  cr_expect(w.control.n_step > 2500 && w.control.n_step < 6000, "%d", (int)w.control.n_step);
}

static void rhs_constant(void *self, double t_s, const double *y, double *dy) {
  (void)y;
  cr_assert(isfinite(t_s));
  dy[0] = *(const double *)self;
}

Test(ode_rk, a_state_that_would_overflow_is_not_stepped_to) {
  double f = 1e307;
  tw_ode ode = ode_of(1, rhs_constant);
  ode.self = &f;
  walk w = {.y = {0}};
  begin(&w, &ode, 1000);
  cr_assert_eq(advance(&w, &ode, INFINITY), TW_ODE_OK);
  cr_expect(isfinite(w.y[0]) && w.y[0] > 1e306, "%g", w.y[0]);
  // Here only the sum overflows, no stage.
  w.y[0] = 1.5e308;
  begin(&w, &ode, 5);
  cr_assert_eq(advance(&w, &ode, INFINITY), TW_ODE_OK);
  cr_expect(isfinite(w.y[0]) && w.step.h_s < 3, "%g", w.y[0]);
}

// What grew tenfold with each step of a ramp has become infinite: its half is as long.
Test(ode_rk, a_length_without_end_is_cut_to_one_that_can_be_halved, .timeout = 20) {
  double f = 1;
  tw_ode ode = ode_of(1, rhs_constant);
  ode.self = &f;
  walk w = {.y = {0}};
  begin(&w, &ode, (double)INFINITY);
  cr_assert_eq(advance(&w, &ode, INFINITY), TW_ODE_OK);
  cr_expect(w.step.h_s == 1e30 && isfinite(w.control.h_s), "%g, then %g", w.step.h_s, w.control.h_s);
  // where the equation has no value behind the start, no step is short enough
  double hole[2] = {0, INFINITY};
  tw_ode end = ode_of(1, rhs_hole);
  end.self = hole;
  walk v = {.y = {0}};
  begin(&v, &end, (double)INFINITY);
  cr_expect_eq(advance(&v, &end, INFINITY), TW_ODE_TOO_SMALL);
}

Test(ode_rk, a_first_step_is_sane_at_any_scale) {
  const double scales[] = {0, 1e-300, 1e-12, 1, 1e12, 1e150, 1e300, -1e300, INFINITY, NAN};
  for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++)
    for (size_t k = 0; k < sizeof scales / sizeof scales[0] - 2; k++) {
      const double atol = 1;
      double f = scales[i], y = scales[k], dy, work[TW_RK_WORK];
      tw_ode ode = ode_of(1, rhs_constant);
      ode.self = &f;
      if ((i + k) % 2 == 0) ode.rtol = 0, ode.atol = &atol;
      ode.rhs(ode.self, 0, &y, &dy);
      for (double t_s = 0; t_s < 1e9; t_s = 1e3 * t_s + 1) {
        const double h_s = tw_rk_first_step_s(&ode, t_s, &y, &dy, work);
        cr_expect(h_s >= 1e-12 && isfinite(h_s) && t_s + h_s > t_s, "f %g y %g t %g: %g", f, y, t_s,
                  h_s);
      }
    }
}

Test(ode_rk, a_state_at_rest_is_walked_in_few_steps) {
  double f = 0;
  tw_ode ode = ode_of(1, rhs_constant);
  ode.self = &f;
  walk w = {.y = {293}};
  begin(&w, &ode, 0);
  run(&w, &ode, 3600);
  cr_expect_eq(w.y[0], 293);
  cr_expect_lt(w.control.n_step, 15);
}

Test(ode_rk, a_first_step_is_of_the_size_of_the_later_ones) {
  for (int32_t i = 0; i < N_MODEL; i++) {
    const tw_ode ode = ode_of(models[i].n, models[i].rhs);
    walk w;
    models[i].exact(0, w.y);
    begin(&w, &ode, 0);
    const double first_s = w.control.h_s;
    for (int32_t k = 0; k < 4; k++) cr_assert_eq(advance(&w, &ode, INFINITY), TW_ODE_OK);
    cr_expect(first_s > w.step.h_s / 200 && first_s < w.step.h_s * 10, "model %d: %g, then %g", i,
              first_s, w.step.h_s);
  }
}

Test(ode_rk, a_greatest_step_is_kept_and_does_not_spoil_the_next_size) {
  const tw_ode ode = ode_of(2, rhs_oscillator);
  walk w = {.y = {0, 1}};
  begin(&w, &ode, 0);
  for (int32_t k = 0; k < 10; k++) cr_assert_eq(advance(&w, &ode, INFINITY), TW_ODE_OK);
  const double natural_s = w.control.h_s, error = w.control.error;
  for (int32_t k = 0; k < 10; k++) {
    cr_assert_eq(advance(&w, &ode, 1e-6), TW_ODE_OK);
    cr_assert_eq(w.step.h_s, 1e-6);
    cr_assert_eq(w.control.h_s, natural_s);
    cr_assert_eq(w.control.error, error);
  }
  cr_assert_eq(advance(&w, &ode, INFINITY), TW_ODE_OK);
  cr_expect_eq(w.step.h_s, natural_s);
  // A planned end nearer than any step that may be tried is reached all the same.
  cr_assert_eq(advance(&w, &ode, 1e-14), TW_ODE_OK);
  cr_expect_eq(w.step.h_s, 1e-14);
}

Test(ode_rk, a_rejected_step_is_not_followed_by_a_larger_one) {
  const tw_ode ode = ode_of(2, rhs_oscillator);
  walk w = {.y = {0, 1}};
  begin(&w, &ode, 50);
  cr_assert_eq(advance(&w, &ode, INFINITY), TW_ODE_OK);
  cr_expect_gt(w.control.n_reject, 0);
  cr_expect_leq(w.control.h_s, w.step.h_s);
  // Later steps grow by at most ten and shrink to no less than a fifth.
  begin(&w, &ode, 1e-9);
  for (int32_t k = 0; k < 40; k++) {
    cr_assert_eq(advance(&w, &ode, INFINITY), TW_ODE_OK);
    const double factor = w.control.h_s / w.step.h_s;
    cr_assert(factor >= 0.2 && factor <= 10 * (1 + 1e-15), "%g", factor);
  }
}
