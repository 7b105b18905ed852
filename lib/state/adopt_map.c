// adopt_map.c - which machine, mode, stream, event of one line is which of another: by name, after
// places that were renamed are called what they are called now. Streams are also known by their
// key, which the line's key "stream" keeps across a rename.

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/format.h"
#include "base/problems.h"
#include "state/adopt_inner.h"

static void list(tw_adoption *at, twin_severity severity, const char *format, va_list args) {
  char message[300];
  tw_vformat(message, sizeof message, format, args);
  const bool is_note = severity == TWIN_NOTE;
  tw_problems_add(at->problems,
                  &(tw_problem_text){.status = is_note ? TWIN_OK : TWIN_ERR_SNAPSHOT,
                                     .severity = severity,
                                     .code = is_note ? "N-STATE" : "E-STATE"},
                  "%s", message);
}

void tw_adoption_note(tw_adoption *at, const char *format, ...) {
  va_list args;
  va_start(args, format);
  list(at, TWIN_NOTE, format, args);
  va_end(args);
}

void tw_adoption_refuse(tw_adoption *at, const char *format, ...) {
  at->is_good = false;
  va_list args;
  va_start(args, format);
  list(at, TWIN_ERROR, format, args);
  va_end(args);
}

int64_t tw_adoption_follow(const tw_adoption *at, tw_bound bound, int64_t i) {
  const int32_t *map = at->map[bound];
  return map == NULL || i < 0 || i >= at->from.of[bound].n ? i : map[i];
}

// What stands at the key "stream" of a place of the line file; NULL: nothing.
static const char *stream_of(const tw_line *line, int32_t place_i) {
  if (place_i >= line->doc.n_place) return NULL;
  const tw_def *def = line->doc.place[place_i].def;
  const tw_node *node = tw_node_member(def->node, "stream");
  return node != NULL && node->type == TW_NODE_TEXT ? node->text : NULL;
}

// Kinds from outside are made for each line; their name says which one it is.
static bool is_same_kind(const tw_kind *a, const tw_kind *b) {
  return a == b || (a->holds && b->holds && strcmp(a->name, b->name) == 0);
}

// Number of an old place in the new line; TW_NONE: it has none.
static int32_t find_place(const tw_adoption *at, const tw_renames *renames, int32_t i) {
  const tw_line *old = at->src->line, *line = at->run->line;
  const char *name = old->place[i].name;
  int32_t to = TW_NONE;
  for (int32_t k = 0; k < renames->n && to == TW_NONE; k++)
    if (strcmp(renames->from[k], name) == 0)
      to = tw_name_find(&at->to, TW_OF_PLACE, renames->to[k]);
  if (to == TW_NONE) to = tw_name_find(&at->to, TW_OF_PLACE, name);
  for (int32_t k = 0; k < line->n_place && to == TW_NONE; k++) {
    const char *stream = stream_of(line, k), *own = stream_of(old, i);
    if (stream != NULL && strcmp(stream, own != NULL ? own : name) == 0) to = k;
  }
  return to != TW_NONE && is_same_kind(line->place[to].kind, old->place[i].kind) ? to : TW_NONE;
}

// Length of the place's name that a composed name begins with: "cnc" of "cnc[2]/jam".
static size_t head_length(const char *name) { return strcspn(name, "[./>"); }

// Adds a name to out with its place's name as it is now; false: the place is gone.
static bool add_renamed(const tw_adoption *at, const char *name, size_t n, tw_text *out) {
  char head[200];
  const size_t n_head = head_length(name) < n ? head_length(name) : n;
  if (n_head >= sizeof head) return false;
  memcpy(head, name, n_head);
  head[n_head] = '\0';
  const int32_t from = tw_name_find(&at->from, TW_OF_PLACE, head);
  if (from != TW_NONE) {
    const int32_t to = at->map[TW_OF_PLACE][from];
    if (to == TW_NONE) return false;
    tw_text_add(out, at->run->line->place[to].name);
  } else {
    tw_text_add(out, head);
  }
  tw_text_add_n(out, name + n_head, n - n_head);
  return true;
}

// Number in the new line of what has this name in the old one.
static int32_t find_renamed(const tw_adoption *at, tw_bound bound, const char *name) {
  tw_text text = {.memory = &at->arena.memory};
  const char *arrow = bound == TW_OF_EDGE ? strchr(name, '>') : NULL;
  const size_t n = arrow != NULL ? (size_t)(arrow - name) : strlen(name);
  bool is_there = add_renamed(at, name, n, &text);
  if (arrow != NULL) {
    tw_text_add(&text, ">");
    is_there = is_there && add_renamed(at, arrow + 1, strlen(arrow + 1), &text);
  }
  const bool is_text = is_there && text.at != NULL && !text.is_out_of_memory;
  const int32_t to = is_text ? tw_name_find(&at->to, bound, text.at) : TW_NONE;
  tw_text_free(&text);
  return to;
}

static int32_t find_stream(const tw_adoption *at, int32_t i) {
  const tw_line *line = at->run->line;
  for (int32_t k = 0; k < line->n_site; k++)
    if (line->site[k].key == at->src->line->site[i].key) return k;
  return TW_NONE;
}

static bool is_same_clock(const tw_mode *a, const tw_mode *b) {
  return a->clock == b->clock && a->is_at_start == b->is_at_start;
}

static int32_t find_thing(const tw_adoption *at, tw_bound bound, int32_t i) {
  const char *name = tw_name_of(&at->from, bound, i);
  int32_t to = TW_NONE;
  switch (bound) {
    case TW_OF_PART_TYPE:
    case TW_OF_GROUP:
    case TW_OF_POOL:
    case TW_OF_CAUSE:
    case TW_OF_STOCK:
    case TW_OF_TARIFF:
    case TW_OF_WORKER: return tw_name_find(&at->to, bound, name);
    case TW_OF_STREAM:
      to = find_stream(at, i);
      return to != TW_NONE ? to : find_renamed(at, bound, name);
    case TW_OF_MODE:
      to = find_renamed(at, bound, name);
      // ticks are no cycles
      if (to != TW_NONE && !is_same_clock(&at->src->line->mode[i], &at->run->line->mode[to]))
        return TW_NONE;
      return to;
    default: return find_renamed(at, bound, name);
  }
}

static bool map_class(tw_adoption *at, tw_bound bound, const tw_renames *renames) {
  const int32_t n_from = at->from.of[bound].n, n_to = at->to.of[bound].n;
  int32_t *map = tw_arena_take_array(&at->arena, (size_t)n_from + 1, sizeof *map);
  int32_t *back = tw_arena_take_array(&at->arena, (size_t)n_to + 1, sizeof *back);
  if (map == NULL || back == NULL) return false;
  at->map[bound] = map;
  at->back[bound] = back;
  for (int32_t k = 0; k < n_to; k++) back[k] = TW_NONE;
  for (int32_t i = 0; i < n_from; i++) {
    map[i] = bound == TW_OF_PLACE ? find_place(at, renames, i) : find_thing(at, bound, i);
    // two of the old line cannot be one of the new one
    if (map[i] != TW_NONE && back[map[i]] != TW_NONE) map[i] = TW_NONE;
    if (map[i] != TW_NONE) back[map[i]] = i;
  }
  return true;
}

static int32_t machine_of_variable(const tw_line *line, int32_t i) {
  int32_t m = 0;
  while (i >= line->member[m].first_variable + line->member[m].system->n_variable) m++;
  return line->member[m].machine_i;
}

// Does the place of a machine, or the machine of a mode or model, tell of it already?
static bool is_told(const tw_line *line, tw_bound bound, int32_t i, const tw_adoption *at,
                    bool is_old) {
  int32_t *const *other = is_old ? at->map : at->back;
  if (bound == TW_OF_MACHINE) return other[TW_OF_PLACE][line->machine[i].node_i] == TW_NONE;
  if (bound == TW_OF_VARIABLE)
    return machine_of_variable(line, i) != TW_NONE &&
           other[TW_OF_MACHINE][machine_of_variable(line, i)] == TW_NONE;
  if (bound == TW_OF_MODE) return other[TW_OF_MACHINE][line->mode[i].machine_i] == TW_NONE;
  return false;
}

static void note_changes(tw_adoption *at) {
  static const struct {
    tw_bound bound;
    const char *word, *fresh;
  } told[] = {{TW_OF_PLACE, "place", "starts empty"},
              {TW_OF_MACHINE, "machine", "starts idle"},
              {TW_OF_MODE, "failure mode", "has a fresh clock"},
              {TW_OF_WORKER, "worker", "is free"},
              {TW_OF_PART_TYPE, "part type", "has no parts yet"},
              {TW_OF_VARIABLE, "model state", "starts as at time zero"}};
  for (size_t k = 0; k < sizeof told / sizeof told[0]; k++) {
    const tw_bound bound = told[k].bound;
    for (int32_t i = 0; i < at->from.of[bound].n; i++)
      if (at->map[bound][i] == TW_NONE && !is_told(at->src->line, bound, i, at, true))
        tw_adoption_note(at, "%s %s is gone", told[k].word, at->from.of[bound].names[i]);
    for (int32_t i = 0; i < at->to.of[bound].n; i++)
      if (at->back[bound][i] == TW_NONE && !is_told(at->run->line, bound, i, at, false))
        tw_adoption_note(at, "%s %s is new and %s", told[k].word, at->to.of[bound].names[i],
                         told[k].fresh);
  }
}

bool tw_adoption_map(tw_adoption *at, const tw_renames *renames) {
  // places first: all other names are made of theirs
  static const tw_bound classes[] = {TW_OF_PLACE,  TW_OF_PART_TYPE, TW_OF_MACHINE, TW_OF_MODE,
                                     TW_OF_EXIT,   TW_OF_EDGE,      TW_OF_STREAM,  TW_OF_SLOT,
                                     TW_OF_WORKER, TW_OF_HOLDER,    TW_OF_GROUP,   TW_OF_POOL,
                                     TW_OF_CAUSE,  TW_OF_STOCK,     TW_OF_SETUP,   TW_OF_EARLY,
                                     TW_OF_TARIFF, TW_OF_BODY, TW_OF_VARIABLE, TW_OF_MODEL_EVENT, TW_OF_OUTPUT};
  for (int32_t k = 0; k < renames->n; k++) {
    if (tw_name_find(&at->from, TW_OF_PLACE, renames->from[k]) == TW_NONE)
      tw_adoption_refuse(at, "there is no place %s to rename", renames->from[k]);
    else if (tw_name_find(&at->to, TW_OF_PLACE, renames->to[k]) == TW_NONE)
      tw_adoption_refuse(at, "the new line has no place %s", renames->to[k]);
  }
  for (size_t k = 0; k < sizeof classes / sizeof classes[0]; k++)
    if (!map_class(at, classes[k], renames)) return false;
  note_changes(at);
  return true;
}
