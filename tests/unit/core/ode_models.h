// ode_models.h - systems that the tests of solvers share.

#ifndef TW_TESTS_ODE_MODELS_H
#define TW_TESTS_ODE_MODELS_H

#include "core/ode.h"

// Robertson's reactions: stiff, and y1 + y2 + y3 stays 1.
static inline void robertson(void *self, double t_s, const double *y, double *dy) {
  (void)self, (void)t_s;
  dy[0] = -0.04 * y[0] + 1e4 * y[1] * y[2];
  dy[2] = 3e7 * y[1] * y[1];
  dy[1] = -dy[0] - dy[2];
}

static inline void robertson_jacobian(void *self, double t_s, const double *y, double *columns) {
  (void)self, (void)t_s;
  const double rows[3][3] = {{-0.04, 1e4 * y[2], 1e4 * y[1]},
                             {0.04, -1e4 * y[2] - 6e7 * y[1], -1e4 * y[1]},
                             {0, 6e7 * y[1], 0}};
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) columns[j * 3 + i] = rows[i][j];
}

// A furnace: heating element, charge (they radiate at each other), and four layers of wall that
// loses heat to the hall. Rates from 40 to 1e-4 per s. self: the heating power in W, NULL for 5000.
enum { FURNACE_N = 6 };
static const double furnace_j_k[FURNACE_N] = {60, 9000, 500, 4000, 20000, 40000};
static const double furnace_w_k[FURNACE_N] = {2400, 15, 40,
                                              12,   6,  4};  // to the next, at last to the hall
static const double furnace_start_k[FURNACE_N] = {300, 295, 298, 297, 296, 293};
static const double furnace_atol_k[FURNACE_N] = {1e-6, 1e-6, 1e-6, 1e-6, 1e-6, 1e-6};
static const double furnace_radiation_w_k4 = 3e-9;

static inline void furnace(void *self, double t_s, const double *y, double *dy) {
  (void)t_s;
  double heat_w[FURNACE_N] = {self != NULL ? *(const double *)self : 5000};
  for (int i = 0; i < FURNACE_N; i++) {
    const double flow_w = furnace_w_k[i] * (y[i] - (i + 1 < FURNACE_N ? y[i + 1] : 293));
    heat_w[i] -= flow_w;
    if (i + 1 < FURNACE_N) heat_w[i + 1] += flow_w;
  }
  const double squares[2] = {y[0] * y[0], y[1] * y[1]};
  const double radiated_w =
      furnace_radiation_w_k4 * (squares[0] * squares[0] - squares[1] * squares[1]);
  heat_w[0] -= radiated_w;
  heat_w[1] += radiated_w;
  for (int i = 0; i < FURNACE_N; i++) dy[i] = heat_w[i] / furnace_j_k[i];
}

static inline void furnace_jacobian(void *self, double t_s, const double *y, double *columns) {
  (void)self, (void)t_s;
  for (int i = 0; i < FURNACE_N * FURNACE_N; i++) columns[i] = 0;
  for (int i = 0; i < FURNACE_N; i++) {
    double *column = &columns[i * FURNACE_N];
    column[i] -= furnace_w_k[i];
    if (i > 0) column[i] -= furnace_w_k[i - 1];
    if (i + 1 < FURNACE_N) column[i + 1] += furnace_w_k[i];
    if (i > 0) column[i - 1] += furnace_w_k[i - 1];
    const double slope = 4 * furnace_radiation_w_k4 * y[i] * y[i] * y[i];
    if (i < 2) column[i] -= slope, column[1 - i] += slope;
    for (int j = 0; j < FURNACE_N; j++) column[j] /= furnace_j_k[j];
  }
}

static inline tw_ode furnace_ode(void) {
  return (tw_ode){.n = FURNACE_N,
                  .rhs = furnace,
                  .jacobian = furnace_jacobian,
                  .rtol = 1e-6,
                  .atol = furnace_atol_k};
}

#endif
