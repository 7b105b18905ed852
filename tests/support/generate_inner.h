// generate_inner.h - what the files of the generator share; see generate.h.

#ifndef TW_TESTS_GENERATE_INNER_H
#define TW_TESTS_GENERATE_INNER_H

#include "support/generate.h"

typedef struct test_generator {
  test_plan *plan;
  test_random random;
} test_generator;

// A duration of about least to most; in whole plans a whole one, sometimes 0 where that can be.
test_time test_draw_time(test_generator *in, int32_t least, int32_t most);

// Adds what takes time, people and materials beside the flow (generate_work.c).
void test_add_work(test_generator *in);

// Power by state of stations, prices and the window of the peak.
void test_add_energy(test_generator *in);
// Adds models to stations (generate_models.c), and prints them: the section, and a failure with a hazard.
void test_add_models(test_generator *in);
void test_print_models(const test_plan *plan, const test_planned *at, tw_text *out);
void test_print_hazard(const test_plan *plan, const test_planned *at, bool is_first, tw_text *out);
bool test_has_hazard(const test_planned *at);
enum { TEST_MODEL_EDITS = TEST_N_MODEL + 2 };
bool test_edit_models(test_planned *at, int32_t edit);

// Printing. Keys that say nothing are left out.
const char *test_unit(const test_plan *plan);
void test_print_name(const test_plan *plan, int32_t place, tw_text *out);
void test_print_time(const test_plan *plan, const test_time *time, tw_text *out);
void test_print_key_time(const test_plan *plan, const char *key, const test_time *time, tw_text *out);
void test_print_needs(const char *key, int32_t needs, tw_text *out);
extern const char *const test_clock_words[], *const test_fate_words[];
enum { TEST_N_NEEDS = 7 };

// Sections and members of what generate_work.c draws (generate_print_work.c).
void test_print_defaults(const test_plan *plan, tw_text *out);
void test_print_calendars(const test_plan *plan, tw_text *out);
void test_print_people(const test_plan *plan, tw_text *out);
void test_print_causes(const test_plan *plan, tw_text *out);
void test_print_stock(const test_plan *plan, tw_text *out);
void test_print_stop(const test_plan *plan, const test_planned *at, const test_stop *stop,
                     tw_text *out);
void test_print_duty(const test_plan *plan, const test_planned *at, tw_text *out);
void test_print_power(const test_planned *at, tw_text *out);
void test_print_energy(const test_plan *plan, tw_text *out);

// Sets a number; false: it is that already.
static inline bool test_set(int32_t *at, int32_t value) {
  if (*at == value) return false;
  *at = value;
  return true;
}

static inline bool test_clear(bool *at) {
  if (!*at) return false;
  *at = false;
  return true;
}

static inline bool test_simplify(test_time *time) {
  if (time->shape <= TEST_CONSTANT) return false;
  *time = (test_time){.shape = TEST_CONSTANT, .a = time->a > 0 ? time->a : 1};
  return true;
}

// Takes away thing number `edit` of a place, or of the line, that generate_work.c has drawn.
enum { TEST_WORK_EDITS = 27, TEST_LINE_WORK_EDITS = 14 };
bool test_edit_work(test_planned *at, int32_t edit);
bool test_edit_line_work(test_plan *plan, int32_t edit);

#endif
