// ideal.h - the ideal cycle of a station: mean load, process and unload time as the line file says
// them, without stops, waiting or factors; where machine models end processing, what they take by
// themselves (nominal.h). What its real output is measured against.

#ifndef TW_OBSERVE_IDEAL_H
#define TW_OBSERVE_IDEAL_H

#include "observe/nominal.h"

// Of one part type on one machine, in s. The base time counts where minor stops are given with the
// time. 0: the type has no time there. nominal: for stations whose models end processing, of which
// NAN tells that nobody knows before; NULL: these have no process time.
double tw_ideal_cycle_s(const tw_line *line, tw_nominal *nominal, int32_t machine_i,
                        int32_t part_type);

// True when it is the same for every part type and machine of the station, and follows from the file
// alone.
bool tw_ideal_is_one(const tw_line *line, int32_t place_i);

// Mean over what a station has made. n: [n_machine of the line * n_part_type] parts by machine and
// type; the plain mean where it has made none. 0: nothing is known.
double tw_ideal_mix_s(const tw_line *line, tw_nominal *nominal, int32_t place_i, const int64_t *n);

// Length of a shift without breaks, in s: 8 h where the station has no calendar.
double tw_ideal_shift_s(const tw_line *line, int32_t place_i);

#endif
