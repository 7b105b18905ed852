// opening.c - reads "opening" against the compiled line: names become numbers, stock must fit its
// buffer, parts must be such as can get there.

#include "station/opening.h"

#include <stdlib.h>
#include <string.h>

#include "base/index.h"
#include "base/problems.h"
#include "core/ticks.h"
#include "station/buffer.h"
#include "station/kinds.h"
#include "station/source_def.h"

typedef struct condition {
  tw_name part, down, setup;
  double remaining_s;
} condition;

// clang-format off
static const tw_field condition_fields[] = {
  TW_FIELD(condition, part,        "part",      TW_FIELD_NAME, .help = "that is on the machine"),
  TW_FIELD(condition, remaining_s, "remaining", TW_FIELD_QUANTITY, .dim = {.s = 1}, .max = TW_LONGEST_S,
           .help = "of its process time, or of the repair"),
  TW_FIELD(condition, down,        "down",      TW_FIELD_NAME, .help = "failure or maintenance it is down with"),
  TW_FIELD(condition, setup,       "setup",     TW_FIELD_NAME, .help = "what it is set up for"),
};
// clang-format on
static const tw_table condition_table = {.name = "machine at the start",
                                         .help = "what a machine does when a run begins",
                                         .size = sizeof(condition),
                                         .fields = condition_fields,
                                         .n_field = TW_N_FIELDS(condition_fields)};

typedef struct opening_reader {
  tw_line *line;
  tw_reader reader;
  tw_opening_stock *stock;
  tw_opening_machine *machine;
  bool is_good;
} opening_reader;

#define REPORT(in, node, code, hint, ...) \
  ((in)->is_good = false, tw_reader_problem(&(in)->reader, node, code, NULL, hint, __VA_ARGS__))

static int32_t find_type(opening_reader *in, const tw_node *node, const char *name) {
  for (int32_t i = 0; i < in->line->n_part_type; i++)
    if (strcmp(in->line->part_type[i].name, name) == 0) return i;
  const tw_node at = tw_name_place(&(tw_name){.name = name, .node = node});
  REPORT(in, &at, "E-REF", "part types stand in \"parts\"", "there is no part '%.80s'", name);
  return TW_NONE;
}

static int32_t find_place(opening_reader *in, const tw_node *node, const char *section,
                          const char *name, size_t n) {
  const tw_line *line = in->line;
  for (int32_t i = 0; i < line->doc.n_place; i++)
    if (strcmp(line->place[i].kind->section, section) == 0 && strlen(line->place[i].name) == n &&
        strncmp(line->place[i].name, name, n) == 0)
      return i;
  const tw_node at = tw_node_name(node);
  REPORT(in, &at, "E-REF", NULL, "there is none of the %s that is called '%.80s'", section, name);
  return TW_NONE;
}

static bool reaches(opening_reader *in, const tw_node *node, int32_t place_i, int32_t type) {
  if (tw_line_reaches(in->line, place_i, type)) return true;
  REPORT(in, node, "E-ROUTE", NULL, "no part '%s' ever gets to '%s'",
         in->line->part_type[type].name, in->line->place[place_i].name);
  return false;
}

static void read_stock(opening_reader *in, const tw_node *node, int32_t place_i, int64_t *n_left) {
  if (node->type != TW_NODE_TEXT) {
    in->is_good = false;
    tw_reader_wrong_type(&in->reader, node, "a number and a part", "\"3 shaft-A\"");
    return;
  }
  const char *name;
  int64_t n;
  if (!tw_entry_read(node->text, &n, &name)) {
    REPORT(in, node, "E-RANGE", "e.g. \"3 shaft-A\"", "%.80s is no count of parts", node->text);
    return;
  }
  const int32_t type = find_type(in, node, name);
  if (type == TW_NONE || !reaches(in, node, place_i, type)) return;
  if (n > *n_left) {
    REPORT(in, node, "E-RANGE", NULL, "'%s' has room for %lld parts more, not for these",
           in->line->place[place_i].name, (long long)*n_left);
    return;
  }
  *n_left -= n;
  in->stock[in->line->n_opening_stock++] =
      (tw_opening_stock){.place_i = place_i, .part_type = type, .quantity = n};
}

static void read_buffers(opening_reader *in, const tw_node *node) {
  int32_t n = 0;
  for (const tw_node *item = node->first; item != NULL; item = item->next) n += item->n_child;
  in->stock = tw_arena_take_array(&in->line->arena, (size_t)n + 1, sizeof *in->stock);
  for (const tw_node *item = node->first; item != NULL && in->stock != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    const int32_t place_i = find_place(in, item, "buffers", item->key, strlen(item->key));
    if (place_i == TW_NONE) continue;
    if (item->type != TW_NODE_LIST) {
      in->is_good = false;
      tw_reader_wrong_type(&in->reader, item, "a list of parts", "[\"3 shaft-A\"]");
      continue;
    }
    const tw_buffer_param *param = in->line->place[place_i].param;
    int64_t n_left = param->capacity < in->line->max_parts ? param->capacity : in->line->max_parts;
    for (const tw_node *part = item->first; part != NULL; part = part->next)
      read_stock(in, part, place_i, &n_left);
  }
  in->line->opening_stock = in->stock;
}

// "cnc[2]", or "cnc" for the only machine of a station.
static int32_t find_machine(opening_reader *in, const tw_node *node) {
  const size_t n = strcspn(node->key, "[");
  const int32_t place_i = find_place(in, node, "stations", node->key, n);
  if (place_i == TW_NONE) return TW_NONE;
  const tw_place *place = &in->line->place[place_i];
  char *end = (char *)(uintptr_t)(node->key + n);
  const long number = *end == '[' ? strtol(end + 1, &end, 10) : 1;
  const bool is_named =
      node->key[n] == '[' ? end[0] == ']' && end[1] == '\0' : place->n_machine == 1;
  if (is_named && number >= 1 && number <= place->n_machine)
    return place->first_machine + (int32_t)number - 1;
  const tw_node at = tw_node_name(node);
  REPORT(in, &at, "E-REF", NULL, "'%s' has machines '%s[1]' to '%s[%d]'", place->name, place->name,
         place->name, (int)place->n_machine);
  return TW_NONE;
}

static int32_t find_mode(opening_reader *in, const tw_name *name, int32_t machine_i) {
  const tw_machine_param *machine = &in->line->machine[machine_i];
  for (int32_t i = machine->first_mode; i < machine->first_mode + machine->n_mode; i++)
    if (strcmp(in->line->mode[i].name, name->name) == 0 && in->line->mode[i].cause_i == TW_NONE &&
        !in->line->mode[i].is_maintenance)
      return i;
  REPORT(in, name->node, "E-REF", NULL, "the machine has no failure '%.80s' of its own",
         name->name);
  return TW_NONE;
}

static int32_t find_key(opening_reader *in, const tw_name *name, int32_t machine_i) {
  const tw_setup *setup = in->line->place[in->line->machine[machine_i].node_i].setup;
  for (int32_t i = 0; setup != NULL && i < setup->n_key; i++)
    if (strcmp(setup->key_name[i], name->name) == 0) return i;
  REPORT(in, name->node, "E-REF", NULL, "the machine is never set up for '%.80s'", name->name);
  return TW_NONE;
}

// What a part was begun with is the setup for it, unless the file says another.
static int32_t key_of_type(const tw_line *line, int32_t machine_i, int32_t type) {
  const tw_setup *setup = line->place[line->machine[machine_i].node_i].setup;
  return setup != NULL ? setup->key_of_type[type] : TW_NONE;
}

static void read_machine(opening_reader *in, tw_node *node) {
  condition given = {0};
  const int32_t machine_i = find_machine(in, node);
  if (node->type != TW_NODE_OBJECT) {
    in->is_good = false;
    tw_reader_wrong_type(&in->reader, node, "an object", "{\"part\": \"shaft-A\"}");
    return;
  }
  const size_t n_before = twin_problems_count(in->reader.problems, TWIN_ERROR);
  if (!tw_table_parse(&condition_table, node, &in->reader, &given) ||
      twin_problems_count(in->reader.problems, TWIN_ERROR) > n_before)
    in->is_good = false;
  if (machine_i == TW_NONE || !in->is_good) return;
  if (given.part.name != NULL && in->line->place[in->line->machine[machine_i].node_i].kind->holds) {
    REPORT(in, given.part.node, "E-KEY", "lay it into the buffer before it",
           "what a station of a kind from outside has on its positions is not known");
    return;
  }
  const tw_node *remaining = tw_node_member(node, "remaining");
  if (remaining != NULL && given.part.name == NULL && given.down.name == NULL)
    REPORT(in, remaining, "E-KEY", "\"part\" or \"down\"", "nothing is there that could remain");
  tw_opening_machine opening = {.machine_i = machine_i,
                                .part_type = TW_NONE,
                                .mode_i = TW_NONE,
                                .setup_key = TW_NONE,
                                .remaining_us =
                                    remaining != NULL ? tw_ticks(given.remaining_s) : -1};
  const int32_t place_i = in->line->machine[machine_i].node_i;
  if (given.part.name != NULL) {
    opening.part_type = find_type(in, given.part.node, given.part.name);
    if (opening.part_type == TW_NONE || !reaches(in, given.part.node, place_i, opening.part_type))
      return;
    if (remaining != NULL && given.down.name == NULL)
      opening.setup_key = key_of_type(in->line, machine_i, opening.part_type);
  }
  if (given.down.name != NULL) opening.mode_i = find_mode(in, &given.down, machine_i);
  if (given.setup.name != NULL) opening.setup_key = find_key(in, &given.setup, machine_i);
  for (int32_t i = 0; i < in->line->n_opening_machine; i++)
    if (in->machine[i].machine_i == machine_i)
      REPORT(in, node, "E-KEY", NULL, "the machine is there twice");
  in->machine[in->line->n_opening_machine++] = opening;
}

bool tw_opening_compile(tw_line *line, const tw_reader *reader) {
  const tw_node *node = tw_node_member(line->doc.root, "opening");
  if (node == NULL || node->type != TW_NODE_OBJECT) return true;
  opening_reader in = {.line = line, .reader = *reader, .is_good = true};
  in.reader.arena = &line->arena;
  for (tw_node *item = node->first; item != NULL; item = item->next) {
    const bool is_buffers = strcmp(item->key, "buffers") == 0;
    if (tw_key_is_free(item->key)) continue;
    if (!is_buffers && strcmp(item->key, "stations") != 0) {
      static const char *const names[] = {"buffers", "stations"};
      in.is_good = false;
      tw_reader_unknown_key(&in.reader, item, "opening", names, 2);
    } else if (item->type != TW_NODE_OBJECT) {
      in.is_good = false;
      tw_reader_wrong_type(&in.reader, item, "an object",
                           is_buffers ? "{\"raw\": [\"3 shaft-A\"]}"
                                      : "{\"cnc[2]\": {\"part\": \"shaft-A\"}}");
    } else if (is_buffers) {
      read_buffers(&in, item);
    } else {
      in.machine = tw_arena_take_array(&line->arena, (size_t)item->n_child + 1, sizeof *in.machine);
      for (tw_node *one = item->first; one != NULL && in.machine != NULL; one = one->next)
        if (!tw_key_is_free(one->key)) read_machine(&in, one);
      line->opening_machine = in.machine;
    }
  }
  return in.is_good && !line->arena.is_out_of_memory;
}
