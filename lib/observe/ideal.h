// ideal.h - the ideal cycle of a station: mean load, process and unload time as the line file says
// them, without stops, waiting or factors. What its real output is measured against.

#ifndef TW_OBSERVE_IDEAL_H
#define TW_OBSERVE_IDEAL_H

#include "model/line.h"

// Of one part type on one machine, in s. The base time counts where minor stops are given with the
// time. 0: the type has no time there.
double tw_ideal_cycle_s(const tw_line *line, int32_t machine_i, int32_t part_type);

// True when it is the same for every part type and machine of the station.
bool tw_ideal_is_one(const tw_line *line, int32_t place_i);

// Mean over what a station has made. n: [n_machine of the line * n_part_type] parts by machine and
// type; the plain mean where it has made none.
double tw_ideal_mix_s(const tw_line *line, int32_t place_i, const int64_t *n);

// Length of a shift without breaks, in s: 8 h where the station has no calendar.
double tw_ideal_shift_s(const tw_line *line, int32_t place_i);

#endif
