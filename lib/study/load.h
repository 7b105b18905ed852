// load.h - what a line asks of its stations and people before anything is simulated: means of the
// compiled line only. Queues, blocking, starving and waiting for people are not in it, so in the
// long run a line can do less than the table says, never more. Models that end processing are
// integrated (observe/nominal.h); all other expressions read their states as they are at the start.
// Where a figure needs a rule:
//
// Visits: parts flow by the nominal probabilities and ratios of exits, rework loops are solved as
// linear equations. Scrap is that of a part that was never reworked, long after the last setup or
// stop, of parts behind a setup, and of stops. Where the first place that is free takes a part,
// stations share by their speed.
// Tools are maintenance, but that which waits until the machine is idle; stops are failures and
// common causes. Both without waiting for people. A clock that runs by itself takes its share of
// the time. Changeover: campaigns come in the order of the one sequence that feeds the station, and
// all its machines change over to each, unless "min_run" leaves it to fewer; "min_run" also takes
// parts before their turn within a period of the sequence, because queues are finite. Machines that
// specialise save some of it. Of several sources or a mix one part after the other is drawn by its
// share. Steps that are done while the machine runs are the setter's work only. People: work by
// skill is spread over the pools that have it so that loads are as even as can be. Walking is left
// out. Load is that of the sources' rate, or of the orders within the horizon. A source that makes
// a part whenever one is taken gives so many that the most loaded station or pool is at 1.

#ifndef TW_STUDY_LOAD_H
#define TW_STUDY_LOAD_H

#include "base/arena.h"
#include "model/line.h"

// What the time of a station goes to.
typedef enum tw_load_term {
  TW_TERM_CYCLE,
  TW_TERM_TOOLS,
  TW_TERM_STOPS,
  TW_TERM_CHANGEOVER,
  TW_TERM_PEOPLE,
  TW_TERM_N
} tw_load_term;

// A station. NAN: no part comes, or nothing is known of the time, because machine models end it and do
// not get there (observe/nominal.h says how it is found); then nothing but the visits is told, and the
// work of its people is not counted.
typedef struct tw_load_station {
  int32_t place_i;
  double visits;  // of a good part
  double load_s, process_s, unload_s;
  double term_s[TW_TERM_PEOPLE];  // of a visit on one machine, cycle = load + process + unload
  double need_s;                  // of a good part: visits times all terms, over all machines
  double on_share;                // of the time that it works by its calendar
  double of_takt;                 // need over takt; NAN: no target
  double load;                    // of its working time
  int32_t limit;                  // tw_load_term that limits it
  const char *depends;            // states that its cycle depends on, where it is not known; NULL
} tw_load_station;

// People who share skills, or pieces of a resource.
typedef struct tw_load_pool {
  int32_t pool_i;
  double work_s;  // man-seconds of a good part
  double on_share;
  double of_takt;
  double load;
} tw_load_pool;

typedef struct tw_load {
  tw_arena arena;
  int32_t n_station, n_pool;
  const tw_load_station *station;  // [n_station] in file order
  const tw_load_pool *pool;        // [n_pool] in file order
  double good_per_s;               // good parts that the loads are for, of all time; NAN: nothing is known
  double takt_s;                   // of working time; NAN: no target
  bool is_relative;                // some source gives what can be taken: the highest load is 1
  double longest_mtbf_s;           // of all failures, in the time of the calendar; 0: nothing fails
} tw_load;

extern const char *const tw_load_terms[TW_TERM_N];  // "cycle", "tools", ...

// Fills load; free it with tw_load_free. False when memory is short.
bool tw_load_make(const tw_line *line, tw_load *load);
void tw_load_free(tw_load *load);

// Warns of what the table shows, and of how the file says the line is run: W-RHO, W-WARM, W-RUN;
// of energy that nothing draws, W-ENERGY; and of calendars that nothing works by, W-CAL.
void tw_load_check(const tw_line *line, const tw_load *load, twin_problems *problems);

#endif
