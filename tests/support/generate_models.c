// generate_models.c - machine models of random lines: tools that wear, thermostats, sliders that are reset on whole
// seconds, a ball, counters of what happens at the machine, a furnace that ends processing, hazards. One line in
// three has some. See generate.h.

#include "support/generate_inner.h"

static bool chance(test_generator *in, int32_t percent) { return test_chance(&in->random, percent); }

static int32_t pick(test_generator *in, int32_t n) { return test_pick(&in->random, n); }

void test_add_models(test_generator *in) {
  test_plan *plan = in->plan;
  if (!chance(in, 33)) return;
  for (int32_t i = 0; i < plan->n_place; i++) {
    test_planned *at = &plan->place[i];
    if (at->kind != TEST_STATION || chance(in, 40)) continue;
    for (int32_t k = 0; k < TEST_N_MODEL; k++)
      if (chance(in, 35)) at->models |= 1 << k;
    at->solver = pick(in, 8);
    at->model_time = 1 + pick(in, 6);
    const bool can_finish = !at->is_inspection && at->setup.is_there == false && plan->shift_end == 0;
    if ((at->models >> TEST_OVEN & 1) != 0 && can_finish && at->shift_end == 0)
      at->finish = chance(in, 50) ? 1 + pick(in, 4) : 0;
    // nobody knows how long a part will take whose end a condition decides
    for (int32_t w = 0; w < plan->n_way && at->finish > 0; w++) {
      if (plan->way[w].to != i || plan->way[w].from < 0) continue;
      test_planned *from = &plan->place[plan->way[w].from];
      if (from->kind == TEST_BUFFER && from->queue == TEST_QUEUE_SPT) from->queue = 0;
    }
  }
}

// A solver for models that are linear, and for others; mostly the library's choice.
static void print_solver(const test_planned *at, bool is_linear, tw_text *out) {
  static const char *const linear[] = {"exact", "rk", "cvode", "cvode-adams"};
  static const char *const others[] = {"rk", "rk", "cvode", "cvode-adams"};
  if (at->solver >= 4) return;
  tw_text_print(out, ", \"solver\": \"%s\"", (is_linear ? linear : others)[at->solver]);
}

static void print_tool(const test_plan *plan, const test_planned *at, tw_text *out) {
  const bool has_request = at->n_maintenance > 0 && at->maintenance[0].trigger == TEST_ON_REQUEST;
  tw_text_print(out, "\"tool\": {\"model\": \"tool-wear\", \"rate\": \"0.%02d 1/%s\", \"growth\": %d", 3 * (int)at->model_time,
                test_unit(plan), (int)at->model_time % 3);
  print_solver(at, true, out);
  tw_text_print(out, ", \"events\": {\"worn\": {\"when\": \"wear >= 1\", %s}}}",
                has_request ? "\"request\": \"m0\"" : "\"set\": {\"wear\": 0}");
}

// A thermostat on one of two coupled bodies.
static void print_net(const test_plan *plan, const test_planned *at, tw_text *out) {
  const char *unit = test_unit(plan);
  const int a = (int)at->model_time;
  tw_text_print(out,
                "\"net\": {\"model\": \"equations\", \"states\": {\"A\": \"20 degC\", \"B\": \"20 degC\", \"u\": 1}, \"equations\": "
                "{\"dA/dt\": \"(u*(40 K) - (A - 20 degC))/(%d %s) - (A - B)/(4 %s)\", \"dB/dt\": \"(A - B)/(4 %s)\"}",
                2 * a, unit, unit, unit);
  print_solver(at, true, out);
  tw_text_add(out, ", \"outputs\": {\"power\": \"u*(1 kW)\"}, \"events\": {\"off\": {\"when\": \"A >= 34 degC\", \"set\": {\"u\": 0}},"
                   " \"on\": {\"when\": \"A <= 31 degC\", \"set\": {\"u\": 1}}, \"warm\": {\"when\": \"B >= 31 degC\","
                   " \"hysteresis\": \"1 K\"}}}");
}

// Moves while processing, or while down, and is reset: its thresholds are met on whole seconds.
static void print_slider(const test_plan *plan, const test_planned *at, tw_text *out) {
  static const char *const modes[] = {"processing", "failed-repair", "starved", "blocked", "loading"};
  tw_text_print(out,
                "\"slide\": {\"model\": \"equations\", \"states\": {\"y\": 0, \"n\": 0}, \"equations\": {\"%s\": {\"dy/dt\": \"1/(1 "
                "%s)\"}, \"otherwise\": {\"dy/dt\": \"0.5/(1 %s)\"}}",
                modes[at->model_time % 5], test_unit(plan), test_unit(plan));
  print_solver(at, true, out);
  tw_text_print(out, ", \"events\": {\"end\": {\"when\": \"y >= %d\", \"set\": {\"y\": 0, \"n\": \"n + 1\"}}, \"many\": {\"when\": "
                     "\"n >= 4\", \"set\": {\"n\": 0}}, \"begin\": {\"on\": \"start\", \"set\": {\"y\": \"y/2\"}}}}",
                2 + (int)at->model_time);
}

static void print_ball(const test_plan *plan, const test_planned *at, tw_text *out) {
  const char *unit = test_unit(plan);
  tw_text_print(out,
                "\"ball\": {\"model\": \"equations\", \"states\": {\"h\": \"1 m\", \"v\": \"0 m/s\"}, \"equations\": {\"dh/dt\": \"v\", "
                "\"dv/dt\": \"-0.4 m/s/(1 %s) - 0.01*v*abs(v)/(1 m)\"}",
                unit);
  print_solver(at, false, out);
  tw_text_print(out, ", \"events\": {\"hit\": {\"when\": \"h <= 0 m\", \"set\": {\"v\": \"0.95*abs(v) + 0.05 m/(1 %s)\", \"h\": "
                     "\"0 m\"}}}}", unit);
}

// What happens at the machine, counted; and what only words and the time decide.
static void print_counter(const test_plan *plan, const test_planned *at, tw_text *out) {
  (void)at;
  tw_text_print(out,
                "\"count\": {\"model\": \"equations\", \"states\": {\"n\": 0, \"m\": 0, \"k\": 0}, \"equations\": {}, \"events\": {"
                "\"done\": {\"on\": \"completion\", \"set\": {\"n\": \"n + part.grade\"}}, \"in\": {\"on\": \"load\", \"set\": {\"m\": \"m + "
                "1\"}}, \"fault\": {\"when\": \"down\", \"set\": {\"k\": \"k + 1\"}}, \"late\": {\"when\": \"time >= 33 %s\"}}}",
                test_unit(plan));
}

static void print_oven(const test_plan *plan, const test_planned *at, tw_text *out) {
  tw_text_print(out,
                "\"heat\": {\"model\": \"lumped-thermal\", \"states\": {\"T\": \"60 degC\"}, \"heat_capacity\": \"%d J/K\", "
                "\"load_heat\": \"5 J/kg/K\", \"loss\": \"%s\", \"heater\": {\"power\": \"%s\", \"setpoint\": \"92 degC\"%s}, "
                "\"standby\": \"70 degC\"",
                10 * (int)at->model_time, plan->is_in_minutes ? "0.02 W/K" : "1 W/K",
                plan->is_in_minutes ? "5 W" : "300 W", at->model_time % 2 == 0 ? ", \"band\": \"1 K\"" : "");
  print_solver(at, true, out);
  tw_text_add(out, "}");
}

void test_print_models(const test_plan *plan, const test_planned *at, tw_text *out) {
  static void (*const print[])(const test_plan *, const test_planned *, tw_text *) = {
      [TEST_TOOL] = print_tool, [TEST_NET] = print_net,         [TEST_SLIDER] = print_slider,
      [TEST_BALL] = print_ball, [TEST_COUNTER] = print_counter, [TEST_OVEN] = print_oven};
  int32_t n = 0;
  for (int32_t k = 0; k < TEST_N_MODEL; k++) {
    if ((at->models >> k & 1) == 0) continue;
    tw_text_add(out, n++ == 0 ? ", \"dynamics\": {" : ", ");
    print[k](plan, at, out);
  }
  if (n > 0) tw_text_add(out, "}");
}

void test_print_hazard(const test_plan *plan, const test_planned *at, bool is_first, tw_text *out) {
  if ((at->models >> TEST_NET & 1) == 0 || at->model_time % 2 == 0) return;
  tw_text_print(out,
                "%s\"burn\": {\"clock\": \"%s\", \"hazard\": \"0.02*(1 + (net.A - 20 degC)/(10 K))/(1 %s)\", \"repair\": \"%d %s\""
                ", \"part\": \"%s\", \"set\": {\"net.A\": \"22 degC\"}}",
                is_first ? "" : ", ", test_clock_words[at->model_time % 3], test_unit(plan), (int)at->model_time - 1,
                test_unit(plan), test_fate_words[at->model_time % 4]);
}

bool test_has_hazard(const test_planned *at) {
  return (at->models >> TEST_NET & 1) != 0 && at->model_time % 2 != 0;
}

bool test_edit_models(test_planned *at, int32_t edit) {
  if (edit == TEST_N_MODEL) return at->solver < 4 && test_set(&at->solver, 4);
  if (edit == TEST_N_MODEL + 1) return test_set(&at->finish, 0);
  return test_set(&at->models, at->models & ~(1 << edit));
}
