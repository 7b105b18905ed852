// adopt_words.c - what a state keeps as numbers of lists that have names in the line: defects and cards of
// parts, what machines are set up for, scrap by station and type. On another line the same name may have another number.

#include <string.h>

#include "base/assert.h"
#include "state/adopt_inner.h"

enum { BITS = 32 };  // of a part: defects, cards

// The bit of each old one in the new line, or -1.
typedef struct bit_map {
  int32_t to[BITS];
  int32_t n;
} bit_map;

static int32_t find_name(const char *const *names, int32_t n, const char *name) {
  for (int32_t i = 0; i < n; i++)
    if (strcmp(names[i], name) == 0) return i;
  return TW_NONE;
}

static bit_map map_defects(const tw_line *from, const tw_line *to) {
  bit_map map = {.n = from->n_defect};
  TW_ASSERT(map.n <= BITS);
  for (int32_t i = 0; i < map.n; i++)
    map.to[i] = find_name(to->defect_name, to->n_defect, from->defect_name[i]);
  return map;
}

static bit_map map_loops(const tw_line *from, const tw_line *to) {
  bit_map map = {.n = from->n_loop};
  TW_ASSERT(map.n <= BITS);
  for (int32_t i = 0; i < map.n; i++) {
    map.to[i] = TW_NONE;
    for (int32_t k = 0; k < to->n_loop; k++)
      if (strcmp(to->loop[k].name, from->loop[i].name) == 0) map.to[i] = k;
  }
  return map;
}

// Moves bits to their new places; *is_lost when one has none.
static uint32_t move_bits(const bit_map *map, uint32_t bits, bool *is_lost) {
  uint32_t moved = 0;
  for (int32_t i = 0; i < map->n; i++) {
    if ((bits >> i & 1) == 0) continue;
    if (map->to[i] == TW_NONE) *is_lost = true;
    else moved |= UINT32_C(1) << map->to[i];
  }
  return moved;
}

// Keys of one setup by name; one that is gone means that the first part needs no setup.
static int32_t move_key(tw_adoption *at, const tw_setup *from, const tw_setup *to, int32_t key) {
  if (key == TW_NONE) return TW_NONE;
  const int32_t moved = find_name(to->key_name, to->n_key, from->key_name[key]);
  if (moved == TW_NONE)
    tw_adoption_note(at, "nothing can be set up for %s any more: the next part needs no setup",
                     from->key_name[key]);
  return moved;
}

static const tw_setup *setup_of(const tw_line *line, int32_t machine_i) {
  return line->place[line->machine[machine_i].node_i].setup;
}

static void translate_setups(tw_adoption *at) {
  const tw_line *from = at->src->line, *to = at->run->line;
  for (int32_t i = 0; i < to->n_setup; i++) {
    const int32_t machine_i = to->setup[i].machine_i;
    const int32_t old_i = at->back[TW_OF_MACHINE][machine_i];
    if (old_i == TW_NONE || from->machine[old_i].setup_i == TW_NONE) continue;
    const tw_setup *own = setup_of(from, old_i), *now = setup_of(to, machine_i);
    tw_setup_state *state = &at->run->setup[i];
    const tw_setup_state *before = &at->src->setup[from->machine[old_i].setup_i];
    state->key = move_key(at, own, now, before->key);
    state->next_key = move_key(at, own, now, before->next_key);
    const bool is_under_way = before->next_key != TW_NONE;
    if (is_under_way && (state->key == TW_NONE || state->next_key == TW_NONE) && before->key != TW_NONE)
      tw_adoption_refuse(at, "a setup is under way on %s, and one of its names is gone",
                         tw_name_of(&at->to, TW_OF_MACHINE, machine_i));
    if (now->n_step != own->n_step && (before->step > 0 || before->ahead != TW_AHEAD_NONE))
      tw_adoption_refuse(at, "a setup is under way on %s, and its steps are others now",
                         tw_name_of(&at->to, TW_OF_MACHINE, machine_i));
  }
}

// Counts of parts that both lines count.
static void translate_scrap(tw_adoption *at) {
  const tw_line *from = at->src->line, *to = at->run->line;
  for (int32_t p = 0; p < to->n_place; p++) {
    const int64_t first = to->place[p].cost.first_scrap;
    const int32_t old_p = at->back[TW_OF_PLACE][p];
    if (first == TW_NONE || old_p == TW_NONE || from->place[old_p].cost.first_scrap == TW_NONE)
      continue;
    for (int32_t k = 0; k < to->n_part_type; k++) {
      const int32_t old_k = at->back[TW_OF_PART_TYPE][k];
      if (old_k == TW_NONE) continue;
      at->run->scrap[first + k] = at->src->scrap[from->place[old_p].cost.first_scrap + old_k];
    }
  }
}

void tw_adoption_translate(tw_adoption *at) {
  const bit_map defects = map_defects(at->src->line, at->run->line);
  const bit_map loops = map_loops(at->src->line, at->run->line);
  bool is_lost = false;
  for (uint32_t i = 0; i < at->run->head->n_part_slot; i++) {
    tw_part *part = &at->run->part[i];
    if (part->type == TW_NONE) continue;
    part->defects = move_bits(&defects, part->defects, &is_lost);
    part->cards = move_bits(&loops, part->cards, &is_lost);
  }
  if (is_lost) tw_adoption_note(at, "defects or cards that the new line does not know are gone");
  translate_setups(at);
  translate_scrap(at);
}
