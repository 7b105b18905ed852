// generate_print.c - a plan as a line file. Keys that say nothing are left out, so that a shrunken
// plan is also short to read. See generate.h.

#include <string.h>

#include "base/assert.h"
#include "support/generate_inner.h"

static const char *const pushes[] = {"first-free", "round-robin", "shortest", "ratio",
                                     "probability"};
static const char *const pulls[] = {"longest-waiting", "priority", "round-robin", "longest-queue",
                                    "polling"};
static const char *const queues[] = {
    "fifo", "lifo",  "priority",    "random",    "edd", "cr",
    "slack", "least-setup", "expression", "attribute", "spt"};
const char *const test_clock_words[] = {"calendar", "on-shift", "processing", "cycles"};
const char *const test_fate_words[] = {"resume", "restart", "resample", "scrap", "eject"};
static const char *const needs[TEST_N_NEEDS] = {"",
                                    "[\"mend\"]",
                                    "[\"tune\", \"crane\"]",
                                    "[\"mend\", \"tune\"]",
                                    "[{\"skill\": \"mend\", \"count\": 2}]",
                                    "[\"crane\"]",
                                    "[\"mend\", \"clean\"]"};

void test_print_name(const test_plan *plan, int32_t place, tw_text *out) {
  static const char *const heads[] = {[TEST_SOURCE] = "in", [TEST_BUFFER] = "q", [TEST_STATION] = "s"};
  if (place == TEST_OUT) tw_text_add(out, "out");
  else if (place == TEST_SCRAP) tw_text_add(out, "scrap");
  else tw_text_print(out, "%s%d", heads[plan->place[place].kind], (int)place);
}

const char *test_unit(const test_plan *plan) { return plan->is_in_minutes ? "min" : "s"; }

void test_print_needs(const char *key, int32_t i, tw_text *out) {
  if (i > 0) tw_text_print(out, ", \"%s\": %s", key, needs[i]);
}

void test_print_time(const test_plan *plan, const test_time *time, tw_text *out) {
  const int a = (int)time->a, b = (int)time->b;
  const char *u = test_unit(plan);
  switch ((test_shape)time->shape) {
  case TEST_NO_TIME:
  case TEST_CONSTANT: tw_text_print(out, "\"%d %s\"", a, u); break;
  case TEST_DISCRETE:
    tw_text_print(out,
                  "{\"discrete\": {\"values\": [\"%d %s\", \"%d %s\", \"%d %s\"], \"weights\": [2, "
                  "1, 1]}}",
                  a, u, a + b, u, a > 0 ? a - 1 : a + b + 1, u);
    break;
  case TEST_TRACE:
    tw_text_print(out,
                  "{\"trace\": {\"values\": [\"%d %s\", \"%d %s\", \"%d %s\"], \"repeat\": true}}",
                  a, u, a + b, u, a, u);
    break;
  case TEST_EXPONENTIAL:
    tw_text_print(out, "{\"exponential\": {\"mean\": \"%d.%d %s\"}}", a, b, u);
    break;
  case TEST_UNIFORM:
    tw_text_print(out, "{\"uniform\": {\"min\": \"%d %s\", \"max\": \"%d %s\"}}", a, u, a + b, u);
    break;
  case TEST_GAMMA:
    tw_text_print(out, "{\"gamma\": {\"mean\": \"%d.%d %s\", \"cv\": 0.5}}", a, b, u);
    break;
  case TEST_TRIANGULAR:
    tw_text_print(out,
                  "{\"triangular\": {\"min\": \"%d %s\", \"mode\": \"%d.5 %s\", \"max\": \"%d %s\"}}",
                  a, u, a, u, a + b, u);
    break;
  }
}

void test_print_key_time(const test_plan *plan, const char *key, const test_time *time,
                         tw_text *out) {
  tw_text_print(out, ", \"%s\": ", key);
  test_print_time(plan, time, out);
}

// Shares of the places that the main exit leads to; 1 : 2 : 3 ... as ratios or probabilities.
static void print_push(const test_plan *plan, int32_t place, tw_text *out) {
  const test_planned *at = &plan->place[place];
  int32_t n = 0, k = 0;
  for (int32_t i = 0; i < plan->n_way; i++)
    n += !plan->way[i].is_gone && plan->way[i].from == place && plan->way[i].exit == TEST_MAIN;
  if (n < 2 || at->push == 0) return;
  const bool is_source = at->kind == TEST_SOURCE;
  tw_text_print(out, is_source ? ", \"push\": \"%s\"" : ", \"push\": {\"rule\": \"%s\"",
                pushes[at->push]);
  if (at->push >= 3) tw_text_add(out, ", \"share\": {");
  for (int32_t i = 0; i < plan->n_way && at->push >= 3; i++) {
    const test_way *way = &plan->way[i];
    if (way->is_gone || way->from != place || way->exit != TEST_MAIN) continue;
    tw_text_add(out, k++ == 0 ? "\"" : ", \"");
    test_print_name(plan, way->to, out);
    tw_text_add(out, "\": ");
    const double share = at->push == 3 ? k : 2.0 * k / (n * (n + 1.0));
    tw_text_add_number(out, share);
  }
  if (at->push >= 3) tw_text_add(out, "}");
  if (!is_source) tw_text_add(out, "}");
}

static bool has_ruled_feeder(const test_plan *plan, int32_t place) {
  for (int32_t i = 0; i < plan->n_way; i++) {
    const test_way *way = &plan->way[i];
    if (way->is_gone || way->to != place) continue;
    const test_planned *from = &plan->place[way->from];
    if (from->kind != TEST_BUFFER && from->push != 0) return true;
  }
  return false;
}

static void print_pull(const test_plan *plan, int32_t place, tw_text *out) {
  const test_planned *at = &plan->place[place];
  // only one of a pushing and a pulling place can choose
  if (at->pull == 0 || has_ruled_feeder(plan, place)) return;
  tw_text_print(out, ", \"pull\": {\"rule\": \"%s\"", pulls[at->pull]);
  const bool is_before = at->is_before_service || plan->is_before_service;
  if (at->pull == 1 && place % 2 == 0 && !is_before && !at->setup.is_there && at->finish == 0)
    tw_text_add(out, ", \"preempt\": \"resume\"");
  if (at->switch_over.shape != TEST_NO_TIME) test_print_key_time(plan, "switch", &at->switch_over, out);
  tw_text_add(out, "}");
}

static void print_source(const test_plan *plan, const test_planned *at, tw_text *out) {
  if (at->release == TEST_ORDERS) {
    tw_text_add(out, "\"orders\": [");
    for (int32_t i = 0; i < at->n_order; i++)
      tw_text_print(out,
                    "%s{\"part\": \"p%d\", \"quantity\": %d, \"release\": \"%d %s\", \"due\": \"90 "
                    "%s\", \"priority\": %d}",
                    i > 0 ? ", " : "", (int)(at->order[i].type % plan->n_type),
                    (int)at->order[i].quantity, (int)at->order[i].release_s, test_unit(plan),
                    test_unit(plan), (int)at->order[i].priority);
    tw_text_add(out, "]");
    return;
  }
  tw_text_add(out, at->is_mix ? "\"mix\": {" : "\"sequence\": [");
  for (int32_t i = 0; i < plan->n_type; i++)
    if (at->is_mix) tw_text_print(out, "%s\"p%d\": %d", i > 0 ? ", " : "", (int)i, (int)i + 1);
    else tw_text_print(out, "%s\"%d p%d\"", i > 0 ? ", " : "", (int)i + 1, (int)i);
  tw_text_add(out, at->is_mix ? "}" : "]");
  if (at->is_repeated) tw_text_add(out, ", \"repeat\": true");
  if (at->release != TEST_INTERVALS) return;
  test_print_key_time(plan, "every", &at->time, out);
  if (at->batch > 1) tw_text_print(out, ", \"batch\": %d", (int)at->batch);
  if (at->first_s >= 0) tw_text_print(out, ", \"first\": \"%d %s\"", (int)at->first_s, test_unit(plan));
  if (at->is_losing) tw_text_add(out, ", \"when_full\": \"lose\"");
}

static void print_buffer(const test_plan *plan, const test_planned *at, tw_text *out) {
  if (at->capacity == 0) tw_text_add(out, "\"capacity\": \"unlimited\"");
  else tw_text_print(out, "\"capacity\": %d", (int)at->capacity);
  if (at->queue != 0) tw_text_print(out, ", \"queue\": \"%s\"", queues[at->queue]);
  const bool is_attribute = strcmp(queues[at->queue], "attribute") == 0;
  const bool is_expression = strcmp(queues[at->queue], "expression") == 0;
  if (is_attribute) tw_text_add(out, ", \"attribute\": \"grade\"");
  if (is_expression)
    tw_text_add(out, ", \"key\": \"(part.due - time)/(part.time_left + 1 s) - (time - part.arrived)/(9 s)\"");
  if (is_attribute || is_expression) {
    if (at->is_largest_first) tw_text_add(out, ", \"order\": \"largest-first\"");
  }
  if (at->min_stay_s > 0) tw_text_print(out, ", \"min_stay\": \"%d %s\"", (int)at->min_stay_s, test_unit(plan));
  if (at->max_stay_s > 0) tw_text_print(out, ", \"max_stay\": \"%d %s\"", (int)at->max_stay_s, test_unit(plan));
  if (at->max_stay_s > 0 && at->is_overstay_exit) tw_text_add(out, ", \"on_max_stay\": \"exit\"");
}

static void print_failures(const test_plan *plan, const test_planned *at, tw_text *out) {
  if (at->n_failure == 0 && !test_has_hazard(at)) return;
  tw_text_add(out, ", \"failures\": {");
  for (int32_t i = 0; i < at->n_failure; i++) {
    const test_failure *failure = &at->failure[i];
    tw_text_print(out, "%s\"f%d\": {\"clock\": \"%s\", \"part\": \"%s\"", i > 0 ? ", " : "", (int)i,
                  test_clock_words[failure->clock], test_fate_words[failure->fate]);
    if (failure->how == 1)
      tw_text_add(out, ", \"availability\": \"80 %\"");
    else if (failure->how == 2)
      tw_text_add(out, plan->is_in_minutes ? ", \"stops\": \"20 1/shift\"" : ", \"stops\": \"500 1/shift\"");
    else if (failure->clock < 3) test_print_key_time(plan, "mtbf", &failure->mtbf, out);
    else if (failure->mtbf.shape == TEST_CONSTANT)
      tw_text_print(out, ", \"mtbf\": %d", (int)failure->mtbf.a);
    else tw_text_print(out, ", \"mtbf\": {\"geometric\": {\"mean\": %d}}", (int)failure->mtbf.a);
    if (failure->how == 1)
      tw_text_print(out, ", \"mttr\": \"%d %s\"", (int)failure->repair.b, test_unit(plan));
    else test_print_key_time(plan, "repair", &failure->repair, out);
    if (failure->is_at_start) tw_text_add(out, ", \"at\": \"start\"");
    test_print_needs("needs", failure->needs, out);
    if (failure->priority > 0) tw_text_print(out, ", \"priority\": %d", (int)failure->priority);
    if (failure->more.age > 0 && failure->clock < 3)
      tw_text_print(out, ", \"age\": \"%d %s\"", (int)failure->more.age, test_unit(plan));
    else if (failure->more.age > 0) tw_text_print(out, ", \"age\": %d", (int)failure->more.age);
    test_print_stop(plan, at, &failure->more, out);
    if (plan->has_costs) tw_text_print(out, ", \"cost\": \"%d EUR\"", 3 + (int)i);
    tw_text_add(out, "}");
  }
  test_print_hazard(plan, at, at->n_failure == 0, out);
  tw_text_add(out, "}");
}

static const char *const defects[TEST_PLAN_DEFECTS] = {"crack", "burr", "stain"};

// Bits as a list of names.
static void print_bits(int32_t bits, tw_text *out) {
  int32_t n = 0;
  for (int32_t k = 0; k < TEST_PLAN_DEFECTS; k++)
    if (bits >> k & 1) tw_text_print(out, "%s\"%s\"", n++ > 0 ? ", " : "", defects[k]);
}

// Those that some station of the plan makes: others have no name in the line.
static int32_t made_defects(const test_plan *plan) {
  int32_t bits = 0;
  for (int32_t i = 0; i < plan->n_place; i++)
    for (int32_t k = 0; k < TEST_PLAN_DEFECTS; k++)
      if (!plan->place[i].is_gone && plan->place[i].defect[k] > 0) bits |= 1 << k;
  return bits;
}

static void print_quality(const test_plan *plan, const test_planned *at, tw_text *out) {
  static const char *const forms[] = {"", "0.3", "\"10 %\"", "\"if(part.rework == 0, 0.5, 0.1)\"",
                                      "\"min(1, 0.2*part.grade)\""};
  int32_t n = 0;
  for (int32_t k = 0; k < TEST_PLAN_DEFECTS; k++)
    if (at->defect[k] > 0)
      tw_text_print(out, "%s\"%s\": %s", n++ > 0 ? ", " : ", \"defects\": {", defects[k],
                    forms[at->defect[k]]);
  if (n > 0) tw_text_add(out, "}");
  const int32_t repairs = at->repairs & made_defects(plan);
  if (repairs == 0) return;
  tw_text_add(out, ", \"repairs\": [");
  print_bits(repairs, out);
  tw_text_add(out, "]");
}

static void print_inspection(const test_plan *plan, const test_planned *at, tw_text *out) {
  const int32_t detects = at->detects & made_defects(plan);
  tw_text_add(out, at->missed > 0 ? ", \"detects\": {" : ", \"detects\": [");
  if (at->missed == 0) print_bits(detects, out);
  for (int32_t k = 0, n = 0; k < TEST_PLAN_DEFECTS && at->missed > 0; k++)
    if (detects >> k & 1)
      tw_text_print(out, "%s\"%s\": {\"missed\": \"%d %%\"}", n++ > 0 ? ", " : "", defects[k],
                    (int)at->missed);
  tw_text_add(out, at->missed > 0 ? "}" : "]");
  if (at->false_reject > 0) tw_text_print(out, ", \"false_reject\": \"%d %%\"", (int)at->false_reject);
  if (at->sample >= 10) tw_text_print(out, ", \"sample\": \"%d %%\"", (int)at->sample);
  else if (at->sample > 0) tw_text_print(out, ", \"sample\": {\"every\": %d}", (int)at->sample);
  if (at->exits == 0) return;
  tw_text_print(out, ", \"on_reject\": {\"rework\": 0.%02d, \"scrap\": 0.%02d", (int)at->again,
                100 - (int)at->again);
  if (at->max_rework >= 0) tw_text_print(out, ", \"max_rework\": %d", (int)at->max_rework);
  tw_text_add(out, "}");
}

static void print_station(const test_plan *plan, int32_t place, tw_text *out) {
  static const char *const factors[] = {"", "0.5", "1 + min(parts_since_stop, 2)", "part.grade"};
  const test_planned *at = &plan->place[place];
  tw_text_add(out, at->is_inspection ? "\"type\": \"inspection\"" : "\"type\": \"machine\"");
  if (at->n_machine > 1) tw_text_print(out, ", \"machines\": %d", (int)at->n_machine);
  const bool has_finish = at->finish > 0 && (at->models >> TEST_OVEN & 1) != 0;
  if (has_finish) {
    tw_text_print(out, ", \"finish\": {\"when\": \"heat.T >= 85 degC\", \"soak\": \"%d %s\"}", (int)at->finish - 1,
                  test_unit(plan));
  } else {
    tw_text_add(out, ", \"time\": ");
    if (at->is_by_part)
      tw_text_print(out, "{\"by_part\": {\"p0\": \"2 %s\", \"default\": ", test_unit(plan));
    test_print_time(plan, &at->time, out);
    if (at->is_by_part) tw_text_add(out, "}}");
  }
  if (at->load.shape != TEST_NO_TIME) {
    test_print_key_time(plan, "load\": {\"time", &at->load, out);
    test_print_needs("needs", at->load_needs, out);
    if (at->load_priority > 0) tw_text_print(out, ", \"priority\": %d", (int)at->load_priority);
    if (at->can_load_preempt) tw_text_add(out, ", \"preempt\": true");
    tw_text_add(out, "}");
  }
  if (at->unload.shape != TEST_NO_TIME) {
    test_print_key_time(plan, "unload\": {\"time", &at->unload, out);
    test_print_needs("needs", at->unload_needs, out);
    tw_text_add(out, "}");
  }
  if (at->is_before_service) tw_text_add(out, ", \"blocking\": \"before-service\"");
  if (at->takes_while_down || at->gives_while_down)
    tw_text_print(out, ", \"while_down\": {\"takes\": %s, \"gives\": %s}",
                  at->takes_while_down ? "true" : "false", at->gives_while_down ? "true" : "false");
  if (at->priority > 0) tw_text_print(out, ", \"priority\": %d", (int)at->priority);
  if (at->scrap > 0) tw_text_print(out, ", \"scrap\": \"%d %%\"", (int)at->scrap);
  if (at->factor > 0 && !has_finish) tw_text_print(out, ", \"factor\": \"%s\"", factors[at->factor]);
  print_quality(plan, at, out);
  if (at->is_inspection) print_inspection(plan, at, out);
  if (at->exits > 0 && !at->is_inspection)
    tw_text_print(out, ", \"exits\": {\"%s\": {\"again\": 0.%02d, \"pass\": 0.%02d}}",
                  at->exits == 1 ? "probability" : "ratio", (int)at->again, 100 - (int)at->again);
  if (at->exits == 0) print_push(plan, place, out);
  print_pull(plan, place, out);
  print_failures(plan, at, out);
  test_print_duty(plan, at, out);
  test_print_power(at, out);
  if (plan->has_costs && place % 2 == 0) tw_text_add(out, ", \"downtime_cost\": \"36 EUR/h\"");
  test_print_models(plan, at, out);
}

static void print_section(const test_plan *plan, const char *section, test_place_kind kind,
                          tw_text *out) {
  tw_text_print(out, " \"%s\": {", section);
  bool has_any = false;
  for (int32_t i = 0; i < plan->n_place; i++) {
    const test_planned *at = &plan->place[i];
    if (at->is_gone || at->kind != (int32_t)kind) continue;
    tw_text_add(out, has_any ? ",\n  \"" : "\n  \"");
    has_any = true;
    test_print_name(plan, i, out);
    tw_text_add(out, "\": {");
    if (kind == TEST_SOURCE) {
      print_source(plan, at, out);
      print_push(plan, i, out);
    } else if (kind == TEST_BUFFER) {
      print_buffer(plan, at, out);
    } else {
      print_station(plan, i, out);
    }
    tw_text_add(out, "}");
  }
  tw_text_add(out, "},\n");
}

static void print_flow(const test_plan *plan, tw_text *out) {
  static const char *const exits[] = {[TEST_MAIN] = "", [TEST_AGAIN] = ".again",
                                      [TEST_PASS] = ".pass", [TEST_OVERSTAY] = ".overstay"};
  bool has_any = false;
  tw_text_add(out, " \"flow\": [");
  for (int32_t i = 0; i < plan->n_way; i++) {
    const test_way *way = &plan->way[i];
    if (way->is_gone) continue;
    tw_text_add(out, has_any ? ", [\"" : "[\"");
    has_any = true;
    test_print_name(plan, way->from, out);
    const bool is_rework = way->exit == TEST_AGAIN && plan->place[way->from].is_inspection;
    tw_text_print(out, "%s\", \"", is_rework ? ".rework" : exits[way->exit]);
    test_print_name(plan, way->to, out);
    tw_text_add(out, "\"]");
  }
  tw_text_add(out, "]}\n");
}

static void print_run(const test_plan *plan, tw_text *out) {
  const int start_s = (int)plan->start_s;
  tw_text_print(out, "{\"libtwin\": \"1.0\", \"run\": {\"max_parts\": %d, \"warmup\": \"%d %s\"",
                (int)plan->max_parts, (int)plan->warmup_s, test_unit(plan));
  if (plan->n_calendar > 0)
    tw_text_print(out, ", \"start\": \"2026-01-05T%02d:%02d:%02d\"", start_s / 3600,
                  start_s / 60 % 60, start_s % 60);
  tw_text_add(out, "},\n");
}

void test_plan_print(const test_plan *plan, tw_text *out) {
  print_run(plan, out);
  test_print_defaults(plan, out);
  test_print_calendars(plan, out);
  tw_text_add(out, " \"parts\": {");
  for (int32_t i = 0; i < plan->n_type; i++) {
    tw_text_print(out, "%s\"p%d\": {\"priority\": %d", i > 0 ? ", " : "", (int)i, (int)i % 2);
    if (plan->has_costs && i < 2) tw_text_print(out, ", \"scrap_cost\": \"%d.5 EUR\"", 7 - (int)i);
    if (plan->has_families) tw_text_print(out, ", \"family\": \"%s\"", i % 2 == 0 ? "A" : "B");
    tw_text_print(out, ", \"mass\": \"%d kg\", \"attributes\": {\"grade\": %d}}", 1 + (int)i, 3 - (int)i);
  }
  test_print_stock(plan, out);
  tw_text_add(out, "},\n");
  test_print_people(plan, out);
  test_print_causes(plan, out);
  test_print_energy(plan, out);
  print_section(plan, "sources", TEST_SOURCE, out);
  print_section(plan, "buffers", TEST_BUFFER, out);
  print_section(plan, "stations", TEST_STATION, out);
  print_flow(plan, out);
}

tw_line *test_plan_line(const test_plan *plan) {
  tw_text text = {0};
  test_plan_print(plan, &text);
  tw_line *line = test_line(text.at, NULL);
  tw_text_free(&text);
  return line;
}

tw_line *test_seed_line(uint64_t seed) {
  static test_plan plan;
  test_plan_make(&plan, seed, seed % 2 == 0);
  return test_plan_line(&plan);
}
