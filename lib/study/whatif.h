// whatif.h - a line and its scenarios, each a study of the same replications: number r of every
// line draws the same random numbers wherever two lines have something in common, so what they
// differ by is theirs. All are run to the same horizon after the same warm-up, whatever a scenario
// says about that.

#ifndef TW_STUDY_WHATIF_H
#define TW_STUDY_WHATIF_H

#include "study/compare.h"
#include "study/scenario.h"
#include "study/study.h"

typedef struct tw_whatif_setup {
  tw_study_setup study;  // of each line; with a precision its replications are the first stage
  uint64_t figure;       // of the line: what precision, warm-up check and choice go by
  double precision;  // wanted half width of the figure over its mean; 0: the replications are given
  uint32_t n_most;   // replications that a precision may take
} tw_whatif_setup;

typedef struct tw_variant {
  const char *name, *about;
  double invest;  // NAN: not said
  tw_study *study;
} tw_variant;

typedef struct tw_whatif {
  tw_whatif_setup setup;
  tw_arena arena;  // texts of variants
  tw_study *base;
  int32_t n;
  tw_variant *variant;  // [n]
  uint32_t n_first;     // replications of the first stage; 0: it has not been run
} tw_whatif;

// NULL when memory is short. Holds the line.
tw_whatif *tw_whatif_new(tw_line *line, const tw_whatif_setup *setup);
void tw_whatif_free(tw_whatif *whatif);

// Adds scenarios of the line (text NULL) or of a text: those of one name or group, or all (name
// NULL). What is wrong with any of them is told at once; then none is added. TWIN_ERR_NOT_FOUND,
// TWIN_ERR_LINE, TWIN_ERR_MEMORY, TWIN_ERR_ARGUMENT (a name is there already, the study has run or
// is recorded).
twin_status tw_whatif_add(tw_whatif *whatif, const char *name, const char *text, size_t n_bytes,
                          twin_problems *problems);

// Runs the line, then the scenarios; with a precision once more, with as many replications as
// Stein's rule asks for (interval.h), the same number for all. Where that is more than n_most, so
// many are run and a warning says it.
twin_status tw_whatif_run(tw_whatif *whatif, twin_problems *problems);

// Number i: 0 is the line as it is, 1 the first scenario.
tw_study *tw_whatif_study(const tw_whatif *whatif, int32_t i);

// The handle of the line's quantity in number i; 0: it has none of that path.
uint64_t tw_whatif_quantity(const tw_whatif *whatif, int32_t i, uint64_t quantity);

// How the first n replications are taken together.
tw_pairing tw_whatif_pairing(const tw_whatif *whatif, size_t n, double confidence);

#endif
