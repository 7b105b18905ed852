// losses_inner.h - what losses.c (facts to accounts) and loss_table.c (accounts to rows) share.
// Only these two include it.

#ifndef TW_OBSERVE_LOSSES_INNER_H
#define TW_OBSERVE_LOSSES_INNER_H

#include "observe/active.h"
#include "observe/loss_accounts.h"
#include "observe/losses.h"
#include "observe/near.h"
#include "observe/nominal.h"

// What a machine has been doing, and since when; what it did before that.
typedef struct tw_spell {
  tw_loss_key key, before;
  int64_t since_us, before_us;
} tw_spell;

struct tw_losses {
  const tw_line *line;
  tw_run *run;         // NULL: none
  twin_status status;  // the first error
  int64_t start_us;    // of the window
  tw_near *near;       // what changed on this tick
  tw_root_cause_search *search;
  tw_active *active;
  tw_nominal *nominal;          // ideal times that follow from machine models
  tw_spell *spell;              // [n_machine]
  int64_t *n_pass;              // [n_machine * n_part_type] completions
  int64_t *n_scrap, *n_rework;  // [n_place] of them, those without a good part
  tw_loss_accounts accounts;
};

// Books every open spell up to the run's present instant (sign 1), or takes that back (sign -1):
// what an open spell will be booked to is known when it ends.
void tw_losses_bring_up(tw_losses *losses, int32_t sign);

#endif
