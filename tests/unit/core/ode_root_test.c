// Crossings of polynomials and functions: against known roots, against dense sampling, at the ends
// of steps, and the short excursions of a slow oscillation that other solvers miss.

#include <criterion/criterion.h>
#include <math.h>

#include "core/ode_rk.h"
#include "core/ode_root.h"
#include "core/stream.h"

enum { N = TW_ODE_N_COEFFICIENT };

static bool is_above(double g, bool is_zero_up) { return is_zero_up ? g >= 0 : g > 0; }

static double value_at(const double *c, double x) { return tw_ode_value(c, 1, 0, x); }

static double uniform(tw_stream *stream) {
  tw_dice dice = tw_stream_next(stream);
  return tw_dice_uniform(&dice);
}

static void multiply(double *c, double root) {
  for (int32_t k = N - 1; k >= 0; k--) c[k] = (k > 0 ? c[k - 1] : 0) - root * c[k];
}

// A crossing is a bracket of two sides, narrow, behind `from`.
static void check(const double *c, double from, bool is_zero_up, double width,
                  const tw_crossing *found) {
  cr_assert(found->left >= from && found->left < found->right && found->right <= 1);
  cr_assert(found->right - found->left <= width, "%g wide", found->right - found->left);
  cr_assert_eq(is_above(value_at(c, found->left), is_zero_up), !found->is_up);
  cr_assert_eq(is_above(value_at(c, found->right), is_zero_up), found->is_up);
}

enum { N_FOUND_MAX = 32 };

// All crossings behind `from`, each checked.
static int32_t find_all(const double *c, double from, bool is_zero_up, tw_crossing *found) {
  int32_t n = 0;
  while (tw_root_of_polynomial(c, from, is_zero_up, 1e-10, &found[n])) {
    check(c, from, is_zero_up, 1e-10, &found[n]);
    from = found[n++].right;
    cr_assert(n < N_FOUND_MAX);
  }
  return n;
}

// Roots at least 1/100 apart and as far from 0 and 1. Returns how many there are; sorted.
static int32_t draw_roots(tw_stream *stream, double *roots) {
  const int32_t n = 1 + (int32_t)(uniform(stream) * 4.999);
  for (int32_t k = 0; k < n;) {
    const double root = 1.6 * uniform(stream) - 0.3;
    bool is_far = fabs(root) > 0.01 && fabs(root - 1) > 0.01;
    for (int32_t j = 0; j < k; j++) is_far = is_far && fabs(root - roots[j]) > 0.01;
    if (!is_far) continue;
    int32_t j = k++;
    for (; j > 0 && roots[j - 1] > root; j--) roots[j] = roots[j - 1];
    roots[j] = root;
  }
  return n;
}

Test(ode_root, all_known_roots_are_found_in_order) {
  tw_stream stream = {.key = 11};
  int32_t n_checked = 0;
  for (int32_t i = 0; i < 20000; i++) {
    double c[N] = {uniform(&stream) < 0.5 ? -3 : 0.01}, roots[5];
    const int32_t n_root = draw_roots(&stream, roots);
    for (int32_t k = 0; k < n_root; k++) multiply(c, roots[k]);
    const bool is_zero_up = i % 2 == 0;
    const double from = i % 3 == 0 ? 0.4 * uniform(&stream) : 0;
    tw_crossing found[N_FOUND_MAX];
    const int32_t n_found = find_all(c, from, is_zero_up, found);
    int32_t n = 0;
    for (int32_t k = 0; k < n_root; k++) {
      if (roots[k] <= from || roots[k] > 1) continue;
      cr_assert(n < n_found, "case %d: root %g is missed", i, roots[k]);
      cr_assert_float_eq(found[n].right, roots[k], 1e-6, "case %d", i);
      n++;
    }
    cr_assert_eq(n, n_found, "case %d: %d crossings, not %d", i, n_found, n);
    n_checked += n;
  }
  cr_assert_gt(n_checked, 20000);
}

Test(ode_root, crossings_explain_the_side_of_every_sample) {
  tw_stream stream = {.key = 12};
  int32_t n_crossing = 0;
  for (int32_t i = 0; i < 4000; i++) {
    // Wild coefficients around a mean of 0, such that some cross several times.
    double c[N], mean = 0;
    for (int32_t k = 1; k < N; k++) {
      c[k] = (uniform(&stream) - 0.5) * (double)(1 << (2 * k));
      mean += c[k] / (k + 1);
    }
    c[0] = -mean * (0.5 + uniform(&stream));
    const bool is_zero_up = i % 2 == 0;
    const double from = i % 4 == 0 ? 0.5 * uniform(&stream) : 0;
    tw_crossing found[N_FOUND_MAX];
    const int32_t n = find_all(c, from, is_zero_up, found);
    n_crossing += n;
    const bool is_up = is_above(value_at(c, from), is_zero_up);
    for (int32_t k = 0, passed = 0; k <= 1000; k++) {
      const double x = from + (1 - from) * k / 1000;
      while (passed < n && found[passed].right <= x) passed++;
      if (passed < n && found[passed].left < x) continue;
      cr_assert_eq(is_above(value_at(c, x), is_zero_up), is_up != (passed % 2 == 1),
                   "case %d at %g, behind %d of %d crossings", i, x, passed, n);
    }
  }
  cr_assert_gt(n_crossing, 3000);
}

Test(ode_root, the_side_of_0_is_what_the_caller_says) {
  const double rise[N] = {0, 1}, fall[N] = {0, -1}, late[N] = {-1, 1}, valley[N] = {0, -1, 1};
  tw_crossing found;
  cr_expect_not(tw_root_of_polynomial(rise, 0, true, 1e-9, &found));
  cr_expect(tw_root_of_polynomial(rise, 0, false, 1e-9, &found));
  cr_expect(found.left == 0 && found.right <= 1e-9 && found.is_up);
  cr_expect_not(tw_root_of_polynomial(fall, 0, false, 1e-9, &found));
  cr_expect(tw_root_of_polynomial(fall, 0, true, 1e-9, &found));
  cr_expect(found.left == 0 && found.right <= 1e-9 && !found.is_up);
  cr_expect(tw_root_of_polynomial(late, 0, true, 1e-9, &found));
  cr_expect(found.right == 1 && found.left < 1 && found.is_up);
  cr_expect_not(tw_root_of_polynomial(late, 0, false, 1e-9, &found));
  cr_expect_not(tw_root_of_polynomial(late, 1, true, 1e-9, &found));
  // x (x - 1): down at once, up again at the end.
  cr_expect(tw_root_of_polynomial(valley, 0, true, 1e-9, &found) && !found.is_up);
  cr_expect(tw_root_of_polynomial(valley, found.right, true, 1e-9, &found) && found.is_up);
  cr_expect_eq(found.right, 1);
  cr_expect_not(tw_root_of_polynomial(valley, 0, false, 1e-9, &found));
}

Test(ode_root, constants_do_not_cross) {
  const double levels[] = {0, -0.0, 1e-300, -1e-300, 1, -1, 1e300};
  tw_crossing found;
  for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
    for (int32_t up = 0; up < 2; up++) {
      const double c[N] = {levels[i]};
      cr_expect_not(tw_root_of_polynomial(c, 0, up, 1e-9, &found));
      cr_expect_not(tw_root_of_polynomial(c, 0.3, up, 1e-9, &found));
    }
}

// A parabola with its top at r; what r^2 and 2 r are in floating point is exact.
Test(ode_root, a_touch_counts_only_where_the_far_side_is_reached) {
  tw_crossing found[N_FOUND_MAX];
  for (double r = 0.0625; r < 1; r += 0.0625) {
    const double hill[N] = {-r * r, 2 * r, -1}, bowl[N] = {r * r, -2 * r, 1};
    // > : 0 is on the side where the hill lies anyway; >= : the top itself is up, and down again.
    cr_expect_eq(find_all(hill, 0, false, found), 0);
    cr_expect_eq(find_all(bowl, 0, true, found), 0);
    cr_expect_eq(find_all(hill, 0, true, found), 2);
    cr_expect_eq(value_at(hill, found[0].right), 0);
    cr_expect(found[0].is_up && !found[1].is_up);
    cr_expect_float_eq(found[0].right, r, 1e-8);
    cr_expect_eq(find_all(bowl, 0, false, found), 2);
    const double below[N] = {-r * r - 1e-13, 2 * r, -1}, above[N] = {-r * r + 1e-13, 2 * r, -1};
    cr_expect_eq(find_all(below, 0, true, found), 0);
    cr_expect_eq(find_all(above, 0, true, found), 2);
    cr_expect_float_eq(found[1].right - found[0].right, 2e-6 * sqrt(0.1), 1e-8);
  }
}

Test(ode_root, roots_of_high_order_and_noise_end_soon) {
  tw_stream stream = {.key = 13};
  tw_crossing found;
  for (int32_t i = 0; i < 3000; i++) {
    double c[N] = {1};
    if (i % 3 == 0) {
      const double root = uniform(&stream);
      for (int32_t k = 0; k < 5; k++) multiply(c, root);
    } else {
      for (int32_t k = 0; k < N; k++)
        c[k] = (uniform(&stream) - 0.5) * (i % 3 == 1 ? 1e-320 : (double)(k + 1));
      if (i % 3 == 2) c[0] = -(c[1] / 2 + c[2] / 4 + c[3] / 8 + c[4] / 16 + c[5] / 32);
    }
    for (int32_t up = 0; up < 2; up++) {
      const bool differ = is_above(value_at(c, 0), up) != is_above(value_at(c, 1), up);
      const bool is_found = tw_root_of_polynomial(c, 0, up, 1e-12, &found);
      cr_assert(is_found || !differ, "case %d", i);
      if (is_found) check(c, 0, up, 1e-12, &found);
    }
  }
}

Test(ode_root, a_width_below_the_spacing_of_doubles_gives_neighbours) {
  const double c[N] = {-0.3, 0.4, 0.5};
  tw_crossing found;
  cr_assert(tw_root_of_polynomial(c, 0, true, 1e-300, &found));
  cr_expect_eq(nextafter(found.left, 1), found.right);
  cr_expect(value_at(c, found.left) < 0 && value_at(c, found.right) >= 0);
}

Test(ode_root, roots_that_cannot_be_told_apart_still_change_the_side) {
  double c[N] = {1};
  for (int32_t k = 1; k <= 3; k++) multiply(c, k * 1e-30);
  tw_crossing found;
  cr_assert(tw_root_of_polynomial(c, 0, true, 1e-300, &found));
  check(c, 0, true, 1e-40, &found);
  cr_expect_float_eq(found.right, 2e-30, 1.1e-30);
}

static void rhs_oscillator(void *self, double t_s, const double *y, double *dy) {
  (void)t_s;
  const double w = *(const double *)self;
  dy[0] = w * y[1];
  dy[1] = -w * y[0];
}

typedef struct walk {
  tw_ode ode;
  tw_rk_control control;
  tw_ode_step step;
  double t_s, y[2], f[2], c[2 * N], work[2 * TW_RK_WORK];
} walk;

static void advance(walk *w) {
  w->step.c = w->c;
  const tw_rk_start start = {w->t_s, INFINITY, w->y, w->f, w->work};
  cr_assert_eq(tw_rk_step(&w->ode, &start, &w->control, &w->step), TW_ODE_OK);
  w->t_s += w->step.h_s;
  for (int32_t i = 0; i < 2; i++) w->y[i] = tw_ode_value(w->c, 2, i, 1);
}

// The first state of the step above a threshold, as a polynomial.
static void above(const walk *w, double threshold, double *g) {
  for (int32_t k = 0; k < N; k++) g[k] = w->c[k * 2];
  g[0] -= threshold;
}

static walk begin(double *w_per_s, double phase, const double *atol) {
  walk w = {.ode = {.n = 2, .rhs = rhs_oscillator, .self = w_per_s, .rtol = 1e-6, .atol = atol},
            .control = {.error = 1e-4},
            .y = {cos(phase), -sin(phase)}};
  w.ode.rhs(w.ode.self, 0, w.y, w.f);
  w.control.h_s = tw_rk_first_step_s(&w.ode, 0, w.y, w.f, w.work);
  return w;
}

typedef struct sampled {
  const double *g;
  int32_t n_call;
} sampled;

static double sample(void *self, double x) {
  sampled *s = self;
  s->n_call++;
  return value_at(s->g, x);
}

// Ten periods of 63 s, at whose peaks a threshold is passed for 0.25 s: 0.4 % of the period.
static int32_t count_excursions(double phase, bool is_function, int32_t *n_step) {
  const double period_s = 63, atol[2] = {1e-6, 1e-6};
  double w_per_s = 2 * acos(-1.0) / period_s;
  const double threshold = cos(w_per_s * 0.125);
  walk w = begin(&w_per_s, phase, atol);
  int32_t n = 0;
  while (w.t_s < 10 * period_s) {
    advance(&w);
    double g[N], from = 0;
    above(&w, threshold, g);
    sampled s = {g, 0};
    tw_crossing found;
    while (is_function ? tw_root_of_function(sample, &s, from, true, 1e-10, &found)
                       : tw_root_of_polynomial(g, from, true, 1e-10, &found)) {
      from = found.right;
      const double t_s = w.step.t_s + from * w.step.h_s;
      if (t_s > 10 * period_s) break;
      // Peaks are where the phase is a multiple of 2 pi; ups and downs alternate.
      const double of_peak_s = remainder(t_s + phase / w_per_s, period_s);
      cr_expect(fabs(fabs(of_peak_s) - 0.125) < 0.12, "%g s from the peak", of_peak_s);
      cr_expect_eq(found.is_up, n % 2 == 0);
      n++;
    }
  }
  *n_step = (int32_t)w.control.n_step;
  return n;
}

Test(ode_root, short_excursions_of_a_slow_oscillation_are_all_found) {
  for (int32_t i = 1; i <= 20; i++) {
    int32_t n_step;
    const int32_t n = count_excursions(0.3 * i, false, &n_step);
    cr_expect_eq(n, 20, "phase %g: %d of 20 in %d steps", 0.3 * i, n, n_step);
    cr_expect_lt(n_step, 260);
    cr_expect_eq(count_excursions(0.3 * i, true, &n_step), 20);
  }
}

Test(ode_root, a_threshold_at_the_end_of_a_step_is_crossed_once) {
  const double atol[2] = {1e-6, 1e-6};
  double w_per_s = 0.1;
  for (int32_t skip = 0; skip < 40; skip++) {
    walk w = begin(&w_per_s, 1, atol);
    for (int32_t k = 0; k < skip; k++) advance(&w);
    advance(&w);
    const walk next = w;
    // g is 0 at the start of the next step, and at the end of this one but for rounding.
    double g[N], g_next[N];
    above(&w, w.y[0], g);
    for (int32_t up = 0; up < 2; up++) {
      walk v = next;
      advance(&v);
      above(&v, v.c[0], g_next);
      tw_crossing a, b;
      const bool in_first = tw_root_of_polynomial(g, 0, up, 1e-9, &a);
      const bool in_second = tw_root_of_polynomial(g_next, 0, up, 1e-9, &b) && b.left < 1e-8;
      const bool was_up = is_above(value_at(g, 0), up), is_up = is_above(value_at(g, 1), up);
      // Only the end itself is 0 in a step that rises or falls throughout.
      double least, greatest;
      tw_range_of_polynomial(g, 1, &least, &greatest);
      if (in_first && (least >= 0 || greatest <= 0)) cr_expect_eq(a.right, 1);
      const bool will_be = is_above(value_at(g_next, 1e-3), up);
      if (was_up != is_up) cr_expect(in_first && a.is_up == is_up);
      cr_expect_eq(in_second, is_above(0, up) != will_be, "step %d", skip);
    }
  }
}

typedef struct wave {
  double w, phase, level;
  int32_t n_call;
} wave;

static double value_of_wave(void *self, double x) {
  wave *w = self;
  w->n_call++;
  return sin(w->w * x + w->phase) - w->level;
}

Test(ode_root, crossings_of_a_function_are_bracketed_on_the_function) {
  tw_stream stream = {.key = 14};
  int32_t n_found = 0;
  for (int32_t i = 0; i < 5000; i++) {
    wave w = {.w = 0.2 + 3 * uniform(&stream), .phase = 6.3 * uniform(&stream)};
    w.level = 1.9 * uniform(&stream) - 0.95;
    const bool is_zero_up = i % 2 == 0;
    double from = i % 3 == 0 ? 0.7 * uniform(&stream) : 0;
    bool is_up = is_above(value_of_wave(&w, from), is_zero_up);
    tw_crossing found;
    while (tw_root_of_function(value_of_wave, &w, from, is_zero_up, 1e-10, &found)) {
      cr_assert(found.left >= from && found.right - found.left <= 1e-10 && found.right <= 1);
      cr_assert_eq(is_above(value_of_wave(&w, found.left), is_zero_up), is_up);
      cr_assert_eq(is_above(value_of_wave(&w, found.right), is_zero_up), !is_up);
      cr_assert_eq(found.is_up, !is_up);
      for (double x = from; x < found.left; x += 0.01)
        cr_assert_eq(is_above(value_of_wave(&w, x), is_zero_up), is_up, "case %d at %g", i, x);
      is_up = !is_up;
      from = found.right;
      n_found++;
    }
    for (double x = from; x <= 1; x += 0.01)
      cr_assert_eq(is_above(value_of_wave(&w, x), is_zero_up), is_up, "case %d at %g", i, x);
  }
  cr_assert_gt(n_found, 2000);
}

Test(ode_root, a_function_that_is_a_polynomial_crosses_where_it_does) {
  tw_stream stream = {.key = 16};
  int32_t n_found = 0;
  for (int32_t i = 0; i < 4000; i++) {
    double c[N] = {1}, roots[5];
    const int32_t n_root = draw_roots(&stream, roots);
    for (int32_t k = 0; k < n_root; k++) multiply(c, roots[k]);
    sampled s = {c, 0};
    tw_crossing a, b;
    for (double from = 0; tw_root_of_polynomial(c, from, true, 1e-10, &a); from = a.right) {
      cr_assert(tw_root_of_function(sample, &s, from, true, 1e-10, &b), "case %d", i);
      check(c, from, true, 1e-10, &b);
      cr_assert_float_eq(a.right, b.right, 1e-9, "case %d", i);
      n_found++;
    }
  }
  cr_assert_gt(n_found, 4000);
}

static double value_of_power(void *self, double x) {
  ++*(int32_t *)self;
  return exp(12 * x) - 40;
}

static double value_of_mirrored_power(void *self, double x) { return value_of_power(self, 1 - x); }

Test(ode_root, a_bent_function_takes_few_calls) {
  int32_t n_call = 0;
  tw_crossing found;
  cr_assert(tw_root_of_function(value_of_power, &n_call, 0, true, 1e-10, &found));
  cr_expect_float_eq(found.right, log(40) / 12, 2e-10);
  cr_expect_leq(n_call, N + 2 + 12, "%d calls", n_call);
  n_call = 0;
  cr_assert(tw_root_of_function(value_of_mirrored_power, &n_call, 0, true, 1e-10, &found));
  cr_expect_float_eq(found.right, 1 - log(40) / 12, 2e-10);
  cr_expect_leq(n_call, N + 2 + 12, "%d calls", n_call);
}

static double value_of_step(void *self, double x) { return x < *(const double *)self ? -1e-3 : 5; }

static double value_with_hole(void *self, double x) { return x < *(const double *)self ? 1 : NAN; }

Test(ode_root, functions_that_jump_or_leave_their_domain_are_bracketed_too) {
  for (double jump = 0.03; jump < 1; jump += 0.03) {
    tw_crossing found;
    cr_assert(tw_root_of_function(value_of_step, &jump, 0, true, 1e-10, &found));
    cr_expect(found.left < jump && found.right >= jump && found.right - found.left <= 1e-10);
    cr_assert(tw_root_of_function(value_with_hole, &jump, 0, true, 1e-10, &found));
    cr_expect(found.left < jump && found.right >= jump && !found.is_up);
  }
}

Test(ode_root, a_function_that_keeps_away_is_called_for_its_samples_only) {
  wave w = {.w = 0.5, .phase = 0.1, .level = 2};
  tw_crossing found;
  cr_expect_not(tw_root_of_function(value_of_wave, &w, 0, true, 1e-10, &found));
  cr_expect_eq(w.n_call, N);
  w = (wave){.w = 0.5, .phase = 0, .level = 0.2};
  cr_expect(tw_root_of_function(value_of_wave, &w, 0, true, 1e-10, &found));
  cr_expect_float_eq(found.right, asin(0.2) / 0.5, 2e-10);
  cr_expect_lt(w.n_call, 20);
}

Test(ode_root, the_range_holds_every_sample_and_is_reached) {
  tw_stream stream = {.key = 15};
  for (int32_t i = 0; i < 4000; i++) {
    double c[N], size = 0;
    for (int32_t k = 0; k < N; k++) {
      c[k] = (uniform(&stream) - 0.5) * (double)(1 << (i % 2 == 0 ? k : 2 * k));
      size += fabs(c[k]);
    }
    const double to = i % 3 == 0 ? 1 : uniform(&stream);
    double least, greatest, sampled_least = c[0], sampled_greatest = c[0];
    tw_range_of_polynomial(c, to, &least, &greatest);
    for (int32_t k = 0; k <= 1000; k++) {
      const double value = value_at(c, to * k / 1000);
      sampled_least = fmin(sampled_least, value);
      sampled_greatest = fmax(sampled_greatest, value);
    }
    cr_assert(least <= sampled_least + 1e-15 * size, "case %d", i);
    cr_assert(greatest >= sampled_greatest - 1e-15 * size, "case %d", i);
    // Between samples a curve rises by no more than its curvature allows.
    cr_assert(least >= sampled_least - 2e-5 * size, "case %d", i);
    cr_assert(greatest <= sampled_greatest + 2e-5 * size, "case %d", i);
  }
}

Test(ode_root, ranges_of_simple_polynomials_are_exact) {
  double least, greatest;
  tw_range_of_polynomial((double[N]){3}, 1, &least, &greatest);
  cr_expect(least == 3 && greatest == 3);
  tw_range_of_polynomial((double[N]){1, 2, 0.5}, 0.5, &least, &greatest);
  cr_expect(least == 1 && greatest == 2.125);
  tw_range_of_polynomial((double[N]){0, 1, -1}, 1, &least, &greatest);
  cr_expect(least == 0 && greatest == 0.25);
  tw_range_of_polynomial((double[N]){0, 1, -1}, 0.25, &least, &greatest);
  cr_expect(least == 0 && greatest == 0.1875);
  // A slope with a threefold root at 0.25 and a single one at 0.75.
  double slope[N] = {1}, c[N] = {0};
  for (int32_t k = 0; k < 3; k++) multiply(slope, 0.25);
  multiply(slope, 0.75);
  for (int32_t k = 1; k < N; k++) c[k] = slope[k - 1] / k;
  tw_range_of_polynomial(c, 1, &least, &greatest);
  cr_expect_float_eq(least, value_at(c, 0.75), 1e-16);
  cr_expect_float_eq(greatest, fmax(value_at(c, 0.25), value_at(c, 1)), 1e-16);
}
