// curve.h - the way of a state or linear output over the present segment of its body, as pieces of cubics: a
// value and a slope at both ends of each piece, and how far the cubic between them (Hermite's) is at most from
// what the solver says. For observers; reads change nothing.

#ifndef TW_ENGINE_BODY_CURVE_H
#define TW_ENGINE_BODY_CURVE_H

#include "engine/run.h"

typedef struct tw_knot {
  double time_s;        // of the run
  double value, slope;  // in SI, per s
  double error;         // bound for the piece that ends here
} tw_knot;

// What is followed. tolerance: 0: 1e-4 of the usual size of the states it is made of; INFINITY: one piece.
typedef struct tw_curve {
  const tw_member *member;
  int32_t i;  // state (or what is kept) or output of its system
  bool is_output;
  double tolerance;
} tw_curve;

typedef struct tw_curve_sink {
  void *self;
  // tolerance: that the pieces were made for.
  void (*piece)(void *self, const tw_knot *begin, const tw_knot *end, double tolerance);
} tw_curve_sink;

// Tells the pieces over [from_s, to_s] behind the origin of the present segment, the end not beyond what
// tw_sink.span has told or tw_curve_shown_s gives. Pieces are so long that their errors stay below the
// tolerance; of more than 1000 the last is longer, and says so. The errors do not count the solver's own,
// which its tolerance bounds.
void tw_curve_follow(const tw_run *run, const tw_curve *curve, double from_s, double to_s, tw_curve_sink sink);

// Up to where the present segment of a body can be followed now, in s behind its origin; 0 between two.
double tw_curve_shown_s(const tw_run *run, int32_t body_i);

#endif
