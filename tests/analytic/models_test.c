// models_test.c - every machine model that comes with the library, in a small line, by every solver
// that can take it, against CVODE at rtol 1e-12. A model without a sample here fails the test.

#include <stdlib.h>

#include "core/ode_cvode.h"
#include "engine/work.h"
#include "physics/physics.h"
#include "state/hash.h"
#include "state/snapshot.h"
#include "unit/physics/probe.h"

// Keys of a model "x" beside "solver" and "rtol"; others before it that it refers to.
typedef struct sample {
  const char *model, *keys, *others;
} sample;

static const sample samples[] = {
    {"equations",
     "'states': {'x': '2 m', 'v': '0 m/s'}, 'equations': {'dx/dt': 'v', 'dv/dt': 'if(processing, -0.0004 1/s^2, "
     "-0.0001 1/s^2)*x*(1 + (x/(4 m))^2) - 0.001 1/s*v'}, 'nominal': {'v': '0.02 m/s'}",
     ""},
    {"tool-wear", "'rate': '0.002 1/min', 'growth': 1.5, 'states': {'wear': 0.1}", ""},
    {"taylor-life",
     "'speed': 'if(part.mass > 20 kg, 150 m/min, 220 m/min)', 'constant': '300 m/min', 'exponent': 0.25",
     ""},
    {"degradation",
     "'rate': '0.01 1/min', 'growth': '-0.004 1/min', 'stress': 'if(part.mass > 1 kg, 1.5, 1)'",
     ""},
    {"vibration",
     "'wear': 'tool.wear', 'baseline': '0.9 mm/s', 'worn': '4.5 mm/s', 'averaging': '3 min'",
     "'tool': {'model': 'tool-wear', 'rate': '0.01 1/min', 'growth': 0.5}, "},
    {"lumped-thermal",
     "'heat_capacity': '90 kJ/K', 'load_heat': '0.49 kJ/kg/K', 'loss': '60 W/K', 'heater': {'power': '90 kW', "
     "'setpoint': '350 degC', 'band': '5 K'}, 'standby': '200 degC'",
     ""},
    {"two-zone",
     "'zone1': {'power': '3 kW', 'heat_capacity': '20 kJ/K', 'loss': '10 W/K'}, 'zone2': {'heat_capacity': "
     "'50 kJ/K', 'loss': '15 W/K'}, 'exchange': '80 W/K'",
     ""},
    {"thermostat",
     "'heat_capacity': '160 kJ/K', 'loss': '20 W/K', 'heat': 'if(processing, 3 kW, 0.3 kW)', 'cooling_power': "
     "'5 kW', 'cooling_on': '45 degC', 'cooling_off': '40 degC', 'heating_power': '1 kW', 'heating_on': '25 degC'",
     ""},
    {"radiation-furnace",
     "'heater': {'power': '60 kW', 'setpoint': '850 degC', 'heat_capacity': '2 kJ/K', 'area': '1.2 m^2'}, 'lining': "
     "{'heat_capacity': '400 kJ/K', 'conductance': '25 W/K'}, 'loss': '60 W/K', 'load_area': '1.5 m^2', "
     "'load_conductance': '300 W/K', 'load_heat': '0.65 kJ/kg/K', 'tray': '40 kJ/K', 'standby': '700 degC'",
     ""},
    {"spindle",
     "'speed': '12000 1/min', 'cutting_power': '6 kW', 'friction_torque': '0.5 N*m', 'friction_growth': 0.5, "
     "'shaft_capacity': '9 kJ/K', 'housing_capacity': '40 kJ/K', 'exchange': '25 W/K', 'loss': '60 W/K', 'length': "
     "'350 mm', 'load': '9 kN', 'load_rating': '28 kN', 'hot': '35 degC', 'standby': '0.6 kW'",
     ""},
    {"accumulator",
     "'precharge': '91 bar', 'gas_volume': '20 l', 'pump': {'flow': '18 l/min', 'on': '121 bar', 'off': '201 bar'}, "
     "'demand': '30 l/min', 'leakage': '0.2 l/min'",
     ""},
    {"tank",
     "'area': '0.5 m^2', 'height': '0.6 m', 'outlet': '4 cm^2', 'inflow': 'if(processing, 80 l/min, 10 l/min)'",
     ""},
    {"battery",
     "'capacity': '2.4 kWh', 'load': 'if(processing, 2.4 kW, 60 W)', 'charger': '6 kW', 'self_discharge': '0.1 1/d'",
     ""},
};
enum { N_SAMPLE = sizeof samples / sizeof samples[0] };

static tw_run *run_with(const sample *of, const char *solver, const char *rtol) {
  tw_text text = {0};
  tw_text_print(&text, "%s'x': {'model': '%s', %s, 'solver': '%s', 'rtol': %s}", of->others,
                of->model, of->keys, solver, rtol);
  tw_run *run = probe_run(text.at);
  tw_text_free(&text);
  return run;
}

// Relative to the size of the state, or to what it has been at most.
static void compare(const sample *of, const char *solver, const tw_run *got, const tw_run *wanted,
                    double relative) {
  for (int32_t m = 0; m < got->line->n_member; m++) {
    const tw_member *member = &got->line->member[m];
    for (int32_t i = 0; i < member->system->n_variable; i++) {
      const double a = tw_variable_now(got, member, i), b = tw_variable_now(wanted, member, i);
      const double nominal = member->system->variable[i].nominal;
      const double size = fabs(b) > nominal ? fabs(b) : nominal;
      cr_expect(fabs(a - b) <= relative * size, "%s by %s at %.0f s: %s is %.15g, not %.15g",
                of->model, solver, tw_seconds(got->head->now_us), member->system->variable[i].name,
                a, b);
    }
    for (int32_t e = 0; e < member->system->n_event; e++)
      cr_expect_eq(got->model_event[member->first_event + e].n,
                   wanted->model_event[member->first_event + e].n,
                   "%s by %s: %s comes another number of times", of->model, solver,
                   member->system->event[e].name);
  }
}

// Both stop at instants in every phase: loading, the middle and the end of processing, waiting.
static void check(const sample *of, const char *solver, const char *rtol, double relative) {
  static const double instants_s[] = {20, 100, 389, 500, 1100, 2400, 3850, 6777, 9000};
  tw_run *got = run_with(of, solver, rtol), *wanted = run_with(of, "cvode", "1e-12");
  for (size_t i = 0; i < sizeof instants_s / sizeof instants_s[0]; i++) {
    probe_until(got, instants_s[i]);
    probe_until(wanted, instants_s[i]);
    compare(of, solver, got, wanted, relative);
  }
  tw_run_free(got);
  tw_run_free(wanted);
}

Test(models, each_has_a_sample) {
  int32_t n;
  const tw_model *const *model = tw_models(&n);
  cr_assert_eq(n, N_SAMPLE);
  for (int32_t i = 0; i < n; i++) {
    int n_of = 0;
    for (int k = 0; k < N_SAMPLE; k++) n_of += strcmp(samples[k].model, model[i]->table.name) == 0;
    cr_expect_eq(n_of, 1, "%s", model[i]->table.name);
  }
}

Test(models, by_runge_kutta_at_1e_8_are_what_cvode_finds_at_1e_12) {
  if (tw_cvode_version() == NULL) cr_skip_test("this build has no cvode");
  for (int i = 0; i < N_SAMPLE; i++) check(&samples[i], "rk", "1e-8", 1e-6);
}

Test(models, by_bdf_and_adams_at_1e_8_are_what_cvode_finds_at_1e_12) {
  if (tw_cvode_version() == NULL) cr_skip_test("this build has no cvode");
  for (int i = 0; i < N_SAMPLE; i++) {
    check(&samples[i], "cvode", "1e-8", 3e-5);
    check(&samples[i], "cvode-adams", "1e-8", 3e-5);
  }
}

// What is linear is solved in closed form, and so nearer to the reference than the solver's own
// error.
Test(models, that_are_linear_are_solved_exactly) {
  if (tw_cvode_version() == NULL) cr_skip_test("this build has no cvode");
  static const char *const curved[] = {"equations", "vibration", "radiation-furnace", "spindle",
                                       "tank"};
  for (int i = 0; i < N_SAMPLE; i++) {
    bool is_curved = false;
    for (size_t k = 0; k < sizeof curved / sizeof curved[0]; k++)
      is_curved = is_curved || strcmp(samples[i].model, curved[k]) == 0;
    tw_run *run = run_with(&samples[i], "auto", "1e-6");
    cr_expect_eq(probe_solver(run) == TW_SOLVER_EXACT, !is_curved, "%s: %s", samples[i].model,
                 run->line->body[0].why);
    tw_run_free(run);
    if (!is_curved) check(&samples[i], "exact", "1e-6", 1e-9);
  }
}

Test(models, by_the_solver_that_is_chosen_are_near_enough_at_the_default_error) {
  if (tw_cvode_version() == NULL) cr_skip_test("this build has no cvode");
  for (int i = 0; i < N_SAMPLE; i++) check(&samples[i], "auto", "1e-6", 1e-4);
}

// Begun anew from a snapshot half way, and stopped and read at odd instants, a run comes to the
// same bits.
static void check_cuts(const sample *of, const char *solver) {
  tw_run *whole = run_with(of, solver, "1e-6"), *cut = run_with(of, solver, "1e-6"),
         *resumed = run_with(of, solver, "1e-6");
  size_t n_byte = 0;
  probe_until(whole, 5000);
  for (double t_s = 0.7; t_s < 4900; t_s += 131.3) {
    probe_until(cut, t_s);
    for (int32_t m = 0; m < cut->line->n_member; m++)
      for (int32_t i = 0; i < cut->line->member[m].system->n_output; i++)
        (void)tw_output_now(cut, &cut->line->member[m], i);
    if (t_s < 2500) continue;
    void *bytes = test_save(cut, &n_byte);
    cr_assert_eq(tw_run_restore(resumed, bytes, n_byte, NULL), TWIN_OK, "%s", of->model);
    free(bytes);
    probe_until(resumed, t_s + 40);
  }
  probe_until(cut, 5000);
  probe_until(resumed, 5000);
  cr_expect_eq(tw_run_hash(cut, false), tw_run_hash(whole, false),
               "%s by %s depends on where it is cut", of->model, solver);
  cr_expect_eq(tw_run_hash(resumed, false), tw_run_hash(whole, false),
               "%s by %s depends on snapshots", of->model, solver);
  tw_run_free(whole);
  tw_run_free(cut);
  tw_run_free(resumed);
}

Test(models, come_to_the_same_bits_however_they_are_cut_saved_and_read) {
  for (int i = 0; i < N_SAMPLE; i++) {
    check_cuts(&samples[i], "auto");
    check_cuts(&samples[i], "rk");
    if (tw_cvode_version() != NULL) check_cuts(&samples[i], "cvode");
  }
}

// Nothing has been counted then.
Test(models, are_saved_and_restored_at_the_very_start_and_at_the_end_of_a_warm_up) {
  for (int i = 0; i < N_SAMPLE; i++) {
    tw_run *run = run_with(&samples[i], "auto", "1e-6"),
           *other = run_with(&samples[i], "auto", "1e-6");
    for (double t_s = 0; t_s < 2000; t_s += 900) {
      size_t n_byte = 0;
      probe_until(run, t_s);
      tw_figures_reset(run);
      void *bytes = test_save(run, &n_byte);
      cr_expect_eq(tw_run_restore(other, bytes, n_byte, NULL), TWIN_OK, "%s at %g s",
                   samples[i].model, t_s);
      free(bytes);
      cr_expect_eq(tw_run_hash(other, true), tw_run_hash(run, true), "%s at %g s", samples[i].model,
                   t_s);
    }
    tw_run_free(run);
    tw_run_free(other);
  }
}
