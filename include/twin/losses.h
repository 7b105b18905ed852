// losses.h - what a line loses and where: every loss in good parts by cause and place, blocked and
// starved time charged to the root, and the bottleneck by four methods. Observed while a run goes
// on; a run with and without it is the same, bit for bit.
//
// The table "losses" of twin_run_table has a row for each station, kind and cause. Columns:
// station; loss: a state that is no work ("failed-repair", "blocked"), or "minor-stop", "speed",
// "scrap", "rework";
// neighbour: of blocked and starved the place that is waited for; place: the root of the loss; state:
// what the root does; cause: why it does that, a failure, a maintenance or the skill it waits for;
// time (s); parts: good parts not made; per_shift: the same in a shift of the station's calendar, 8 h
// where it has none; of_line: 1 for the rows of the bottleneck. The parts of a station sum to what it
// could have made in its planned time less what it made.
//
// The table "bottleneck" has the stations as the four methods see them, a row each. Columns: station;
// utilisation, occupied (with its own losses), blocked, starved: shares of planned time; sole, shifting: shares of
// time as momentary bottleneck; cycle (s, ideal; where machine models end processing, what they take
// by themselves, as in the table "load" of a line, and 0 where that is not known); possible, good, gap:
// parts; shifts: planned time of a machine in shifts; by_utilisation, by_arrow, by_turning_point,
// by_active_period: 1 for the station that the method names; is_bottleneck: 1 for the one that most
// methods name.
//
// The same tables of twin_study_table, of a study with has_losses, have means over the replications that are
// finished, and beside each figure a column NAME_half_width with the half width of its t interval. A run file has the
// losses of each replication, where they are observed (record.h).

#ifndef TWIN_LOSSES_H
#define TWIN_LOSSES_H

#include <twin/study.h>

#ifdef __cplusplus
extern "C" {
#endif

// Observes the losses of a run from its present instant on; they count from the end of the warm-up, or
// from here when that comes later. A run that is copied to or restored counts anew from then on.
// Returns: TWIN_OK, also when they are observed already.
// Errors: TWIN_ERR_ARGUMENT, TWIN_ERR_MEMORY.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_losses_attach(twin_run *run);

// Ends the observation; twin_run_free does it too.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API void twin_run_losses_detach(twin_run *run);

// Whether the methods agree, in one sentence: "all four methods name cnc".
// text: [capacity].
// Returns: TWIN_OK.
// Errors: TWIN_ERR_ARGUMENT (not observed), TWIN_ERR_TOO_SMALL, TWIN_ERR_MEMORY.
// Thread: one thread at a time for the run.
// Since: 1.0
TWIN_API twin_status twin_run_verdict(const twin_run *run, char *text, size_t capacity);

// Whether the methods agree on the mean figures of a study.
// text: [capacity].
// Returns: TWIN_OK.
// Errors: as twin_run_verdict.
// Thread: one thread at a time for the study.
// Since: 1.0
TWIN_API twin_status twin_study_verdict(const twin_study *study, char *text, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
