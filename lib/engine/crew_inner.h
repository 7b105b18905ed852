// crew_inner.h - what crew.c (who is served) and staff.c (by whom) share.

#ifndef TW_ENGINE_CREW_INNER_H
#define TW_ENGINE_CREW_INNER_H

#include "engine/run.h"

// Mark of a person who has a task and could leave it for the one that is looked at; lasts for one search.
enum { TW_TAKEABLE = -2 };

// A search through the ways to staff a task; what it looks at is bounded, so that many people with
// many skills cannot hold up the run.
typedef struct tw_staffing {
  const tw_demands *needs;
  int32_t holder_i, n_try_left;
  bool is_keeping;  // only among those who are takeable
} tw_staffing;

// May this person be chosen? Free, on shift, called, and through in time where the pool looks at that.
bool tw_is_available(const tw_run *run, const tw_staffing *search, int32_t worker_i);

// Books what a person did up to now; what follows begins now.
void tw_book_worker(tw_run *run, int32_t worker_i);

// Seizes the people of a task for a holder, all of them or nobody.
bool tw_staff(tw_run *run, int32_t holder_i, const tw_task *task);

// The same, taking people from tasks of lower priority, the last started first.
bool tw_preempt_people(tw_run *run, int32_t holder_i, const tw_task *task);

// Can those who are at the machine do this as well, all of them and nobody else? Then they stay.
bool tw_can_stay(tw_run *run, int32_t machine_i, const tw_task *task);

// Is somebody of this pool among those who could do a part of the task?
bool tw_can_help(const tw_line *line, int32_t pool_i, const tw_task *task);

// Are the pieces there that a task uses up? Takes them; sign -1: lays them back (stock.c).
bool tw_has_stock(const tw_run *run, const tw_task *task);
void tw_use_stock(tw_run *run, const tw_task *task, int32_t sign);

// What the present step of a setup, an approval, a step ahead needs (setup.c).
tw_task tw_setup_task(const tw_run *run, int32_t machine_i);
tw_task tw_setup_ahead_task(const tw_run *run, int32_t setup_i);
int32_t tw_setup_machine(const tw_run *run, int32_t setup_i);

#endif
