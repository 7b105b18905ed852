// stock.c - pieces that are used up and delivered again: spare parts of repairs and maintenance.

#include "engine/crew_inner.h"
#include "engine/draw.h"
#include "engine/redraw.h"
#include "engine/work.h"

bool tw_has_stock(const tw_run *run, const tw_task *task) {
  for (int32_t i = 0; i < task->n_use; i++) {
    const tw_use *use = &task->use[i];
    if (!run->line->stock[use->stock_i].is_unlimited && run->stock[use->stock_i].n < use->count)
      return false;
  }
  return true;
}

// Takes what a task uses up out of the stocks; sign -1: lays it back.
void tw_use_stock(tw_run *run, const tw_task *task, int32_t sign) {
  for (int32_t i = 0; i < task->n_use; i++) {
    const tw_use *use = &task->use[i];
    const int64_t n = (int64_t)sign * use->count;
    if (!run->line->stock[use->stock_i].is_unlimited) run->stock[use->stock_i].n -= n;
    // what was taken before the window is not counted in it
    const int64_t n_used = run->stock[use->stock_i].n_used + n;
    run->stock[use->stock_i].n_used = n_used > 0 ? n_used : 0;
  }
}

void tw_stocks_start(tw_run *run) {
  for (int32_t i = 0; i < run->line->n_stock; i++) {
    const tw_stock *stock = &run->line->stock[i];
    run->stock[i].n = stock->n_at_start;
    run->stock[i].since_us = tw_now(run);
    if (stock->every_site != TW_NONE)
      tw_plan(run, stock->slot, tw_now(run) + tw_draw_us(run, stock->every_site, TW_NONE));
  }
}

void tw_delivery_event(tw_run *run, int32_t stock_i) {
  const tw_stock *stock = &run->line->stock[stock_i];
  run->stock[stock_i].n += stock->n_per_delivery;
  run->stock[stock_i].since_us = tw_now(run);
  if (run->head->first_waiting != TW_NONE) tw_mark_crew(run);
  tw_plan(run, stock->slot, tw_now(run) + tw_draw_us(run, stock->every_site, TW_NONE));
}

void tw_stock_redraw(tw_run *run, int32_t stock_i) {
  const tw_stock *stock = &run->line->stock[stock_i];
  if (stock->every_site != TW_NONE)
    tw_redraw_event(run, stock->slot, &(tw_draw_of){stock->every_site, TW_NONE, 1}, run->stock[stock_i].since_us);
}
