// probe.h - what the tests of machine models share: a line of one machine "m" with models, and
// their states, outputs and events by name. Texts are written with ' for ".

#ifndef TW_TESTS_MODEL_PROBE_H
#define TW_TESTS_MODEL_PROBE_H

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "core/ticks.h"
#include "engine/body/body.h"
#include "support/story.h"

// Parts of 30 kg come every 600 s; loading takes 30 s and processing 360 s, so it processes from 30
// to 390 s, from 630 to 990 s, and starves behind. A part is inside in the same times.
static const double FIRST_S = 30, WORK_S = 360, PERIOD_S = 600;

// The line with these entries of "dynamics", at time zero. Ends the test when it is refused.
static inline tw_run *probe_run(const char *dynamics) {
  tw_text text = {0}, why = {0};
  tw_text_print(
      &text,
      "'parts': {'p': {'mass': '30 kg'}}, 'sources': {'s': {'sequence': ['p'], 'repeat': true, 'every': "
      "'10 min', 'first': '0 s'}}, 'stations': {'m': {'type': 'machine', 'time': '6 min', 'load': {'time': '30 s'}, "
      "'dynamics': {%s}}}, 'flow': [['s', 'm', 'out']]",
      dynamics);
  tw_line *line = test_quoted_line(text.at, &why);
  cr_assert(line != NULL, "%s", why.at != NULL ? why.at : "");
  tw_run *run = test_run(line, 1);
  tw_line_unref(line);
  tw_text_free(&text);
  tw_text_free(&why);
  return run;
}

static inline void probe_until(tw_run *run, double time_s) {
  twin_problems *problems = twin_problems_new();
  const twin_status status = tw_run_until(run, tw_ticks(time_s), problems);
  cr_assert_eq(status, TWIN_OK, "%s", twin_problems_text(problems, 0));
  twin_problems_free(problems);
}

// A state or output as it is now, "x.wear".
static inline double probe_value(const tw_run *run, const char *name) {
  for (int32_t m = 0; m < run->line->n_member; m++) {
    const tw_member *member = &run->line->member[m];
    for (int32_t i = 0; i < member->system->n_variable; i++)
      if (strcmp(member->system->variable[i].name, name) == 0)
        return tw_variable_now(run, member, i);
    for (int32_t i = 0; i < member->system->n_output; i++)
      if (strcmp(member->system->output[i].name, name) == 0) return tw_output_now(run, member, i);
  }
  cr_assert_fail("there is no state or output %s", name);
  return (double)NAN;
}

// The integral over time of an output, from the start.
static inline double probe_integral(const tw_run *run, const char *name) {
  for (int32_t m = 0; m < run->line->n_member; m++) {
    const tw_member *member = &run->line->member[m];
    for (int32_t i = 0; i < member->system->n_output; i++)
      if (strcmp(member->system->output[i].name, name) == 0)
        return tw_output_course(run, member, i).integral_s;
  }
  cr_assert_fail("there is no output %s", name);
  return (double)NAN;
}

// How often an event has come, "x/pump-on", and its first and last instants in s.
typedef struct probe_events {
  int64_t n;
  double first_s, last_s;
} probe_events;
static inline probe_events probe_event(const tw_run *run, const char *name) {
  for (int32_t m = 0; m < run->line->n_member; m++) {
    const tw_member *member = &run->line->member[m];
    for (int32_t e = 0; e < member->system->n_event; e++) {
      const tw_model_event_state *event = &run->model_event[member->first_event + e];
      if (strcmp(member->system->event[e].name, name) == 0)
        return (probe_events){(int64_t)event->n, event->first_s,
                              tw_seconds(event->last_us) + event->last_s};
    }
  }
  cr_assert_fail("there is no event %s", name);
  return (probe_events){0};
}

static inline int32_t probe_solver(const tw_run *run) { return run->line->body[0].solver; }

// A number is another to a relative error.
static inline void expect_close(const char *what, double got, double wanted, double relative) {
  cr_expect(fabs(got - wanted) <= relative * fabs(wanted), "%s is %.15g, not %.15g: off by %.2g",
            what, got, wanted, (got - wanted) / wanted);
}
static inline void expect_near(const char *what, double got, double wanted, double absolute) {
  cr_expect(fabs(got - wanted) <= absolute, "%s is %.15g, not %.15g", what, got, wanted);
}

#endif
