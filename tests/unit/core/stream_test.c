// The random numbers: Philox by known answers, the rule that draw n depends on (key, n) alone, and
// the exponential and normal ziggurats against their theory. Seeds are fixed, so a bound of 4.5
// standard errors or a KS probability of 1e-6 is met always or never.

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "core/math.h"
#include "core/stream.h"

enum { N_DRAW = 1000000 };

// From the known-answer file of Random123, philox2x64 with 10 rounds: counter, key, result.
Test(stream, philox_gives_the_known_answers) {
  static const uint64_t rows[][5] = {
      {0, 0, 0, UINT64_C(0xca00a0459843d731), UINT64_C(0x66c24222c9a845b5)},
      {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_C(0x65b021d60cd8310f),
       UINT64_C(0x4d02f3222f86df20)},
      {UINT64_C(0x243f6a8885a308d3), UINT64_C(0x13198a2e03707344), UINT64_C(0xa4093822299f31d0),
       UINT64_C(0x0a5e742c2997341c), UINT64_C(0xb0f883d38000de5d)},
  };
  for (int i = 0; i < 3; i++) {
    uint64_t out[2];
    tw_philox(rows[i][2], rows[i][0], rows[i][1], out);
    cr_assert(out[0] == rows[i][3] && out[1] == rows[i][4], "row %d", i);
  }
}

Test(stream, wide_product_is_right_word_by_word) {
  uint64_t x = 88172645463325252u;
  for (int i = 0; i < 10000; i++) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    const uint64_t a = x ^ x >> 29, b = i % 7 == 0 ? UINT64_MAX - (uint64_t)i : x << 11 | x >> 53;
    uint64_t high;
    const uint64_t low = tw_multiply_wide(a, b, &high);
    // The same by long multiplication in bytes of 16 bits.
    uint64_t digits[8] = {0};
    for (int j = 0; j < 4; j++) {
      for (int k = 0; k < 4; k++) {
        const uint64_t product = (a >> (16 * j) & 0xffff) * (b >> (16 * k) & 0xffff);
        digits[j + k] += product & 0xffff;
        digits[j + k + 1] += product >> 16;
      }
    }
    for (int j = 0; j < 7; j++) digits[j + 1] += digits[j] >> 16, digits[j] &= 0xffff;
    const uint64_t low_2 = digits[0] | digits[1] << 16 | digits[2] << 32 | digits[3] << 48;
    const uint64_t high_2 = digits[4] | digits[5] << 16 | digits[6] << 32 | digits[7] << 48;
    cr_assert(low == low_2 && high == high_2);
  }
}

Test(stream, a_draw_does_not_depend_on_how_draws_before_it_were_used) {
  tw_stream one = {.key = 99, .n = 0}, other = {.key = 99, .n = 0};
  for (int i = 0; i < 1000; i++) {
    tw_dice first = tw_stream_next(&one), second = tw_stream_next(&other);
    for (int j = 0; j < i % 5; j++) tw_dice_normal(&second);  // this draw uses more words
    (void)tw_dice_word(&first);
  }
  tw_dice first = tw_stream_next(&one), second = tw_stream_next(&other);
  cr_assert(tw_dice_word(&first) == tw_dice_word(&second));
  cr_assert(one.n == 1001 && other.n == 1001);
}

Test(stream, words_of_a_draw_come_from_its_own_blocks) {
  tw_dice dice = tw_dice_new(5, 17);
  for (uint64_t block = 0; block < 10; block++) {
    uint64_t out[2];
    tw_philox(5, 17, block, out);
    cr_assert(tw_dice_word(&dice) == out[1]);
    cr_assert(tw_dice_word(&dice) == out[0]);
  }
}

Test(stream, uniform_is_never_zero_and_at_most_one) {
  double sum = 0, squares = 0;
  for (uint64_t n = 0; n < N_DRAW; n++) {
    tw_dice dice = tw_dice_new(3, n);
    const double u = tw_dice_uniform(&dice);
    cr_assert(u > 0 && u <= 1);
    sum += u;
    squares += u * u;
  }
  cr_assert(fabs(sum / N_DRAW - 0.5) < 4.5 * sqrt(1 / 12.0 / N_DRAW));
  cr_assert(fabs(squares / N_DRAW - 1 / 3.0) < 4.5 * sqrt(4 / 45.0 / N_DRAW));
}

static int compare_doubles(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double exponential_cdf(double x) { return -expm1(-x); }

// Kolmogorov-Smirnov: sqrt(n) times the largest gap; above 2.7 with probability 1e-6.
static double measure_gap(double (*draw)(tw_dice *), double (*cdf)(double), uint64_t key) {
  double *values = malloc(N_DRAW * sizeof *values), largest = 0;
  cr_assert(values != NULL);
  for (uint64_t n = 0; n < N_DRAW; n++) {
    tw_dice dice = tw_dice_new(key, n);
    values[n] = draw(&dice);
  }
  qsort(values, N_DRAW, sizeof *values, compare_doubles);
  for (int i = 0; i < N_DRAW; i++) {
    const double p = cdf(values[i]);
    largest = fmax(largest, fmax(p - (double)i / N_DRAW, (i + 1.0) / N_DRAW - p));
  }
  free(values);
  return largest * sqrt(N_DRAW);
}

static double draw_exponential(tw_dice *dice) { return tw_dice_exponential(dice); }
static double draw_normal(tw_dice *dice) { return tw_dice_normal(dice); }

Test(stream, exponential_has_its_cdf) {
  cr_assert(measure_gap(draw_exponential, exponential_cdf, 11) < 2.7);
}

Test(stream, normal_has_its_cdf) { cr_assert(measure_gap(draw_normal, tw_normal_cdf, 12) < 2.7); }

// The ziggurat's tail and wedges are rare; many draws, counted beyond the last layer and in bands.
Test(stream, tails_have_their_share) {
  enum { N_MANY = 20000000, N_BAND = 8 };
  static const double bands[N_BAND] = {0.01, 0.06385, 0.5, 2, 5, 7.69, 7.70, 10};
  uint64_t above[N_BAND] = {0};
  for (uint64_t n = 0; n < N_MANY; n++) {
    tw_dice dice = tw_dice_new(21, n);
    const double x = tw_dice_exponential(&dice);
    for (int i = 0; i < N_BAND && x > bands[i]; i++) above[i]++;
  }
  for (int i = 0; i < N_BAND; i++) {
    const double p = exp(-bands[i]), error = sqrt(p * (1 - p) / N_MANY);
    cr_expect(fabs((double)above[i] / N_MANY - p) < 4.5 * error, "above %g: %g, not %g", bands[i],
              (double)above[i] / N_MANY, p);
  }
}

Test(stream, normal_tails_have_their_share_on_both_sides) {
  enum { N_MANY = 20000000, N_BAND = 6 };
  static const double bands[N_BAND] = {0.1, 1, 2.5, 3.65, 3.66, 4.5};
  uint64_t above[N_BAND] = {0}, below[N_BAND] = {0};
  for (uint64_t n = 0; n < N_MANY; n++) {
    tw_dice dice = tw_dice_new(22, n);
    const double z = tw_dice_normal(&dice);
    for (int i = 0; i < N_BAND && z > bands[i]; i++) above[i]++;
    for (int i = 0; i < N_BAND && z < -bands[i]; i++) below[i]++;
  }
  for (int i = 0; i < N_BAND; i++) {
    const double p = tw_normal_cdf(-bands[i]), error = sqrt(p * (1 - p) / N_MANY);
    cr_expect(fabs((double)above[i] / N_MANY - p) < 4.5 * error, "above %g", bands[i]);
    cr_expect(fabs((double)below[i] / N_MANY - p) < 4.5 * error, "below %g", -bands[i]);
  }
}

Test(stream, moments_are_those_of_theory) {
  double e[5] = {0}, z[5] = {0};
  for (uint64_t n = 0; n < N_DRAW; n++) {
    tw_dice dice = tw_dice_new(23, n);
    const double x = tw_dice_exponential(&dice), y = tw_dice_normal(&dice);
    for (int k = 1; k <= 4; k++) e[k] += pow(x, k) / N_DRAW, z[k] += pow(y, k) / N_DRAW;
  }
  // Moments k! and 0, 1, 0, 3; the variance of the kth power is m(2k) - m(k)^2.
  static const double fact[9] = {1, 1, 2, 6, 24, 120, 720, 5040, 40320};
  static const double even[9] = {1, 0, 1, 0, 3, 0, 15, 0, 105};
  for (int k = 1; k <= 4; k++) {
    cr_expect(fabs(e[k] - fact[k]) < 4.5 * sqrt((fact[2 * k] - fact[k] * fact[k]) / N_DRAW), "%d",
              k);
    cr_expect(fabs(z[k] - even[k]) < 4.5 * sqrt((even[2 * k] - even[k] * even[k]) / N_DRAW), "%d",
              k);
  }
}

// Guards against a silent change of what a recorded seed means; the last bits are libm's.
Test(stream, draws_are_the_ones_they_always_were) {
  double sum = 0;
  for (uint64_t n = 0; n < 10000; n++) {
    tw_dice dice = tw_dice_new(1, n);
    sum += tw_dice_exponential(&dice) - 2 * tw_dice_normal(&dice);
  }
  cr_assert(fabs(sum - 10314.686692132889) < 1e-8, "%.17g", sum);
}

Test(stream, keys_and_draws_are_not_correlated) {
  double products = 0, neighbours = 0, last = 0;
  for (uint64_t n = 0; n < N_DRAW; n++) {
    tw_dice one = tw_dice_new(1000, n), other = tw_dice_new(1001, n);
    const double x = tw_dice_normal(&one), y = tw_dice_normal(&other);
    products += x * y;
    neighbours += x * last;
    last = x;
  }
  cr_assert(fabs(products / N_DRAW) < 4.5 / sqrt(N_DRAW));
  cr_assert(fabs(neighbours / N_DRAW) < 4.5 / sqrt(N_DRAW));
}
