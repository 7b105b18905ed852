// Affine systems in closed form: against closed forms, a matrix exponential in long double, dense
// sampling, and what must not be found: steady states on a threshold, extremes that touch it.

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "core/ode_exact.h"

enum { N_MAX = TW_EXACT_N_MAX, N_BIG = 2 * N_MAX + 1 };

static uint64_t noise_state = 1;

// splitmix64
static double noise(void) {
  uint64_t x = noise_state += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return (double)((x ^ (x >> 31)) >> 11) * 0x1p-53;
}

static double noise_between(double low, double high) { return low + (high - low) * noise(); }

static double noise_log(double low, double high) { return exp(noise_between(log(low), log(high))); }

// A case: y' = A y + b from y0.
typedef struct affine {
  int32_t n;
  double a[N_MAX * N_MAX], b[N_MAX], y0[N_MAX];
  tw_exact exact;
  tw_motion motion;
} affine;

static void begin(affine *x) {
  cr_assert(tw_exact_take_apart(&x->exact, x->n, x->a));
  tw_exact_begin(&x->exact, x->y0, x->b, &x->motion);
}

// Zones of heat with capacities, some of them coupled, each with or without a way out.
static affine random_network(int32_t n) {
  affine x = {.n = n};
  double capacity[N_MAX];
  for (int32_t i = 0; i < n; i++) {
    const double leak = noise() < 0.8 ? 1 / noise_log(0.1, 10) : 0;
    capacity[i] = noise_log(10, 1000);
    x.y0[i] = noise_between(0, 100);
    x.a[i * n + i] = -leak / capacity[i];
    x.b[i] = (leak * 20 + noise_between(-100, 100)) / capacity[i];
  }
  for (int32_t i = 0; i < n; i++) {
    for (int32_t j = 0; j < i; j++) {
      const double g = noise() < 0.7 ? 1 / noise_log(0.1, 10) : 0;
      x.a[j * n + i] = g / capacity[i];
      x.a[i * n + j] = g / capacity[j];
      x.a[i * n + i] -= g / capacity[i];
      x.a[j * n + j] -= g / capacity[j];
    }
  }
  begin(&x);
  return x;
}

static affine single(double a, double b, double y0) {
  affine x = {.n = 1, .a = {a}, .b = {b}, .y0 = {y0}};
  begin(&x);
  return x;
}

// C1 T1' = 60 - (T1 - 15)/0.8 - (T1 - T2)/0.4, C2 T2' = -(T2 - 15)/1.1 - (T2 - T1)/0.4.
static affine two_zones(void) {
  const double c1 = 120, c2 = 80, r1 = 0.8, r2 = 1.1, r12 = 0.4;
  affine x = {.n = 2,
              .a = {-(1 / r1 + 1 / r12) / c1, 1 / r12 / c2, 1 / r12 / c1, -(1 / r2 + 1 / r12) / c2},
              .b = {(60 + 15 / r1) / c1, 15 / r2 / c2},
              .y0 = {15, 30}};
  begin(&x);
  return x;
}

typedef long double big[N_BIG][N_BIG];

static void multiply(int32_t n, big a, big b, big out) {
  for (int32_t i = 0; i < n; i++) {
    for (int32_t j = 0; j < n; j++) {
      out[i][j] = 0;
      for (int32_t k = 0; k < n; k++) out[i][j] += a[i][k] * b[k][j];
    }
  }
}

// exp(m) by scaling and squaring, 30 terms of the series.
static void exponential(int32_t n, big m, big out) {
  big power, term, next;
  long double size = 0;
  int32_t n_squared = 0;
  for (int32_t i = 0; i < n; i++) {
    for (int32_t j = 0; j < n; j++) size = fmaxl(size, fabsl(m[i][j]));
  }
  for (; size > 0.01L; size /= 2) n_squared++;
  for (int32_t i = 0; i < n; i++) {
    for (int32_t j = 0; j < n; j++) {
      power[i][j] = ldexpl(m[i][j], -n_squared);
      out[i][j] = term[i][j] = i == j;
    }
  }
  for (int32_t k = 1; k < 30; k++) {
    multiply(n, term, power, next);
    for (int32_t i = 0; i < n; i++) {
      for (int32_t j = 0; j < n; j++) out[i][j] += term[i][j] = next[i][j] / k;
    }
  }
  for (int32_t k = 0; k < n_squared; k++) {
    multiply(n, out, out, next);
    memcpy(out, next, sizeof next);
  }
}

// State and integral at t from the exponential of the system (y, 1, integral of y).
static void reference(const affine *x, double t_s, double *y, double *integral) {
  const int32_t n = x->n, n_all = 2 * n + 1;
  big m = {{0}}, e;
  for (int32_t i = 0; i < n; i++) {
    for (int32_t j = 0; j < n; j++) m[i][j] = (long double)x->a[j * n + i] * t_s;
    m[i][n] = (long double)x->b[i] * t_s;
    m[n + 1 + i][i] = t_s;
  }
  exponential(n_all, m, e);
  for (int32_t i = 0; i < n; i++) {
    long double sum = e[i][n], area = e[n + 1 + i][n];
    for (int32_t j = 0; j < n; j++) {
      sum += e[i][j] * x->y0[j];
      area += e[n + 1 + i][j] * x->y0[j];
    }
    y[i] = (double)sum;
    integral[i] = (double)area;
  }
}

static double g_at(const affine *x, const tw_exact_search *search, double t_s) {
  double y[N_MAX], sum = 0;
  tw_exact_value(&x->exact, &x->motion, t_s, y);
  for (int32_t i = 0; i < x->n; i++) sum += search->weight[i] * y[i];
  return sum + search->offset;
}

static bool is_above(const affine *x, const tw_exact_search *search, double t_s) {
  const double g = g_at(x, search, t_s);
  return g > 0 || (g == 0 && search->is_zero_up);
}

// A crossing, if there is one, keeps what the header says.
static bool crosses(const affine *x, const tw_exact_search *search, tw_crossing *found) {
  if (!tw_exact_crossing(&x->exact, &x->motion, search, found)) {
    cr_assert(found->right == search->until_s || found->right == (double)INFINITY);
    tw_exact_search ever = *search;
    tw_crossing later;
    ever.until_s = (double)INFINITY;
    cr_assert(found->right == search->until_s || !tw_exact_crossing(&x->exact, &x->motion, &ever, &later));
    return false;
  }
  cr_assert(found->left >= search->from_s && found->left < found->right);
  cr_assert(found->right <= search->until_s);
  cr_assert(found->right - found->left <= search->width_s + 4e-16 * found->right);
  cr_assert(is_above(x, search, found->right) == found->is_up);
  cr_assert(is_above(x, search, found->left) != found->is_up, "%.17g %.17g", found->left,
            found->right);
  return true;
}

static const double one_weight[1] = {1};

static tw_exact_search above(double threshold, bool is_zero_up) {
  return (tw_exact_search){.weight = one_weight,
                           .offset = -threshold,
                           .until_s = INFINITY,
                           .is_zero_up = is_zero_up,
                           .width_s = 1e-6};
}

Test(ode_exact, two_coupled_zones_are_as_computed_elsewhere) {
  const affine x = two_zones();
  double y[2];
  tw_exact_value(&x.exact, &x.motion, 75, y);
  cr_assert(fabs(y[0] - 36.33090705) < 1e-8 && fabs(y[1] - 28.36347019) < 1e-8);
}

Test(ode_exact, a_state_at_0_is_the_start_bit_for_bit) {
  for (int32_t k = 0; k < 400; k++) {
    const affine x = random_network(1 + k % 4);
    double y[N_MAX], area[N_MAX];
    tw_exact_value(&x.exact, &x.motion, 0, y);
    tw_exact_integral(&x.exact, &x.motion, 0, area);
    for (int32_t i = 0; i < x.n; i++) cr_assert(y[i] == x.y0[i] && area[i] == 0);
  }
}

Test(ode_exact, networks_follow_the_matrix_exponential) {
  for (int32_t k = 0; k < 2000; k++) {
    const affine x = random_network(1 + k % 4);
    const double t_s = noise_log(1e-3, 1e4);
    double y[N_MAX], area[N_MAX], y_ref[N_MAX], area_ref[N_MAX], size = 0, area_size = 0;
    tw_exact_value(&x.exact, &x.motion, t_s, y);
    tw_exact_integral(&x.exact, &x.motion, t_s, area);
    reference(&x, t_s, y_ref, area_ref);
    for (int32_t i = 0; i < x.n; i++) {
      size = fmax(size, fmax(fabs(x.y0[i]), fabs(y_ref[i])));
      area_size = fmax(area_size, fabs(area_ref[i]));
    }
    for (int32_t i = 0; i < x.n; i++) {
      cr_assert(fabs(y[i] - y_ref[i]) < 1e-12 * size, "%d: %g", k, (y[i] - y_ref[i]) / size);
      cr_assert(fabs(area[i] - area_ref[i]) < 1e-12 * (area_size + size * t_s), "%d", k);
    }
  }
}

Test(ode_exact, slope_is_the_right_side_of_the_equations) {
  for (int32_t k = 0; k < 400; k++) {
    const affine x = random_network(1 + k % 4);
    const double t_s = noise_log(1e-3, 1e3);
    double y[N_MAX], dy[N_MAX];
    tw_exact_value(&x.exact, &x.motion, t_s, y);
    tw_exact_slope(&x.exact, &x.motion, t_s, dy);
    for (int32_t i = 0; i < x.n; i++) {
      double sum = x.b[i], size = fabs(x.b[i]);
      for (int32_t j = 0; j < x.n; j++) {
        sum += x.a[j * x.n + i] * y[j];
        size += fabs(x.a[j * x.n + i] * y[j]);
      }
      cr_assert(fabs(dy[i] - sum) < 1e-12 * size);
    }
  }
}

Test(ode_exact, one_state_is_the_plain_formula_for_every_rate) {
  const double rates[] = {0,    1e-300,  -1e-20, 1e-12, -3e-9, 0.01, -0.4999,
                          -0.5, -0.5001, 0.5001, -7,    30,    -800};
  for (size_t k = 0; k < sizeof rates / sizeof rates[0]; k++) {
    const long double r = rates[k], y0 = 0.25, b = 0.75;
    const affine x = single(rates[k], 0.75, 0.25);
    const long double speed = r * y0 + b;
    const long double grown = r == 0 ? 1 : expm1l(r) / r;
    // The series where the difference would cancel.
    const long double twice = fabsl(r) < 1e-4L ? 0.5L + r / 6 + r * r / 24 : (grown - 1) / r;
    double y, area;
    tw_exact_value(&x.exact, &x.motion, 1, &y);
    tw_exact_integral(&x.exact, &x.motion, 1, &area);
    cr_assert(fabsl(y - (y0 + speed * grown)) <= 1e-15L * (y0 + fabsl(speed * grown)), "%zu", k);
    cr_assert(fabsl(area - (y0 + speed * twice)) <= 2e-15L * (y0 + fabsl(speed * twice)), "%zu", k);
  }
}

Test(ode_exact, what_grows_too_far_is_not_finite_and_what_rests_stays) {
  const affine grows = single(1, 1, 1), rests = single(1, -3, 3);
  double y;
  tw_exact_value(&grows.exact, &grows.motion, 1000, &y);
  cr_assert(y == INFINITY);
  tw_exact_value(&rests.exact, &rests.motion, 1000, &y);
  cr_assert(y == 3);
}

Test(ode_exact, modes_rebuild_the_matrix) {
  for (int32_t k = 0; k < 400; k++) {
    const affine x = random_network(1 + k % 4);
    const int32_t n = x.n;
    for (int32_t i = 0; i < n; i++) {
      for (int32_t j = 0; j < n; j++) {
        double a = 0, size = 0, unit = 0;
        for (int32_t m = 0; m < n; m++) {
          const double part = x.exact.v[m * n + i] * x.exact.w[m * n + j];
          a += part * x.exact.rate[m];
          size += fabs(part * x.exact.rate[m]);
          unit += part;
        }
        cr_assert(fabs(a - x.a[j * n + i]) <= 1e-14 * size + 1e-16);
        cr_assert(fabs(unit - (i == j)) < 1e-13);
      }
    }
    for (int32_t m = 1; m < n; m++) cr_assert(x.exact.rate[m] <= x.exact.rate[m - 1]);
  }
}

Test(ode_exact, an_isolated_network_has_a_rate_of_exactly_0) {
  const double r = 0.3, c1 = 110, c2 = 70;
  const double a[] = {-1 / (r * c1), 1 / (r * c2), 1 / (r * c1), -1 / (r * c2)};
  tw_exact exact;
  cr_assert(tw_exact_take_apart(&exact, 2, a));
  cr_assert(exact.rate[0] == 0 && exact.rate[1] < 0);
}

Test(ode_exact, states_that_are_not_coupled_keep_their_rates_to_the_bit) {
  const double a[] = {-1e-20, 0, 0, 0, 0.3, 0, 0, 0, -1e9};
  tw_exact exact;
  cr_assert(tw_exact_take_apart(&exact, 3, a));
  cr_assert(exact.rate[0] == 0.3 && exact.rate[1] == -1e-20 && exact.rate[2] == -1e9);
}

Test(ode_exact, matrices_without_a_symmetric_scaling_are_refused) {
  const double one_way[] = {-1, 0.5, 0, -2}, turning[] = {-1, 0.5, -0.5, -1};
  const double not_finite[] = {-1, NAN, 0.5, -1}, infinite = INFINITY;
  const double loop[] = {-3, 1, 2, 1, -3, 1, 1, 1, -3};  // around: 1 * 1 * 1 against 2 * 1 * 1
  const double five[25] = {0};
  tw_exact exact;
  cr_assert(!tw_exact_take_apart(&exact, 2, one_way));
  cr_assert(!tw_exact_take_apart(&exact, 2, turning));
  cr_assert(!tw_exact_take_apart(&exact, 2, not_finite));
  cr_assert(!tw_exact_take_apart(&exact, 1, &infinite));
  cr_assert(!tw_exact_take_apart(&exact, 3, loop));
  cr_assert(!tw_exact_take_apart(&exact, 5, five));
  cr_assert(!tw_exact_take_apart(&exact, 0, five));
  cr_assert(tw_exact_take_apart(&exact, 4, five));
}

Test(ode_exact, random_matrices_are_refused_and_scaled_symmetric_ones_are_not) {
  for (int32_t k = 0; k < 500; k++) {
    const int32_t n = 3 + k % 2;
    double symmetric[N_MAX * N_MAX], other[N_MAX * N_MAX], d[N_MAX];
    tw_exact exact;
    for (int32_t i = 0; i < n; i++) d[i] = noise_log(1e-6, 1e6);
    for (int32_t i = 0; i < n; i++) {
      for (int32_t j = 0; j <= i; j++) {
        const double s = noise_between(-1, 1);
        symmetric[j * n + i] = s * d[i] / d[j];
        symmetric[i * n + j] = s * d[j] / d[i];
        other[j * n + i] = s;
        other[i * n + j] = s * noise_between(0.5, 2);
      }
    }
    cr_assert(tw_exact_take_apart(&exact, n, symmetric));
    cr_assert(!tw_exact_take_apart(&exact, n, other));
  }
}

Test(ode_exact, one_state_crosses_where_the_logarithm_says) {
  const struct {
    double a, b, y0, threshold, at_s;
  } cases[] = {{-0.01, 1, 20, 80, log(80.0 / 20) / 0.01},  // to 100
               {-0.01, 1, 180, 120, log(80.0 / 20) / 0.01},
               {0, 0.5, 10, 30, 40},
               {0, -0.5, 30, 10, 40},
               {0.02, 0.1, 0, 5, log(2.0) / 0.02},  // wear that grows: (exp(0.02 t) - 1) 5
               {-1e-18, 1, 0, 7, 7},
               {-1000, 1000, 0, 0.5, log(2.0) / 1000}};
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    const affine x = single(cases[k].a, cases[k].b, cases[k].y0);
    tw_exact_search search = above(cases[k].threshold, k % 2 == 0);
    tw_crossing found;
    cr_assert(crosses(&x, &search, &found), "%zu", k);
    cr_assert(found.is_up == (cases[k].threshold > cases[k].y0));
    cr_assert(fabs(found.right - cases[k].at_s) < 1e-13 * cases[k].at_s, "%zu", k);
    search.until_s = 0.999 * cases[k].at_s;
    cr_assert(!crosses(&x, &search, &found), "%zu", k);
    search.until_s = INFINITY;
    search.from_s = 1.001 * cases[k].at_s;
    cr_assert(!crosses(&x, &search, &found), "%zu", k);
  }
}

Test(ode_exact, a_start_on_the_threshold_crosses_only_to_the_side_it_is_not_on) {
  const affine falls = single(-0.01, 0.3, 80), rises = single(-0.01, 1, 80),
               ramp = single(0, 1, 80);
  const tw_exact_search at_least = above(80, true), more = above(80, false);
  tw_crossing found;
  cr_assert(crosses(&falls, &at_least, &found) && !found.is_up && found.right < 1e-12);
  cr_assert(!crosses(&falls, &more, &found));
  cr_assert(crosses(&rises, &more, &found) && found.is_up && found.right < 1e-12);
  cr_assert(!crosses(&rises, &at_least, &found));
  cr_assert(crosses(&ramp, &more, &found) && found.is_up && found.right < 1e-12);
  cr_assert(!crosses(&ramp, &at_least, &found));
}

// Two zones at 0, of which only the first is heated: the second starts with slope 0.
Test(ode_exact, a_zone_that_starts_on_its_threshold_without_a_slope_crosses_at_once_or_never) {
  const double weight[] = {0, 1};
  for (int32_t k = 0; k < 4; k++) {
    affine x = two_zones();
    const bool is_heated = k % 2 == 0, is_zero_up = k / 2 == 0;
    x.b[0] = is_heated ? 0.5 : -0.5;
    x.b[1] = x.y0[0] = x.y0[1] = 0;
    begin(&x);
    tw_exact_search search = {.weight = weight,
                              .until_s = k % 3 == 0 ? 1e4 : INFINITY,
                              .is_zero_up = is_zero_up,
                              .width_s = 1e-6};
    tw_crossing found;
    if (is_heated == is_zero_up) {
      cr_assert(!crosses(&x, &search, &found));
    } else {
      cr_assert(crosses(&x, &search, &found) && found.is_up == is_heated);
      cr_assert(found.right < 1e-6);
    }
  }
}

Test(ode_exact, two_zones_that_start_on_a_threshold_cross_it_at_once_or_never) {
  const affine x = two_zones();
  const double weight[] = {1, 0.5}, steep[] = {0, 1};
  tw_crossing found;
  tw_exact_search search = {.weight = weight, .offset = -30, .until_s = 50, .width_s = 1e-6};
  cr_assert(crosses(&x, &search, &found) && found.is_up && found.right < 1e-6);
  search.is_zero_up = true;
  cr_assert(!crosses(&x, &search, &found));
  search.weight = steep;
  cr_assert(crosses(&x, &search, &found) && !found.is_up && found.right < 1e-6);
  search.is_zero_up = false;
  cr_assert(!crosses(&x, &search, &found) || found.right > 1);
}

// Weights that see one mode only: by rounding they see the others, one of which grows faster.
Test(ode_exact, a_mode_that_is_seen_by_rounding_only_crosses_nothing) {
  for (int32_t k = 0; k < 200; k++) {
    affine x = {.n = 4};
    tw_crossing found;
    for (int32_t i = 0; i < 4; i++) {
      x.y0[i] = noise_between(-1, 1);
      for (int32_t j = 0; j < i; j++) x.a[i * 4 + j] = x.a[j * 4 + i] = noise_between(-1, 1);
      x.a[i * 4 + i] = noise_between(4, 5);
    }
    begin(&x);
    const double *weight = x.exact.w + 3 * 4;
    tw_exact_search search = {.weight = weight, .until_s = INFINITY, .width_s = 1e-6};
    const double start = g_at(&x, &search, 0);
    search.offset = start > 0 ? 1 : -1;  // the mode grows away from 0
    cr_assert(!crosses(&x, &search, &found), "%d: %g", k, found.right);
  }
}

Test(ode_exact, a_curve_that_is_0_throughout_crosses_nothing) {
  const affine x = single(-0.1, 8, 80), still = single(0, 0, 80);
  for (int32_t k = 0; k < 2; k++) {
    const tw_exact_search search = above(80, k == 1);
    tw_crossing found;
    cr_assert(!crosses(&x, &search, &found) && !crosses(&still, &search, &found));
  }
}

// The steady state by elimination in long double, from which the start is away on one side.
static void steady_state(const affine *x, double *out) {
  long double m[N_MAX][N_MAX + 1];
  const int32_t n = x->n;
  for (int32_t i = 0; i < n; i++) {
    for (int32_t j = 0; j < n; j++) m[i][j] = x->a[j * n + i];
    m[i][n] = -(long double)x->b[i];
  }
  for (int32_t p = 0; p < n; p++) {
    for (int32_t i = 0; i < n; i++) {
      const long double factor = m[i][p] / m[p][p];
      for (int32_t j = p; j <= n && i != p; j++) m[i][j] -= factor * m[p][j];
    }
  }
  for (int32_t i = 0; i < n; i++) out[i] = (double)(m[i][n] / m[i][i]);
}

Test(ode_exact, a_steady_state_on_the_threshold_is_never_reached) {
  int32_t n_tried = 0;
  for (int32_t k = 0; k < 2000; k++) {
    affine x = random_network(1 + k % 4);
    const int32_t state = k % x.n;
    double weight[N_MAX] = {0}, steady[N_MAX];
    tw_crossing found;
    if (x.exact.rate[0] == 0) continue;
    steady_state(&x, steady);
    // All states on one side, and no heat from outside to the other: no overshoot.
    for (int32_t i = 0; i < x.n; i++) x.y0[i] = steady[i] - 30;
    begin(&x);
    weight[state] = 1;
    for (int32_t zero = 0; zero < 2; zero++) {
      tw_exact_search search = {.weight = weight,
                                .offset = -steady[state],
                                .until_s = INFINITY,
                                .is_zero_up = zero == 1,
                                .width_s = 1e-6};
      cr_assert(!crosses(&x, &search, &found), "%d: %g", k, found.right);
      search.until_s = 100 / -x.exact.rate[0];
      cr_assert(!crosses(&x, &search, &found), "%d: %g", k, found.right);
      search.offset = -steady[state] + 1e-6;
      cr_assert(crosses(&x, &search, &found), "%d", k);
      // From the steady state itself there is no motion to speak of.
      memcpy(x.y0, steady, sizeof x.y0);
      begin(&x);
      search.offset = -steady[state];
      search.until_s = 1e6;
      cr_assert(!crosses(&x, &search, &found), "%d: %g", k, found.right);
      for (int32_t i = 0; i < x.n; i++) x.y0[i] = steady[i] - 30;
      begin(&x);
    }
    n_tried++;
  }
  cr_assert(n_tried > 1000);
}

Test(ode_exact, an_extremum_that_touches_the_threshold_does_not_cross_it) {
  // y1 - y2 = exp(-t) - exp(-2 t), greatest at ln 2 with 1/4.
  const double a[] = {-1, 0, 0, -2}, weight[] = {1, -1};
  affine x = {.n = 2, .y0 = {1, 1}};
  tw_crossing found;
  memcpy(x.a, a, sizeof a);
  begin(&x);
  tw_exact_search search = {
      .weight = weight, .offset = -0.25, .until_s = INFINITY, .is_zero_up = true, .width_s = 1e-9};
  cr_assert(!crosses(&x, &search, &found));
  search.offset = -0.25 + 1e-14;  // a short excursion is one
  cr_assert(crosses(&x, &search, &found) && found.is_up);
  cr_assert(fabs(found.right - log(2)) < 1e-6);
  search.from_s = found.right;
  cr_assert(crosses(&x, &search, &found) && !found.is_up);
  cr_assert(found.right - search.from_s < 1e-6 && found.right > log(2));
}

// Crossings one behind the other, as a caller asks for them, against samples so dense that each
// piece between crossings is seen.
static int32_t compare_with_samples(const affine *x, tw_exact_search search, double until_s) {
  enum { N_SAMPLE = 3000 };
  int32_t n_crossing = 0;
  tw_crossing found = {.right = search.from_s};
  bool is_found = crosses(x, &search, &found);
  bool side = is_above(x, &search, search.from_s);
  for (int32_t i = 1; i <= N_SAMPLE; i++) {
    // Densely behind the start, where fast modes die away.
    const double part = (double)i / N_SAMPLE;
    const double t_s = search.from_s + (until_s - search.from_s) * part * part * part;
    while (is_found && found.right <= t_s) {
      cr_assert(found.is_up == !side);
      side = !side;
      n_crossing++;
      cr_assert(n_crossing <= x->n + 1, "more zeros than a sum of exponentials has");
      search.from_s = found.right;
      is_found = crosses(x, &search, &found);
    }
    const double g = g_at(x, &search, t_s);
    if (fabs(g) > 1e-10) cr_assert((g > 0) == side, "missed before %.17g: %g", t_s, g);
  }
  return n_crossing;
}

// A search in two parts finds what one finds, at about the same instant.
static void check_in_parts(const affine *x, const tw_exact_search *search, double middle_s) {
  tw_crossing whole, part;
  tw_exact_search half = *search;
  const bool has_one = tw_exact_crossing(&x->exact, &x->motion, search, &whole);
  half.until_s = middle_s;
  bool has_part = crosses(x, &half, &part);
  half.from_s = middle_s;
  half.until_s = search->until_s;
  if (!has_part && part.right < (double)INFINITY) has_part = crosses(x, &half, &part);
  if (has_one && fabs(whole.right - middle_s) < 1e-6 * middle_s) return;  // at the joint rounding decides
  cr_assert_eq(has_part, has_one);
  if (has_one) cr_assert_float_eq(part.right, whole.right, 1e-6 * (1 + whole.right));
}

Test(ode_exact, no_crossing_is_missed) {
  int32_t n_by_count[N_MAX + 2] = {0};
  for (int32_t k = 0; k < 6000; k++) {
    affine x = random_network(1 + k % 4);
    double weight[N_MAX];
    // Starts that differ widely, and weights of both signs, make curves that turn often.
    for (int32_t i = 0; i < x.n; i++) {
      x.y0[i] = noise_between(-300, 300);
      weight[i] = noise_between(-1, 1);
    }
    begin(&x);
    tw_exact_search search = {
        .weight = weight, .until_s = INFINITY, .is_zero_up = k % 3 == 0, .width_s = 1e-7};
    const double span_s = 10 / fmax(fabs(x.exact.rate[0]), 1e-4);
    search.offset = -g_at(&x, &search, span_s * noise() * noise() * noise());
    search.from_s = k % 2 == 0 ? 0 : span_s * noise() * noise() * noise();
    check_in_parts(&x, &search, search.from_s + span_s * (1 + k % 97) / 98);
    n_by_count[compare_with_samples(&x, search, search.from_s + span_s)]++;
  }
  cr_assert(n_by_count[0] > 500 && n_by_count[1] > 500 && n_by_count[2] > 100 && n_by_count[3] > 10,
            "%d %d %d %d", n_by_count[0], n_by_count[1], n_by_count[2], n_by_count[3]);
}

Test(ode_exact, three_turns_of_four_modes_are_all_found) {
  // With u = exp(-t): g = k (u - 0.8)(u - 0.5)(u - 0.3)(u - 0.1), rates -1 .. -4.
  const double zeros[] = {0.8, 0.5, 0.3, 0.1};
  const double weight[] = {1, 1, 1, 1};
  long double c[5] = {1};
  affine x = {.n = 4};
  for (int32_t i = 0; i < 4; i++) {
    for (int32_t k = i + 1; k > 0; k--) c[k] = c[k - 1] - zeros[i] * c[k];
    c[0] *= -zeros[i];
  }
  for (int32_t i = 0; i < 4; i++) {
    x.a[i * 4 + i] = -1 - i;
    x.y0[i] = (double)c[i + 1];
  }
  begin(&x);
  tw_exact_search search = {
      .weight = weight, .offset = (double)c[0], .until_s = INFINITY, .width_s = 1e-9};
  for (int32_t i = 0; i < 4; i++) {
    tw_crossing found;
    cr_assert(crosses(&x, &search, &found), "%d", i);
    cr_assert(fabs(found.right - -log(zeros[i])) < 1e-9, "%d: %g", i, found.right);
    search.from_s = found.right;
  }
  tw_crossing none;
  cr_assert(!crosses(&x, &search, &none));
}

Test(ode_exact, range_holds_every_sample_and_is_met) {
  for (int32_t k = 0; k < 500; k++) {
    const affine x = random_network(1 + k % 4);
    const double t_s = noise_log(1, 1e4);
    double weight[N_MAX], least, greatest, low = INFINITY, high = -INFINITY;
    for (int32_t i = 0; i < x.n; i++) weight[i] = noise_between(-1, 1);
    const tw_exact_search search = {.weight = weight};
    tw_exact_range(&x.exact, &x.motion, weight, t_s, &least, &greatest);
    for (int32_t i = 0; i <= 4000; i++) {
      const double part = i / 4000.0, g = g_at(&x, &search, t_s * part * part);
      low = fmin(low, g);
      high = fmax(high, g);
    }
    const double slack = 1e-13 * (fabs(low) + fabs(high) + 100);
    cr_assert(least <= low + slack && greatest >= high - slack);
    cr_assert(low - least < 1e-4 * (high - low) + slack &&
              greatest - high < 1e-4 * (high - low) + slack);
  }
}

Test(ode_exact, growing_modes_cross_and_do_not_hang_where_they_overflow) {
  const double a[] = {1, 0.2, 0.2, 0.7}, weight[] = {1, -1};
  affine x = {.n = 2, .y0 = {1, 3}, .b = {0.1, 0.2}};
  tw_crossing found;
  memcpy(x.a, a, sizeof a);
  begin(&x);
  tw_exact_search search = {.weight = weight, .offset = 1, .until_s = INFINITY, .width_s = 1e-9};
  cr_assert(crosses(&x, &search, &found) && found.is_up);
  search.until_s = 1e5;
  cr_assert(crosses(&x, &search, &found) && found.is_up);
  search.offset = 1e300;
  cr_assert(!crosses(&x, &search, &found));
  search.offset = -1e200;
  cr_assert(crosses(&x, &search, &found) && found.is_up && found.right > 300);
}

// Up to |rate t| = 0.5 nothing of libm is called: these bits are those of every build.
Test(ode_exact, bits_do_not_depend_on_the_build) {
  uint64_t hash = TW_HASH_SEED;
  noise_state = 7;
  for (int32_t k = 0; k < 200; k++) {
    const int32_t n = 1 + k % 4;
    affine x = {.n = n};
    double out[2 * N_MAX];
    for (int32_t i = 0; i < n; i++) {
      x.y0[i] = noise_between(-1, 1);
      x.b[i] = noise_between(-1, 1);
      for (int32_t j = 0; j <= i; j++) x.a[i * n + j] = x.a[j * n + i] = noise_between(-1, 1);
    }
    begin(&x);
    tw_exact_value(&x.exact, &x.motion, 0.125, out);
    tw_exact_integral(&x.exact, &x.motion, 0.125, out + n);
    for (int32_t i = 0; i < 2 * n; i++) {
      uint64_t bits;
      memcpy(&bits, &out[i], sizeof bits);
      hash = tw_hash_word(hash, bits);
    }
  }
  cr_assert(hash == 0xebe8e2b1a05ff7f2, "%llx", (unsigned long long)hash);
}
