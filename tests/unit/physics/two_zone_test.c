// two_zone_test.c - two zones against the eigenvalues of their matrix; solved exactly, so to
// rounding.

#include "unit/physics/probe.h"

#define ZONES \
  "'x': {'model': 'two-zone', 'zone1': {'power': '3 kW', 'heat_capacity': '20 kJ/K', 'loss': '10 W/K'}, " \
  "'zone2': {'power': '1 kW', 'heat_capacity': '50 kJ/K', 'loss': '15 W/K'}, 'exchange': '80 W/K'"

static const double C1 = 20e3, C2 = 50e3, L1 = 10, L2 = 15, K = 80, AMBIENT = 293.15;

// Above the surroundings at rest: of (K + L1) a - K b = p1, -K a + (K + L2) b = p2.
static void rest(double p1, double p2, double *a, double *b) {
  const double d = (K + L1) * (K + L2) - K * K;
  *a = ((K + L2) * p1 + K * p2) / d;
  *b = (K * p1 + (K + L1) * p2) / d;
}

// Moves (a, b) above the surroundings on by t.
static void move(double p1, double p2, double t_s, double *a, double *b) {
  double ra, rb;
  rest(p1, p2, &ra, &rb);
  const double a11 = -(K + L1) / C1, a12 = K / C1, a21 = K / C2, a22 = -(K + L2) / C2;
  const double half = (a11 + a22) / 2, root = sqrt((a11 - a22) * (a11 - a22) / 4 + a12 * a21);
  const double s1 = half + root, s2 = half - root, da = *a - ra, db = *b - rb;
  // of each eigenvalue s the vector (a12, s - a11)
  const double w2 = ((s1 - a11) * da - a12 * db) / (a12 * (s1 - s2)), w1 = da / a12 - w2;
  *a = ra + a12 * (w1 * exp(s1 * t_s) + w2 * exp(s2 * t_s));
  *b = rb + (s1 - a11) * w1 * exp(s1 * t_s) + (s2 - a11) * w2 * exp(s2 * t_s);
}

Test(two_zone, warms_and_cools_as_its_eigenvalues_say) {
  tw_run *run = probe_run(ZONES "}");
  double a = 0, b = 0;
  cr_expect_eq(probe_solver(run), TW_SOLVER_EXACT);
  for (int part = 0; part < 3; part++) {
    probe_until(run, part * PERIOD_S + FIRST_S);
    if (part == 0)
      expect_close("cold", probe_value(run, "x.T1"), AMBIENT, 1e-15);
    else
      move(0, 0, PERIOD_S - WORK_S, &a, &b);
    probe_until(run, part * PERIOD_S + FIRST_S + WORK_S);
    move(3000, 1000, WORK_S, &a, &b);
    expect_close("T1", probe_value(run, "x.T1"), AMBIENT + a, 1e-12);
    expect_close("T2", probe_value(run, "x.T2"), AMBIENT + b, 1e-12);
  }
  tw_run_free(run);
}

Test(two_zone, comes_to_rest_where_the_loss_is_the_power) {
  tw_run *run = probe_run(ZONES ", 'while': 'not down'}");
  double a, b;
  rest(3000, 1000, &a, &b);
  probe_until(run, 500e3);
  expect_close("T1", probe_value(run, "x.T1"), AMBIENT + a, 1e-12);
  expect_close("T2", probe_value(run, "x.T2"), AMBIENT + b, 1e-12);
  expect_close("lost", probe_value(run, "x.lost"), 4000, 1e-11);
  expect_close("power", probe_value(run, "x.power"), 4000, 1e-15);
  tw_run_free(run);
}
