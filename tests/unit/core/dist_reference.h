// dist_reference.h - the figures of dist_reference.inl with their types.

#ifndef TW_TESTS_DIST_REFERENCE_H
#define TW_TESTS_DIST_REFERENCE_H

#include "core/dist.h"

typedef struct reference_case {
  tw_dist_kind kind;
  double a, b, c, d, mean, sd;
} reference_case;

typedef struct reference_point {
  int case_i;
  double x, cdf, survival, log_density;
} reference_point;

typedef struct reference_quantile {
  int case_i;
  double p, x;
} reference_quantile;

// no test uses all of them
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-variable"
#include "dist_reference.inl"
#pragma GCC diagnostic pop

#endif
