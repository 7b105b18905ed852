// physics_line.h - a line whose machines have models of every sort: tools that wear and are changed on request, a
// hazard, a furnace that ends by a condition, thermostats, resets, a model that is not linear, each on several
// machines, with failures, shifts and maintenance between.

#ifndef TW_TESTS_PHYSICS_LINE_H
#define TW_TESTS_PHYSICS_LINE_H

#include "engine/run.h"

// The line with its linear models solved by `solver`, "exact", "rk", "cvode" or "cvode-adams", and the others by
// it, too, or by rk. The caller frees it with free. extra: more stations, each followed by a comma, or "".
char *test_physics_text(const char *solver, const char *extra);

// The same of a line whose machines share models (a hall's air, a power bus), with energy, values that parts carry, a
// rate, a hazard, and a maintenance that ends by a condition.
char *test_island_text(const char *solver, const char *extra);

// test_physics_text compiled; NULL where this build lacks the solver.
tw_line *test_physics_line(const char *solver);

extern const char *const test_solvers[4];

#endif
