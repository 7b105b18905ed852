// losses.c - see losses.h. A machine has one open spell at a time, with the account it will be
// booked to. When the line has come to rest on a tick on which something changed, causes are found
// anew and spells whose account is another one are booked; nothing is inferred afterwards. Order
// matters nowhere: machines of one tick are looked at in the order of the changes.

#include "observe/losses.h"

#include <string.h>

#include "base/assert.h"
#include "observe/active.h"
#include "observe/loss_accounts.h"
#include "observe/losses_inner.h"

tw_losses *tw_losses_new(const tw_line *line) {
  TW_ASSERT(line != NULL);
  const tw_memory *memory = tw_line_memory(line);
  tw_losses *losses = tw_memory_zeroed(memory, 1, sizeof *losses);
  if (losses == NULL) return NULL;
  losses->line = line;
  losses->accounts.memory = memory;
  losses->near = tw_near_new(line);
  losses->search = tw_root_cause_search_new(line);
  losses->active = tw_active_new(line->n_machine, memory);
  losses->nominal = tw_nominal_new(line);
  losses->spell = tw_memory_zeroed(memory, (size_t)line->n_machine + 1, sizeof *losses->spell);
  losses->n_pass = tw_memory_zeroed(memory, (size_t)line->n_machine * (size_t)line->n_part_type + 1,
                                    sizeof(int64_t));
  losses->n_scrap = tw_memory_zeroed(memory, 2 * (size_t)line->n_place + 1, sizeof(int64_t));
  if (losses->near != NULL && losses->search != NULL && losses->active != NULL &&
      losses->nominal != NULL && losses->spell != NULL && losses->n_pass != NULL && losses->n_scrap != NULL) {
    losses->n_rework = losses->n_scrap + line->n_place;
    return losses;
  }
  tw_losses_free(losses);
  return NULL;
}

void tw_losses_free(tw_losses *losses) {
  if (losses == NULL) return;
  tw_losses_drop(losses);
  const tw_memory *memory = tw_line_memory(losses->line);
  tw_near_free(losses->near);
  tw_root_cause_search_free(losses->search);
  tw_active_free(losses->active);
  tw_nominal_free(losses->nominal);
  tw_loss_accounts_free(&losses->accounts);
  tw_memory_free(memory, losses->spell);
  tw_memory_free(memory, losses->n_pass);
  tw_memory_free(memory, losses->n_scrap);
  tw_memory_free(memory, losses);
}

const tw_run *tw_losses_run(const tw_losses *losses) { return losses->run; }

bool tw_is_active_state(int32_t state) {
  switch (state) {
    case TWIN_PLANNED_MAINTENANCE:
    case TWIN_MAINTENANCE_WAITING:
    case TWIN_FAILED_WAITING:
    case TWIN_FAILED_REPAIR:
    case TWIN_SETUP_WAITING:
    case TWIN_SETUP:
    case TWIN_WARMING_UP:
    case TWIN_LOADING:
    case TWIN_PROCESSING:
    case TWIN_UNLOADING: return true;
    default: return false;
  }
}

bool tw_is_own_state(int32_t state) {
  return tw_is_active_state(state) || state == TWIN_WAITING_WORKER ||
         state == TWIN_WAITING_APPROVAL;
}

// The account of what a machine does now.
static tw_loss_key key_of(tw_losses *losses, const tw_run *run, int32_t machine_i) {
  const int32_t place_i = run->line->machine[machine_i].node_i;
  const int32_t state = run->machine[machine_i].state;
  if (!tw_is_wait_state(state))
    return (tw_loss_key){place_i, state, TW_NONE, place_i, state, tw_root_cause_of(run, machine_i)};
  const tw_root_cause cause = tw_root_cause_find(losses->search, run, machine_i);
  return (tw_loss_key){place_i,       state,       cause.neighbour_i,
                       cause.place_i, cause.state, cause.cause_i};
}

static void book(tw_losses *losses, const tw_loss_key *key, int64_t time_us) {
  if (time_us == 0) return;
  if (!tw_loss_book(&losses->accounts, key, time_us)) losses->status = TWIN_ERR_MEMORY;
}

static void refresh_machine(tw_losses *losses, const tw_run *run, int32_t machine_i) {
  const int64_t now_us = run->head->now_us;
  tw_spell *spell = &losses->spell[machine_i];
  const tw_loss_key key = key_of(losses, run, machine_i);
  tw_active_set(losses->active, machine_i, tw_is_active_state(key.kind), now_us);
  if (memcmp(&key, &spell->key, sizeof key) == 0) return;
  TW_ASSERT(now_us >= spell->since_us);
  book(losses, &spell->key, now_us - spell->since_us);
  *spell = (tw_spell){key, spell->key, now_us, spell->since_us};
}

// A failure ends that took so short that it is a minor stop: its repair, and the wait for it when
// that came at once, are booked as such.
static void note_minor_stop(tw_losses *losses, const tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  const int64_t limit_us = run->line->place[run->line->machine[machine_i].node_i].minor_stop_us;
  tw_spell *spell = &losses->spell[machine_i];
  if (limit_us == 0 || run->head->now_us - machine->down_us > limit_us) return;
  if (spell->key.kind != TWIN_FAILED_REPAIR || spell->since_us < machine->down_us) return;
  const bool has_waited = spell->before.kind == TWIN_FAILED_WAITING &&
                          spell->before.cause_i == spell->key.cause_i &&
                          spell->before_us >= machine->down_us;
  if (has_waited) {
    const int64_t wait_us = spell->since_us - spell->before_us;
    book(losses, &spell->before, -wait_us);
    spell->before.kind = TW_LOSS_MINOR;
    book(losses, &spell->before, wait_us);
  }
  spell->key.kind = TW_LOSS_MINOR;
}

// Brings the spells up to what the run shows now, where something can be seen of a change.
static void refresh(tw_losses *losses, const tw_run *run) {
  int32_t n;
  const int32_t *station = tw_near_spread(losses->near, run, &n);
  for (int32_t i = 0; i < n; i++) {
    const tw_place *place = &run->line->place[station[i]];
    for (int32_t m = place->first_machine; m < place->first_machine + place->n_machine; m++)
      refresh_machine(losses, run, m);
  }
}

static void take_pass(void *self, const tw_run *run, int64_t to_us) {
  (void)to_us;
  tw_losses *losses = self;
  if (losses->status == TWIN_OK) refresh(losses, run);
}

// Everything counts from now on. Spells go on; the causes they had hold for no time any more.
static void begin_window(tw_losses *losses, const tw_run *run) {
  const tw_line *line = run->line;
  const int64_t now_us = run->head->now_us;
  tw_loss_accounts_clear(&losses->accounts);
  memset(losses->n_pass, 0, (size_t)line->n_machine * (size_t)line->n_part_type * sizeof(int64_t));
  memset(losses->n_scrap, 0, 2 * (size_t)line->n_place * sizeof(int64_t));
  tw_active_reset(losses->active, now_us);
  for (int32_t i = 0; i < line->n_machine; i++)
    losses->spell[i].since_us = losses->spell[i].before_us = now_us;
  losses->start_us = now_us;
}

// A pass of a reworked part through a station of its loop gives no other good part; when it is
// scrap in the end, its first pass gave none either.
static bool is_again(const tw_run *run, int32_t machine_i) {
  const tw_machine *machine = &run->machine[machine_i];
  const int32_t place_i = run->line->machine[machine_i].node_i;
  return machine->part != TW_NO_PART && run->part[machine->part].rework > 0 &&
         run->line->place[place_i].is_in_cycle;
}

static void count_pass(tw_losses *losses, const tw_run *run, const tw_fact *fact) {
  const int64_t row = (int64_t)fact->machine_i * run->line->n_part_type;
  losses->n_pass[row + fact->part_type]++;
  if (is_again(run, fact->machine_i)) losses->n_rework[fact->place_i]++;
}

// A part that was made goes to the scrap. What a failure scraps has not been made.
static void count_scrap(tw_losses *losses, const tw_run *run, const tw_fact *fact) {
  const tw_machine *machine = &run->machine[fact->machine_i];
  if (machine->exit_i == TW_NONE || machine->is_leaving) return;
  const tw_exit *exit = &run->line->graph.exit[machine->exit_i];
  if (exit->n_target != 1 || exit->target[0] != run->line->graph.scrap_i) return;
  losses->n_scrap[fact->place_i]++;
}

static void take_fact(void *self, const tw_run *run, const tw_fact *fact) {
  tw_losses *losses = self;
  switch (fact->kind) {
    case TW_FACT_REPAIRED:
      note_minor_stop(losses, run, fact->machine_i);
      tw_near_touch(losses->near, fact->place_i);
      break;
    case TW_FACT_STATE:
    case TW_FACT_FAIL:
    case TW_FACT_REPAIR:
    case TW_FACT_CREATE: tw_near_touch(losses->near, fact->place_i); break;
    case TW_FACT_WINDOW: begin_window(losses, run); break;
    case TW_FACT_COMPLETE: count_pass(losses, run, fact); break;
    case TW_FACT_LEAVE:
      if (fact->machine_i >= 0) count_scrap(losses, run, fact);
      break;
    default: break;
  }
}

void tw_losses_restart(tw_losses *losses) {
  TW_ASSERT(losses->run != NULL);
  const tw_run *run = losses->run;
  const tw_loss_key nothing = {TW_NONE, TW_NONE, TW_NONE, TW_NONE, TW_NONE, TW_NONE};
  losses->status = TWIN_OK;
  for (int32_t i = 0; i < run->line->n_machine; i++)
    losses->spell[i] = (tw_spell){.key = nothing, .before = nothing};
  tw_near_touch_all(losses->near);
  begin_window(losses, run);
}

twin_status tw_losses_attach(tw_losses *losses, tw_run *run) {
  TW_ASSERT(losses->run == NULL && run->line == losses->line);
  if (!tw_sink_add(run, (tw_sink){.self = losses, .fact = take_fact, .pass = take_pass}))
    return TWIN_ERR_ARGUMENT;
  losses->run = run;
  tw_losses_restart(losses);
  return TWIN_OK;
}

void tw_losses_drop(tw_losses *losses) {
  if (losses->run == NULL) return;
  tw_sink_remove(losses->run, losses);
  losses->run = NULL;
}

void tw_losses_bring_up(tw_losses *losses, int32_t sign) {
  TW_ASSERT(losses->run != NULL && (sign == 1 || sign == -1));
  const tw_run *run = losses->run;
  refresh(losses, run);
  for (int32_t i = 0; i < run->line->n_machine; i++) {
    const tw_spell *spell = &losses->spell[i];
    book(losses, &spell->key, sign * (run->head->now_us - spell->since_us));
  }
}
