// generate_upkeep.c - maintenance and setups of random lines. See generate.h.

#include "support/generate.h"

static test_time draw_time(const test_plan *plan, test_random *random, int32_t least_s,
                           int32_t most_s) {
  test_time time = {.a = least_s + test_pick(random, most_s - least_s + 1),
                    .b = 1 + test_pick(random, 3)};
  time.shape = plan->is_whole ? TEST_CONSTANT + test_pick(random, 3)
                              : TEST_EXPONENTIAL + test_pick(random, 4);
  return time;
}

static int32_t draw_needs(test_random *random) {
  return test_chance(random, 40) ? 1 + test_pick(random, 6) : 0;
}

static void draw_service(const test_plan *plan, test_random *random, test_service *service) {
  *service = (test_service){.clock = test_pick(random, 5),
                            .at = test_pick(random, 3),
                            .fate = test_pick(random, 5),
                            .needs = draw_needs(random),
                            .is_from_end = test_chance(random, 50),
                            .is_renewing = test_chance(random, 40),
                            .due_within = test_chance(random, 30) ? test_pick(random, 6) : -1,
                            .age = test_chance(random, 30) ? test_pick(random, 3) : -1,
                            .every = draw_time(plan, random, 4, 30),
                            .duration = draw_time(plan, random, 1, 5)};
  if (test_chance(random, 25)) service->n_spare = 1 + test_pick(random, 2);
  if (service->clock < 3) return;
  service->every = (test_time){.shape = TEST_CONSTANT, .a = 1 + test_pick(random, 8)};
  if (service->clock == 4) service->due_within = service->age = -1;
}

// From a part to another; a setup that needs no time at all is one as well.
static void draw_setup(const test_plan *plan, test_random *random, test_changeover *setup) {
  *setup = (test_changeover){.time = draw_time(plan, random, test_chance(random, 10) ? 0 : 1, 4),
                             .needs = draw_needs(random),
                             .has_initial = test_chance(random, 20)};
  if (test_chance(random, 40)) setup->ahead_s = 1 + test_pick(random, 3);
  if (test_chance(random, 30)) setup->step_s = 1 + test_pick(random, 2);
  if (test_chance(random, 50)) setup->min_run = 1 + test_pick(random, 6);
  if (test_chance(random, 20)) setup->n_scrap = 1;
  if (test_chance(random, 25)) setup->n_approval = 1 + test_pick(random, 2);
}

void test_upkeep_draw(test_plan *plan, test_random *random) {
  if (!test_chance(random, 60)) return;
  for (int32_t i = 0; i < plan->n_place; i++) {
    test_planned *station = &plan->place[i];
    if (station->kind != TEST_STATION) continue;
    station->n_service = test_chance(random, 35) ? 1 + test_pick(random, 2) : 0;
    for (int32_t k = 0; k < station->n_service; k++)
      draw_service(plan, random, &station->service[k]);
    if (test_chance(random, 40)) draw_setup(plan, random, &station->setup);
    station->is_in_cause = test_chance(random, 20);
  }
  plan->cause = (test_failure){.fate = test_pick(random, 5),
                               .needs = draw_needs(random),
                               .mtbf = draw_time(plan, random, 3, 30),
                               .repair = draw_time(plan, random, 1, 5)};
}

static void print_trigger(const test_service *service, tw_text *out) {
  static const char *const clocks[] = {"calendar", "on-shift", "processing", "cycles", "cycles"};
  const int a = (int)service->every.a;
  tw_text_add(out, "\"trigger\": {\"clock\": ");
  tw_text_print(out, "\"%s\"", clocks[service->clock]);
  if (service->clock < 3) test_time_print("every", &service->every, out);
  else if (service->clock == 3) tw_text_print(out, ", \"every\": %d", a);
  else
    tw_text_print(out, ", \"every\": {\"by_part\": {\"p0\": %d, \"default\": %d}}", a, a + 2);
  tw_text_add(out, "}");
}

static void print_service(const test_planned *at, int32_t i, tw_text *out) {
  static const char *const begins[] = {"immediate", "part-boundary", "idle"};
  static const char *const fates[] = {"resume", "restart", "resample", "scrap", "eject"};
  const test_service *service = &at->service[i];
  const bool is_count = service->clock == 3;
  print_trigger(service, out);
  test_time_print("duration", &service->duration, out);
  tw_text_print(out, ", \"at\": \"%s\", \"part\": \"%s\", \"from\": \"%s\"", begins[service->at],
                fates[service->fate], service->is_from_end ? "end" : "due");
  if (service->needs > 0) tw_text_print(out, ", \"needs\": %s", test_needs[service->needs]);
  if (service->n_spare > 0)
    tw_text_print(out, ", \"spares\": {\"cartridge\": %d}", (int)service->n_spare);
  if (service->due_within >= 0)
    tw_text_print(out, is_count ? ", \"with\": {\"due_within\": %d}" : ", \"with\": {\"due_within\": \"%d s\"}",
                  (int)service->due_within);
  if (service->age == 1) tw_text_add(out, ", \"age\": \"spread\"");
  else if (service->age >= 0) tw_text_add(out, is_count ? ", \"age\": 1" : ", \"age\": \"2 s\"");
  const bool has_other = at->n_failure > 0 || at->n_service > 1;
  if (!service->is_renewing || !has_other) return;
  tw_text_print(out, ", \"renews\": {\"%s\": %s}", at->n_failure > 0 ? "f0" : i == 0 ? "m1" : "m0",
                service->at == 0 ? "1" : "0.5");
}

static void print_setup(const test_changeover *setup, tw_text *out) {
  tw_text_add(out, ", \"setup\": {\"by\": \"part\"");
  test_time_print("time", &setup->time, out);
  if (setup->needs > 0) tw_text_print(out, ", \"needs\": %s", test_needs[setup->needs]);
  if (setup->min_run > 0) tw_text_print(out, ", \"min_run\": %d", (int)setup->min_run);
  if (setup->has_initial) tw_text_add(out, ", \"initial\": \"p0\"");
  if (setup->ahead_s > 0 || setup->step_s > 0) tw_text_add(out, ", \"steps\": {");
  if (setup->step_s > 0) tw_text_print(out, "\"clean\": {\"time\": \"%d s\"}", (int)setup->step_s);
  if (setup->ahead_s > 0 && setup->step_s > 0) tw_text_add(out, ", ");
  if (setup->ahead_s > 0)
    tw_text_print(out, "\"preset\": {\"time\": \"%d s\", \"while_running\": true%s}", (int)setup->ahead_s,
                  setup->needs > 3 ? ", \"needs\": [\"tune\"]" : "");
  if (setup->ahead_s > 0 || setup->step_s > 0) tw_text_add(out, "}");
  if (setup->n_scrap > 0) tw_text_print(out, ", \"startup_scrap\": %d", (int)setup->n_scrap);
  if (setup->n_approval > 0)
    tw_text_print(out, ", \"approval\": {\"parts\": %d, \"time\": \"2 s\"%s}", (int)setup->n_approval,
                  setup->needs > 1 ? ", \"needs\": [\"tune\"]" : "");
  tw_text_add(out, "}");
}

void test_upkeep_print(const test_planned *at, tw_text *out) {
  if (at->setup.time.shape != TEST_NO_TIME) print_setup(&at->setup, out);
  if (at->n_service == 0) return;
  tw_text_add(out, ", \"maintenance\": {");
  for (int32_t i = 0; i < at->n_service; i++) {
    tw_text_print(out, "%s\"m%d\": {", i > 0 ? ", " : "", (int)i);
    print_service(at, i, out);
    tw_text_add(out, "}");
  }
  tw_text_add(out, "}");
}

void test_causes_print(const test_plan *plan, tw_text *out) {
  static const char *const fates[] = {"resume", "restart", "resample", "scrap", "eject"};
  int32_t n = 0;
  for (int32_t i = 0; i < plan->n_place; i++) {
    if (plan->place[i].is_gone || !plan->place[i].is_in_cause) continue;
    tw_text_print(out, "%s\"s%d\"", n++ > 0 ? ", " : " \"common_causes\": {\"power\": {\"stations\": [", (int)i);
  }
  if (n == 0) return;
  tw_text_print(out, "], \"part\": \"%s\"", fates[plan->cause.fate]);
  test_time_print("mtbf", &plan->cause.mtbf, out);
  test_time_print("repair", &plan->cause.repair, out);
  if (plan->cause.needs > 0) tw_text_print(out, ", \"needs\": %s", test_needs[plan->cause.needs]);
  tw_text_add(out, "}},\n");
}

// Spare parts are there where some maintenance needs them: two at the start, one every 7 s.
void test_spares_print(const test_plan *plan, tw_text *out) {
  for (int32_t i = 0; i < plan->n_place; i++) {
    const test_planned *at = &plan->place[i];
    for (int32_t k = 0; k < at->n_service && !at->is_gone; k++) {
      if (at->service[k].n_spare == 0) continue;
      tw_text_add(out, ", \"cartridge\": {\"supply\": {\"stock\": 2, \"every\": \"7 s\"}}");
      return;
    }
  }
}
