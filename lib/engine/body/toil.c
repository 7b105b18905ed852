// toil.c - models that an explicit solver can hardly get through: told as a notice, since the
// run is right and only slow. Looks at statistics; nothing of it is state.

#include <inttypes.h>

#include "engine/body/body.h"

// A model that is not stiff needs tens of steps for a mode, and what took less than this many is no
// waiting time for anybody (a step takes about a microsecond).
enum { STEPS_A_MODE = 300, STEPS_MIN = 1000000 };

bool tw_bodies_tell(const tw_run *run) {
  const tw_line *line = run->line;
  for (int32_t i = 0; i < line->n_body; i++) {
    const tw_body_state *state = &run->body[i];
    if (line->body[i].solver != TW_SOLVER_RK || state->n_step < STEPS_MIN) continue;
    if (state->n_step / STEPS_A_MODE < (int64_t)state->n_segment) continue;
    tw_notice(&line->host, TWIN_WARNING, TWIN_OK, "N-STIFF",
              "%.100s: Runge-Kutta took %" PRId64 " steps in %" PRIu32
              " modes; \"solver\": \"auto\" would take one for stiff models",
              line->body[i].name, state->n_step, state->n_segment);
    return true;
  }
  return false;
}
