// doc.c - reads a whole line file: the root table, then what needs more than a table -
// distributions before everything that names them, places with the table of their kind, one name
// space of all places. Afterwards the tree holds every default and the doc points into it.

#include "doc/doc.h"

#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "doc/inner.h"

// What the steps of one reading share.
typedef struct doc_reader {
  tw_reader reader;
  const tw_kind *const *kinds;
  int32_t n_kind;
  tw_root_def root;
  bool is_good;
} doc_reader;

enum { POINTER_MAX = 1000 };

// Marks the listed nodes under one whose pointer is in `path`, which comes back as it was.
static void mark_under(tw_node *node, const tw_index *listed, tw_text *path) {
  const size_t n = path->n;
  for (tw_node *child = node->first; child != NULL; child = child->next) {
    tw_node_step(child, path);
    if (path->n < POINTER_MAX && !path->is_out_of_memory) {
      child->is_listed = tw_index_find(listed, path->at) >= 0;
      if (child->first != NULL) mark_under(child, listed, path);
    }
    tw_text_cut(path, n);
  }
}

// A dump lists its defaults; they are defaults again when it is read, unless edited since.
static void mark_listed(tw_node *root, tw_arena *arena) {
  const tw_node *list = tw_node_member(root, "x-defaults");
  if (list == NULL || list->type != TW_NODE_LIST) return;
  const char **pointers = tw_arena_take_array(arena, (size_t)list->n_child, sizeof *pointers);
  if (pointers == NULL) return;
  int32_t n = 0;
  for (const tw_node *item = list->first; item != NULL; item = item->next) {
    if (item->type == TW_NODE_TEXT) pointers[n++] = item->text;
  }
  tw_index listed;
  tw_text path = {.memory = &arena->memory};
  if (tw_index_build(&listed, pointers, n, arena)) mark_under(root, &listed, &path);
  tw_text_free(&path);
}

static void read_distributions(doc_reader *in, const tw_node *root) {
  const tw_node *node = tw_node_member(root, "distributions");
  if (node == NULL || node->type != TW_NODE_OBJECT) return;
  in->reader.distributions = node;
  in->reader.book = tw_dist_book_read((tw_node *)node, &in->reader, &in->is_good);
}

// Lists the kinds of a section for a hint, `"machine", "batch"`.
static void print_kinds(const doc_reader *in, const char *section, tw_text *out) {
  for (int32_t i = 0; i < in->n_kind; i++) {
    if (strcmp(in->kinds[i]->section, section) != 0) continue;
    tw_text_print(out, "%s\"%s\"", out->n == 0 ? "" : ", ", in->kinds[i]->name);
  }
}

static const tw_kind *find_kind(const doc_reader *in, const char *section, const char *name) {
  for (int32_t i = 0; i < in->n_kind; i++) {
    const tw_kind *kind = in->kinds[i];
    if (strcmp(kind->section, section) != 0) continue;
    if (name == NULL || strcmp(kind->name, name) == 0) return kind;
  }
  return NULL;
}

static void report_kind(doc_reader *in, const char *section, const tw_node *node,
                        const tw_node *type) {
  char got[TW_GOT_BYTES], hint[400];
  tw_text list = {.memory = tw_problems_memory(in->reader.problems)};
  print_kinds(in, section, &list);
  const char *names = list.at == NULL ? "" : list.at;
  in->is_good = false;
  if (type == NULL) {
    snprintf(hint, sizeof hint, "one of %.200s", names);
    tw_reader_problem(&in->reader, node, "E-KEY", names, hint, "\"type\" is required");
  } else {
    const bool is_station = strcmp(section, "stations") == 0;
    snprintf(hint, sizeof hint, "known are %.200s%s", names,
             is_station ? "; a kind from outside the library is handed over in the options (kinds)" : "");
    tw_reader_problem(&in->reader, type, "E-TYPE", names, hint, "%s is no kind of %s",
                      tw_node_got(type, got), section);
  }
  tw_text_free(&list);
}

// Takes a misspelt "type" for it, unless some kind has a key of this name.
static void mean_type(const doc_reader *in, const char *section, tw_node *node) {
  static const char *const names[] = {"type"};
  if (tw_node_member(node, "type") != NULL) return;
  for (tw_node *member = node->first; member != NULL; member = member->next) {
    bool is_known = tw_key_is_free(member->key);
    for (int32_t i = 0; i < in->n_kind && !is_known; i++) {
      if (strcmp(in->kinds[i]->section, section) != 0) continue;
      const tw_table *table = in->kinds[i]->table;
      for (int32_t k = 0; k < table->n_field && !is_known; k++)
        is_known = strcmp(table->fields[k].name, member->key) == 0;
    }
    if (is_known || tw_name_nearest(member->key, names, 1, in->reader.problems) == NULL) continue;
    member->meant = names[0];
    return;
  }
}

// Chooses the kind: stations say their type, other sections may when there is more than one.
static const tw_kind *choose_kind(doc_reader *in, const char *section, tw_node *node) {
  mean_type(in, section, node);
  const tw_node *type = tw_node_member(node, "type");
  const bool can_be_silent = strcmp(section, "stations") != 0;
  const tw_kind *kind = NULL;
  if (type != NULL && type->type == TW_NODE_TEXT) kind = find_kind(in, section, type->text);
  if (type == NULL && can_be_silent) kind = find_kind(in, section, NULL);
  if (kind == NULL) report_kind(in, section, node, type);
  return kind;
}

// Reads one place. A place of unknown kind is kept by name, so that the flow can refer to it.
static tw_place_def read_place(doc_reader *in, const char *section, tw_node *node) {
  tw_place_def place = {0};
  const bool is_object = node->type == TW_NODE_OBJECT;
  if (is_object) place.kind = choose_kind(in, section, node);
  const size_t size = place.kind != NULL ? place.kind->table->size : sizeof(tw_def);
  TW_ASSERT(size >= sizeof(tw_def));
  tw_def *def = tw_arena_take(in->reader.arena, size);
  if (def == NULL) return place;
  *def = (tw_def){.name = node->key, .node = node};
  place.def = def;
  place.is_broken = true;
  if (!is_object) {
    const char *example = strcmp(section, "buffers") == 0   ? "{\"capacity\": 10}"
                          : strcmp(section, "sources") == 0 ? "{\"sequence\": [\"3 name\"]}"
                          : strcmp(section, "demands") == 0 ? "{\"sequence\": [\"3 name\"]}"
                                                            : "{\"type\": \"machine\", ...}";
    tw_reader_wrong_type(&in->reader, node, "an object", example);
  } else if (place.kind != NULL) {
    const tw_parse parse = {.reader = &in->reader};
    place.is_broken = !tw_object_parse(place.kind->table, node, &parse, "type", def);
  }
  if (place.is_broken) in->is_good = false;
  return place;
}

static int32_t count_members(const tw_node *node) { return node == NULL ? 0 : node->n_child; }

// Reports a name that is taken by an earlier place, or by a sink (first NULL). The place counts as
// of no kind then, so that the flow does not complain of it as well.
static void report_place_name(doc_reader *in, tw_place_def *place, const tw_def *first) {
  const tw_node *node = ((const tw_def *)place->def)->node;
  in->is_good = false;
  place->kind = NULL;
  place->is_broken = true;
  if (first == NULL) {
    tw_reader_problem(&in->reader, node, "E-KEY", NULL, "choose another name", "\"%s\" is built in",
                      node->key);
  } else {
    tw_reader_problem(&in->reader, node, "E-KEY", NULL,
                      "sources, buffers and stations share one name space",
                      "\"%.80s\" is already one of %s, on line %d", node->key,
                      first->node->parent->key, (int)first->node->line);
  }
}

// Sources, buffers and stations are one name space, and the sinks are in it.
static void check_place_names(doc_reader *in, tw_place_def *places) {
  const int32_t n = in->root.doc.n_place;
  tw_index index;
  const char **names = tw_arena_take_array(in->reader.arena, (size_t)n, sizeof *names);
  if (names == NULL) return;
  for (int32_t i = 0; i < n; i++) {
    const tw_def *def = places[i].def;
    names[i] = def->name;
    if (!tw_name_check(def->name, def->node, &in->reader)) in->is_good = false;
    const bool is_sink = strcmp(def->name, "out") == 0 || strcmp(def->name, "scrap") == 0;
    if (is_sink) report_place_name(in, &places[i], NULL);
  }
  if (!tw_index_build(&index, names, n, in->reader.arena)) return;
  for (int32_t i = 1; i < index.n; i++) {
    if (strcmp(index.at[i - 1].name, index.at[i].name) != 0) continue;
    report_place_name(in, &places[index.at[i].i], places[index.at[i - 1].i].def);
  }
}

static void read_places(doc_reader *in) {
  const tw_node *const sections[TW_N_SECTION] = {in->root.sources, in->root.buffers,
                                                 in->root.stations, in->root.demands};
  int32_t n_max = 0;
  for (int32_t i = 0; i < TW_N_SECTION; i++) n_max += count_members(sections[i]);
  tw_place_def *places = tw_arena_take_array(in->reader.arena, (size_t)n_max, sizeof *places);
  if (places == NULL) return;
  tw_doc *doc = &in->root.doc;
  for (int32_t i = 0; i < TW_N_SECTION; i++) {
    if (sections[i] == NULL) continue;
    for (tw_node *node = sections[i]->first; node != NULL; node = node->next) {
      if (tw_key_is_free(node->key)) continue;
      places[doc->n_place] = read_place(in, tw_section_names[i], node);
      if (places[doc->n_place].def == NULL) return;  // out of memory
      doc->n_place++;
    }
  }
  TW_ASSERT(doc->n_place <= n_max);
  doc->place = places;
  check_place_names(in, places);
}

static void check_part_names(doc_reader *in) {
  const tw_part_def *parts = in->root.doc.parts.at;
  for (int32_t i = 0; i < in->root.doc.parts.n; i++) {
    if (strcmp(parts[i].def.name, "default") != 0) continue;
    tw_reader_problem(&in->reader, parts[i].def.node, "E-KEY", NULL, "choose another name",
                      "\"default\" means all other parts in \"by_part\"");
    in->is_good = false;
  }
}

// Is there a section that is none?
static bool has_stranger(const tw_node *root) {
  for (const tw_node *member = root->first; member != NULL; member = member->next) {
    bool is_known = tw_key_is_free(member->key) || member->meant != NULL ||
                    strcmp(member->key, "$schema") == 0;
    for (int32_t i = 0; i < tw_root_table.n_field && !is_known; i++)
      is_known = strcmp(member->key, tw_root_table.fields[i].name) == 0;
    if (!is_known) return true;
  }
  return false;
}

static void read_document(doc_reader *in, tw_node *root) {
  const tw_parse parse = {.reader = &in->reader};
  mark_listed(root, in->reader.arena);
  tw_keys_mean(&tw_root_table, root, "$schema", &in->reader);
  read_distributions(in, root);
  if (!tw_object_parse(&tw_root_table, root, &parse, "$schema", &in->root)) in->is_good = false;
  if (root->type != TW_NODE_OBJECT) return;
  in->root.doc.is_strange = has_stranger(root);
  const tw_node *schema = tw_node_member(root, "$schema");
  if (schema != NULL && schema->type != TW_NODE_TEXT) {
    tw_reader_wrong_type(&in->reader, schema, "a text", "\"line.schema.json\"");
    in->is_good = false;
  }
  const tw_node *run = tw_node_member(root, "run");
  in->root.doc.run.has_horizon = tw_node_member(run, "horizon") != NULL;
  read_places(in);
  check_part_names(in);
  if (!tw_scenarios_check(in->root.doc.scenarios, &in->reader, false)) in->is_good = false;
}

bool tw_doc_knows(const tw_doc *doc, const char *section) {
  TW_ASSERT(doc != NULL && section != NULL);
  const tw_node *node = tw_node_member(doc->root, section);
  return !doc->is_strange && (node == NULL || !node->is_broken);
}

bool tw_doc_names(const tw_doc *doc, const char *section) {
  TW_ASSERT(doc != NULL && section != NULL);
  const tw_node *node = tw_node_member(doc->root, section);
  return !doc->is_strange && (node == NULL || node->type == TW_NODE_OBJECT);
}

bool tw_doc_knows_places(const tw_doc *doc) {
  bool is_known = true;
  for (int32_t i = 0; i < TW_N_SECTION; i++)
    is_known = is_known && tw_doc_names(doc, tw_section_names[i]);
  return is_known;
}

bool tw_doc_parse(tw_node *root, const tw_kind *const *kinds, int32_t n_kind,
                  const tw_reader *reader, tw_doc *doc) {
  TW_ASSERT(root != NULL && reader != NULL && doc != NULL && n_kind > 0);
  doc_reader in = {.reader = *reader, .kinds = kinds, .n_kind = n_kind, .is_good = true};
  // Checks answer through the list of problems, so there has to be one.
  twin_problems *own = reader->problems == NULL ? twin_problems_new() : NULL;
  if (own != NULL) in.reader.problems = own;
  const size_t n_before = twin_problems_count(in.reader.problems, TWIN_ERROR);
  read_document(&in, root);
  // slips are reported and leave no other trace
  if (twin_problems_count(in.reader.problems, TWIN_ERROR) > n_before) in.is_good = false;
  twin_problems_free(own);
  in.root.doc.root = root;
  in.root.doc.file = reader->file;
  in.root.doc.book = in.reader.book;
  in.root.doc.is_broken = !in.is_good;
  *doc = in.root.doc;
  return in.is_good && !reader->arena->is_out_of_memory;
}
