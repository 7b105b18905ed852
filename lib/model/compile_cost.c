// compile_cost.c - what costs money beside energy, and the one currency of the line. Figures of cost are
// there where the file says one, be it 0, so that scenarios that differ in their costs have the same.

#include <string.h>

#include "base/assert.h"
#include "base/units.h"
#include "model/compile_inner.h"

void tw_compile_currency(tw_compiler *compiler, const tw_node *node, const char *currency) {
  tw_cost_param *cost = &compiler->line->cost;
  TW_ASSERT(currency != NULL);
  if (cost->currency == NULL) cost->currency = currency;
  if (strcmp(cost->currency, currency) != 0)
    tw_compile_problem(compiler, node, "E-UNIT", "all money of a line is in one currency",
                       "money is in %s and in %s; nothing is known of their rate", cost->currency,
                       currency);
}

bool tw_compile_cost(tw_compiler *compiler, int32_t place_i, const tw_node *object,
                     const char *key) {
  tw_line *line = compiler->line;
  const tw_node *node = tw_node_member(object, key);
  if (node == NULL || node->is_broken) return false;
  tw_compile_currency(compiler, node, tw_money_name(node->text));
  line->cost.is_there = true;
  if (place_i != TW_NONE) line->place[place_i].cost.is_there = true;
  return true;
}

double tw_compile_mode_cost(tw_compiler *compiler, int32_t place_i, const tw_node *mode,
                            double cost) {
  if (!tw_compile_cost(compiler, place_i, mode, "cost")) return 0;
  compiler->line->cost.is_by_mode = true;
  return cost;
}

// Where parts can become scrap they are counted by type.
static void count_scrap(tw_line *line) {
  for (int32_t i = 0; i < line->n_place; i++) {
    tw_place *place = &line->place[i];
    if (place->n_machine == 0 || place->scrap_exit == TW_NONE) continue;
    place->cost.is_there = true;
    place->cost.first_scrap = line->cost.n_scrap;
    line->cost.n_scrap += line->n_part_type;
  }
}

void tw_compile_costs(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  const tw_node *energy = tw_node_member(line->doc.root, "energy");
  const tw_node *price = tw_node_member(tw_node_member(energy, "peak"), "price");
  if (line->doc.energy.tariff.n > 0)
    tw_compile_currency(compiler, line->doc.energy.tariff.node, line->doc.energy.tariff.currency);
  if (price != NULL) tw_compile_currency(compiler, price, tw_money_name(price->text));
  if (line->cost.currency == NULL) line->cost.currency = "EUR";
  line->cost.per_s = tw_arena_print(&line->arena, "%s/s", line->cost.currency);
  if (line->cost.is_of_scrap) count_scrap(line);
}
