// cards.c - see cards.h.

#include "engine/cards.h"

#include "base/assert.h"
#include "engine/flow.h"

void tw_mark_members(tw_run *run, int32_t loop_i) {
  const tw_loop *loop = &run->line->loop[loop_i];
  for (int32_t i = 0; i < loop->n_member; i++) tw_mark(run, loop->member[i]);
}

void tw_card_take(tw_run *run, int32_t loop_i, uint32_t part_i) {
  const uint32_t bit = (uint32_t)1 << loop_i;
  TW_ASSERT(loop_i >= 0 && loop_i < run->line->n_loop);
  if ((run->part[part_i].cards & bit) != 0) return;
  run->part[part_i].cards |= bit;
  run->loop[loop_i].n_out++;
}

void tw_card_return(tw_run *run, int32_t loop_i, uint32_t part_i) {
  const uint32_t bit = (uint32_t)1 << loop_i;
  if ((run->part[part_i].cards & bit) == 0) return;
  run->part[part_i].cards &= ~bit;
  TW_ASSERT(run->loop[loop_i].n_out > 0);
  run->loop[loop_i].n_out--;
  tw_mark_members(run, loop_i);
}

void tw_cards_leave(tw_run *run, uint32_t part_i, int32_t place_i) {
  for (uint32_t rest = run->part[part_i].cards; rest != 0; rest &= rest - 1) {
    const int32_t loop_i = __builtin_ctz(rest);
    if (run->line->loop[loop_i].until_i == place_i) tw_card_return(run, loop_i, part_i);
  }
}

void tw_cards_end(tw_run *run, uint32_t part_i) {
  for (uint32_t rest = run->part[part_i].cards; rest != 0; rest &= rest - 1)
    tw_card_return(run, __builtin_ctz(rest), part_i);
}

bool tw_are_cards_sound(const tw_run *run) {
  const int32_t n_loop = run->line->n_loop;
  int64_t n_out[TW_LOOPS_MAX] = {0};
  for (uint32_t i = 0; i < run->head->n_part_slot; i++) {
    const tw_part *part = &run->part[i];
    if (part->type == TW_NONE) continue;
    if (n_loop < TW_LOOPS_MAX && part->cards >> n_loop != 0) return false;
    for (uint32_t rest = part->cards; rest != 0; rest &= rest - 1) n_out[__builtin_ctz(rest)]++;
  }
  for (int32_t i = 0; i < n_loop; i++) {
    const tw_loop *loop = &run->line->loop[i];
    if (run->loop[i].n_out != n_out[i]) return false;
    if (loop->demand_i == TW_NONE && (run->loop[i].n_backorder != 0 || n_out[i] > loop->limit))
      return false;
  }
  return true;
}
