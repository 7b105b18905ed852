// cards.h - loops of cards (SEMANTICS 8.4): a part that starts in a loop takes a card, and the card
// comes back when the part leaves the loop's last place, or the line by whatever end. Free cards
// are the limit, and under base stock the demands that wait, less the parts that hold one. A place
// that needs a card is marked whenever one may have become free.

#ifndef TW_ENGINE_CARDS_H
#define TW_ENGINE_CARDS_H

#include "engine/run.h"

static inline int64_t tw_free_cards(const tw_run *run, int32_t loop_i) {
  const tw_loop_state *loop = &run->loop[loop_i];
  return run->line->loop[loop_i].limit + loop->n_backorder - loop->n_out;
}

// May a part start here? True where no card is needed.
static inline bool tw_has_card(const tw_run *run, int32_t place_i) {
  const int32_t loop_i = run->line->place[place_i].loop_i;
  return loop_i == TW_NONE || tw_free_cards(run, loop_i) > 0;
}

// The part takes a card of a loop; one that it holds already is enough.
void tw_card_take(tw_run *run, int32_t loop_i, uint32_t part_i);
void tw_card_return(tw_run *run, int32_t loop_i, uint32_t part_i);

// The part has left a place, or the line: cards whose loop ends there come back.
void tw_cards_leave(tw_run *run, uint32_t part_i, int32_t place_i);
void tw_cards_end(tw_run *run, uint32_t part_i);

// Lets everybody who needs a card of the loop look.
void tw_mark_members(tw_run *run, int32_t loop_i);

// Parts hold as many cards as are out, of loops that there are (snapshots).
bool tw_are_cards_sound(const tw_run *run);

#endif
