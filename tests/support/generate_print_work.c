// generate_print_work.c - prints what generate_work.c has drawn. See generate.h.

#include "support/generate_inner.h"

enum { DAY_MIN = 24 * 60 };

static const char *const shift_ends[] = {"", "suspend", "finish", "no-start", "restart", "scrap"};

static void print_shift_end(int32_t shift_end, tw_text *out) {
  if (shift_end > 0) tw_text_print(out, ", \"on_shift_end\": \"%s\"", shift_ends[shift_end]);
}

static void print_calendar_name(const test_plan *plan, int32_t calendar, tw_text *out) {
  if (calendar > 0 && calendar <= plan->n_calendar)
    tw_text_print(out, ", \"calendar\": \"c%d\"", (int)calendar);
}

void test_print_defaults(const test_plan *plan, tw_text *out) {
  tw_text_add(out, " \"defaults\": {\"queue\": \"fifo\"");
  if (plan->is_before_service) tw_text_add(out, ", \"blocking\": \"before-service\"");
  print_calendar_name(plan, plan->calendar, out);
  print_shift_end(plan->shift_end, out);
  if (plan->minor_stop > 0)
    tw_text_print(out, ", \"minor_stop\": \"%d %s\"", (int)plan->minor_stop, test_unit(plan));
  tw_text_add(out, "},\n");
}

// "06:00-06:20" of minutes that may be of the next day.
static void print_interval(int32_t start_min, int32_t end_min, tw_text *out) {
  const int32_t start = (start_min + DAY_MIN) % DAY_MIN, end = (end_min + DAY_MIN) % DAY_MIN;
  tw_text_print(out, "%02d:%02d-%02d:%02d", (int)(start / 60), (int)(start % 60), (int)(end / 60),
                (int)(end % 60));
}

static void print_pieces(const test_calendar *calendar, int32_t name, tw_text *out) {
  int32_t n = 0;
  for (int32_t i = name; i < calendar->n_piece; i += 2) {
    tw_text_add(out, n++ > 0 ? ", \"Mon-Sun " : "\"Mon-Sun ");
    print_interval(calendar->piece[i].start_min, calendar->piece[i].end_min, out);
    tw_text_add(out, "\"");
  }
}

// Every second shift is an early one, the others are late; a break lies in the middle of its shift.
static void print_calendar(const test_plan *plan, const test_calendar *calendar, tw_text *out) {
  tw_text_add(out, "{\"shifts\": {\"early\": [");
  print_pieces(calendar, 0, out);
  if (calendar->n_piece > 1) tw_text_add(out, "], \"late\": [");
  if (calendar->n_piece > 1) print_pieces(calendar, 1, out);
  tw_text_add(out, "]}");
  int32_t n = 0;
  for (int32_t i = 0; i < calendar->n_piece; i++) {
    if (calendar->piece[i].break_min == 0) continue;
    const int32_t start_min = calendar->piece[i].start_min + 2;
    tw_text_add(out, n++ > 0 ? ", \"Mon-Sun " : ", \"breaks\": {\"pause\": [\"Mon-Sun ");
    print_interval(start_min, start_min + calendar->piece[i].break_min, out);
    tw_text_add(out, "\"");
  }
  if (n > 0) tw_text_add(out, "]}");
  // the run begins on 2026-01-05
  if (calendar->closed_day > 0)
    tw_text_print(out, ", \"closed\": [\"2026-01-%02d\"]", 5 + (int)calendar->closed_day);
  const int32_t extra_min = calendar->piece[calendar->n_piece - 1].end_min + 7;
  const int32_t extra_day = 5 + extra_min / DAY_MIN;
  if (calendar->has_extra) {
    tw_text_print(out, ", \"extra\": {\"early\": [\"2026-01-%02d ", (int)extra_day);
    print_interval(extra_min, extra_min + (plan->is_in_minutes ? 15 : 2), out);
    tw_text_add(out, "\"]}");
  }
  tw_text_add(out, "}");
}

void test_print_calendars(const test_plan *plan, tw_text *out) {
  if (plan->n_calendar == 0) return;
  tw_text_add(out, " \"calendars\": {");
  for (int32_t i = 0; i < plan->n_calendar; i++) {
    tw_text_print(out, "%s\"c%d\": ", i > 0 ? ",\n  " : "", (int)i + 1);
    print_calendar(plan, &plan->calendars[i], out);
  }
  tw_text_add(out, "},\n");
}

// Ways from the first station to the last one, and one time for all others.
static void print_walk(const test_plan *plan, const test_pool *pool, tw_text *out) {
  if (pool->walk == 0) return;
  int32_t first = -1, last = -1;
  for (int32_t i = 0; i < plan->n_place; i++) {
    if (plan->place[i].kind != TEST_STATION || plan->place[i].is_gone) continue;
    if (first < 0) first = i;
    last = i;
  }
  tw_text_add(out, ", \"walk\": ");
  if (pool->has_ways && last != first) {
    tw_text_add(out, "{\"");
    test_print_name(plan, first, out);
    tw_text_add(out, "\": {\"");
    test_print_name(plan, last, out);
    tw_text_print(out, "\": \"%d %s\"}, \"other\": ", (int)pool->walk + 1, test_unit(plan));
  }
  tw_text_print(out, "\"%d %s\"", (int)pool->walk, test_unit(plan));
  if (pool->has_ways && last != first) tw_text_add(out, "}");
}

static void print_pool(const test_plan *plan, int32_t i, tw_text *out) {
  const test_pool *pool = &plan->pool[i];
  print_calendar_name(plan, pool->calendar, out);
  print_shift_end(pool->shift_end, out);
  print_walk(plan, pool, out);
  if (pool->call_at > 0)
    tw_text_print(out, ", \"call\": {\"at\": %d, \"until\": %d}", (int)pool->call_at,
                  (int)pool->call_until);
  tw_text_add(out, "}");
}

void test_print_people(const test_plan *plan, tw_text *out) {
  tw_text_print(out, " \"workers\": {\"fitters\": {\"count\": %d, \"skills\": [\"mend\"]",
                (int)plan->n_fitter);
  print_pool(plan, 0, out);
  tw_text_print(out, ",\n  \"masters\": {\"count\": %d, \"skills\": [\"mend\", \"tune\"]",
                (int)plan->n_master);
  print_pool(plan, 1, out);
  tw_text_add(out, ",\n  \"helpers\": {\"count\": 1, \"skills\": [\"clean\", \"mend\"]");
  print_pool(plan, 2, out);
  tw_text_print(out, "},\n \"resources\": {\"crane\": {\"count\": %d", (int)plan->n_crane);
  print_calendar_name(plan, plan->pool[3].calendar, out);
  tw_text_add(out, "}},\n");
}

// The stations of the mask's bits, counted among those there are; the first one when it hits none.
void test_print_causes(const test_plan *plan, tw_text *out) {
  const test_cause *cause = &plan->cause;
  if (cause->station_mask == 0) return;
  tw_text_add(out, " \"common_causes\": {\"power\": {\"stations\": [");
  int32_t n = 0, n_named = 0, first = -1;
  for (int32_t i = 0; i < plan->n_place; i++) {
    if (plan->place[i].kind != TEST_STATION || plan->place[i].is_gone) continue;
    if (first < 0) first = i;
    if ((cause->station_mask >> n++ & 1) == 0) continue;
    tw_text_add(out, n_named++ > 0 ? ", \"" : "\"");
    test_print_name(plan, i, out);
    tw_text_add(out, "\"");
  }
  if (n_named == 0 && first >= 0) {
    tw_text_add(out, "\"");
    test_print_name(plan, first, out);
    tw_text_add(out, "\"");
  }
  tw_text_print(out, "], \"part\": \"%s\"", test_fate_words[cause->fate]);
  test_print_key_time(plan, "mtbf", &cause->mtbf, out);
  test_print_key_time(plan, "repair", &cause->repair, out);
  test_print_needs("needs", cause->needs, out);
  if (cause->priority > 0) tw_text_print(out, ", \"priority\": %d", (int)cause->priority);
  if (plan->has_costs) tw_text_add(out, ", \"cost\": \"2 EUR\"");
  tw_text_add(out, "}},\n");
}

void test_print_stock(const test_plan *plan, tw_text *out) {
  if (!plan->has_stock) return;
  tw_text_print(out, ", \"nut\": {\"supply\": {\"stock\": %d, \"batch\": %d", (int)plan->n_stock,
                (int)plan->n_batch);
  test_print_key_time(plan, "every", &plan->delivery, out);
  tw_text_add(out, "}}");
}

void test_print_stop(const test_plan *plan, const test_planned *at, const test_stop *stop,
                     tw_text *out) {
  if (stop->can_preempt) tw_text_add(out, ", \"preempt\": true");
  const int32_t n = stop->renews;
  if (n > 0 && n <= at->n_failure)
    tw_text_print(out, ", \"renews\": {\"f%d\": 0.5}", (int)n - 1);
  else if (n > 0 && n <= at->n_failure + at->n_maintenance)
    tw_text_print(out, ", \"renews\": {\"m%d\": 1}", (int)(n - at->n_failure) - 1);
  if (stop->spares > 0 && plan->has_stock)
    tw_text_print(out, ", \"spares\": {\"nut\": %d}", (int)stop->spares);
}

static void print_matrix(const test_plan *plan, const test_setup *setup, tw_text *out) {
  const bool is_family = !setup->is_by_part && plan->has_families;
  tw_text_print(out, ", \"matrix\": {\"%s\": {\"other\": ", is_family ? "A" : "p0");
  test_print_time(plan, &setup->other, out);
  tw_text_add(out, "}, \"other\": ");
  test_print_time(plan, &setup->time, out);
  tw_text_add(out, "}");
}

static void print_setup(const test_plan *plan, const test_setup *setup, tw_text *out) {
  if (!setup->is_there) return;
  tw_text_print(out, ", \"setup\": {\"by\": \"%s\"", setup->is_by_part ? "part" : "family");
  if (setup->has_matrix) print_matrix(plan, setup, out);
  else test_print_key_time(plan, "time", &setup->time, out);
  test_print_needs("needs", setup->needs, out);
  if (setup->priority > 0) tw_text_print(out, ", \"priority\": %d", (int)setup->priority);
  if (setup->has_initial) tw_text_add(out, ", \"initial\": \"p0\"");
  if (setup->min_run > 0) tw_text_print(out, ", \"min_run\": %d", (int)setup->min_run);
  if (setup->n_startup_scrap > 0)
    tw_text_print(out, ", \"startup_scrap\": %d", (int)setup->n_startup_scrap);
  for (int32_t i = 0; i < setup->n_step; i++) {
    tw_text_print(out, i == 0 ? ", \"steps\": {\"w%d\": {\"time\": " : ", \"w%d\": {\"time\": ", (int)i);
    test_print_time(plan, &setup->step[i].time, out);
    test_print_needs("needs", setup->step[i].needs, out);
    if (setup->step[i].is_while_running) tw_text_add(out, ", \"while_running\": true");
    tw_text_add(out, i + 1 == setup->n_step ? "}}" : "}");
  }
  if (setup->n_approval > 0) {
    tw_text_print(out, ", \"approval\": {\"parts\": %d", (int)setup->n_approval);
    test_print_key_time(plan, "time", &setup->approval, out);
    test_print_needs("needs", setup->approval_needs, out);
    tw_text_add(out, "}");
  }
  tw_text_add(out, "}");
}

static void print_trigger(const test_plan *plan, const test_maintenance *maintenance, tw_text *out) {
  static const char *const weekdays[] = {"Mon", "Tue", "Wed"};
  const int32_t trigger = maintenance->trigger, minute = maintenance->week_min;
  if (trigger == TEST_ON_REQUEST) {
    tw_text_add(out, "\"trigger\": \"request\"");
  } else if (trigger == TEST_BY_WEEK) {
    tw_text_print(out, "\"trigger\": {\"week\": [\"%s %02d:%02d\", \"Mon 13:00\"]}",
                  weekdays[minute / DAY_MIN], (int)(minute % DAY_MIN / 60), (int)(minute % 60));
  } else if (trigger == TEST_BY_PART) {
    tw_text_print(out,
                  "\"trigger\": {\"clock\": \"cycles\", \"every\": {\"by_part\": {\"p0\": %d, "
                  "\"default\": %d}}}",
                  (int)maintenance->every.a, (int)maintenance->every.a + 2);
  } else {
    tw_text_print(out, "\"trigger\": {\"clock\": \"%s\"", test_clock_words[trigger]);
    if (trigger == 3) tw_text_print(out, ", \"every\": %d}", (int)maintenance->every.a);
    else test_print_key_time(plan, "every", &maintenance->every, out);
    if (trigger != 3) tw_text_add(out, "}");
  }
}

static void print_maintenance(const test_plan *plan, const test_planned *at, int32_t i,
                              tw_text *out) {
  static const char *const begins[] = {"immediate", "part-boundary", "idle"};
  const test_maintenance *maintenance = &at->maintenance[i];
  const int32_t trigger = maintenance->trigger;
  tw_text_print(out, "\"m%d\": {", (int)i);
  print_trigger(plan, maintenance, out);
  tw_text_print(out, ", \"at\": \"%s\", \"from\": \"%s\"", begins[maintenance->at],
                maintenance->is_from_end ? "end" : "due");
  test_print_key_time(plan, "duration", &maintenance->duration, out);
  if (maintenance->fate > 0)
    tw_text_print(out, ", \"part\": \"%s\"", test_fate_words[maintenance->fate]);
  test_print_needs("needs", maintenance->needs, out);
  if (maintenance->priority > 0) tw_text_print(out, ", \"priority\": %d", (int)maintenance->priority);
  if (maintenance->more.age > 0 && trigger < TEST_BY_WEEK) tw_text_add(out, ", \"age\": \"spread\"");
  if (maintenance->due_within > 0 && trigger == 3)
    tw_text_print(out, ", \"with\": {\"due_within\": %d}", (int)maintenance->due_within);
  else if (maintenance->due_within > 0 && trigger < 3)
    tw_text_print(out, ", \"with\": {\"due_within\": \"%d %s\"}", (int)maintenance->due_within,
                  test_unit(plan));
  test_print_stop(plan, at, &maintenance->more, out);
  if (plan->has_costs && i == 0) tw_text_add(out, ", \"cost\": \"1 EUR\"");
  if (i == 0 && (at->models >> TEST_TOOL & 1) != 0) tw_text_add(out, ", \"set\": {\"tool.wear\": 0}");
  tw_text_add(out, "}");
}

void test_print_duty(const test_plan *plan, const test_planned *at, tw_text *out) {
  print_calendar_name(plan, at->calendar, out);
  print_shift_end(at->shift_end, out);
  test_print_needs("needs", at->needs, out);
  if (at->needs > 0 && at->needs_priority > 0)
    tw_text_print(out, ", \"needs_priority\": %d", (int)at->needs_priority);
  print_setup(plan, &at->setup, out);
  for (int32_t i = 0; i < at->n_maintenance; i++) {
    tw_text_add(out, i == 0 ? ", \"maintenance\": {" : ", ");
    print_maintenance(plan, at, i, out);
  }
  if (at->n_maintenance > 0) tw_text_add(out, "}");
}

void test_print_power(const test_planned *at, tw_text *out) {
  static const char *const others[] = {"idle", "failed", "off-shift", "setup", "blocked", "loading"};
  if (at->power == 0) return;
  tw_text_print(out, ", \"power\": {\"processing\": \"%d W\"", (int)at->power);
  for (int32_t i = 0; i < (int32_t)(sizeof others / sizeof others[0]); i++)
    if (at->power >> i & 1)
      tw_text_print(out, ", \"%s\": \"0.%d%d kW\"", others[i], (int)(at->power % 97), (int)i);
  tw_text_add(out, "}");
}

static bool has_power(const test_plan *plan) {
  for (int32_t i = 0; i < plan->n_place; i++)
    if (!plan->place[i].is_gone && plan->place[i].power > 0) return true;
  return false;
}

void test_print_energy(const test_plan *plan, tw_text *out) {
  if (!has_power(plan)) return;
  tw_text_print(out, " \"energy\": {\"peak\": {\"window\": \"%d min\"}", (int)plan->window_min);
  if (plan->price_min[0] > 0) {
    tw_text_add(out, ", \"tariff\": {\"Mon-Sun ");
    print_interval(plan->price_min[0], plan->price_min[1], out);
    tw_text_add(out, "\": \"0.3 EUR/kWh\", \"Mon-Sun ");
    print_interval(plan->price_min[1], plan->price_min[2], out);
    tw_text_add(out, "\": \"0.25 EUR/kWh\", \"otherwise\": \"0.1 EUR/kWh\"}");
  }
  tw_text_add(out, "},\n");
}
