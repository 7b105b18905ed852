// compile_loops.c - loops of cards: each is named once by whoever begins it, and shared by name.

#include <string.h>

#include "base/assert.h"
#include "model/compile_inner.h"

// The same loop by two names of its own would not be the same.
static bool is_same(const tw_loop *a, const tw_loop *b) {
  return a->limit == b->limit && a->until_i == b->until_i && a->demand_i == b->demand_i &&
         a->is_kanban == b->is_kanban;
}

int32_t tw_compile_loop(tw_compiler *compiler, const tw_loop *loop, const tw_node *node) {
  tw_line *line = compiler->line;
  for (int32_t i = 0; i < line->n_loop; i++) {
    if (strcmp(line->loop[i].name, loop->name) != 0) continue;
    if (!is_same(&line->loop[i], loop))
      tw_compile_problem(compiler, node, "E-RANGE", "say the same limit and end everywhere, or another name",
                         "the loop '%s' is another one elsewhere: where it is named first it has %lld cards",
                         loop->name, (long long)line->loop[i].limit);
    return i;
  }
  if (line->n_loop == TW_LOOPS_MAX) {
    tw_compile_problem(compiler, node, "E-RANGE", NULL, "a line has at most %d loops of cards",
                       (int)TW_LOOPS_MAX);
    return 0;
  }
  if (line->loop == NULL)
    line->loop = tw_arena_take_array(&line->arena, TW_LOOPS_MAX, sizeof *line->loop);
  if (line->loop == NULL) return 0;
  line->loop[line->n_loop] = *loop;
  if (loop->until_i != TW_NONE) line->place[loop->until_i].returns_cards = true;
  return line->n_loop++;
}

void tw_compile_members(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  for (int32_t l = 0; l < line->n_loop; l++) {
    int32_t *member = tw_arena_take_array(&line->arena, (size_t)line->n_place, sizeof *member);
    if (member == NULL) return;
    for (int32_t i = 0; i < line->n_place; i++)
      if (line->place[i].loop_i == l) member[line->loop[l].n_member++] = i;
    line->loop[l].member = member;
  }
}
