// field.c - walks a field table over a JSON object: known keys go to the reader of their type,
// unknown ones are errors, missing ones get their default as a node of the tree. Goes on after an
// error. Invariant: afterwards the members stand in the order of the table, which is the order of
// the dump.

#include "field/field.h"

#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "field/inner.h"

enum { SLIPS_MAX = 16 };  // unknown keys of one object that are looked at: more are no slips

typedef bool parse_function(const tw_field *field, tw_node *node, const tw_parse *in, void *target);

static parse_function *const parse_of_type[] = {
    [TW_FIELD_BOOL] = tw_parse_bool,         [TW_FIELD_COUNT] = tw_parse_count,
    [TW_FIELD_NUMBER] = tw_parse_number,     [TW_FIELD_RATIO] = tw_parse_number,
    [TW_FIELD_QUANTITY] = tw_parse_quantity, [TW_FIELD_INSTANT] = tw_parse_instant,
    [TW_FIELD_QUANTITIES] = tw_parse_series, [TW_FIELD_VALUE] = tw_parse_value,
    [TW_FIELD_EXPR] = tw_parse_expr,         [TW_FIELD_CHOICE] = tw_parse_choice,
    [TW_FIELD_NAME] = tw_parse_name,         [TW_FIELD_NAMES] = tw_parse_names,
    [TW_FIELD_TEXT] = tw_parse_text,         [TW_FIELD_OBJECT] = tw_parse_object,
    [TW_FIELD_MAP] = tw_parse_map,           [TW_FIELD_LIST] = tw_parse_list,
    [TW_FIELD_NEEDS] = tw_parse_needs,       [TW_FIELD_WEIGHTS] = tw_parse_weights,
    [TW_FIELD_CUSTOM] = tw_parse_custom,
};

bool tw_field_parse(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  TW_ASSERT(field->type >= 0 && field->type <= TW_FIELD_CUSTOM);
  TW_ASSERT(parse_of_type[field->type] != NULL);
  return parse_of_type[field->type](field, node, in, target);
}

bool tw_parse_custom(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  const tw_custom *custom = field->sub;
  TW_ASSERT(custom != NULL && custom->parse != NULL);
  return custom->parse(node, in->reader, target);
}

bool tw_parse_object(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  return tw_object_parse(field->sub, node, in, NULL, target);
}

// One walk: which field each member belongs to, and whether all was good so far.
typedef struct walk {
  const tw_table *table;
  const tw_parse *in;
  const char *outside;
  char *object;
  tw_node *member[TW_FIELDS_MAX];  // by field, NULL: absent
  tw_node *outside_member, *about;
  bool is_good, has_slip;
} walk;

// Finds a field by key. Files often follow the order of the table, so the search begins after the
// field found last.
static int32_t find_field(const tw_table *table, const char *key, int32_t begin) {
  for (int32_t n = 0; n < table->n_field; n++) {
    const int32_t i = begin + n < table->n_field ? begin + n : begin + n - table->n_field;
    if (strcmp(table->fields[i].name, key) == 0) return i;
  }
  return -1;
}

// All names that an object of this table can have; returns how many.
static int32_t list_names(const tw_table *table, const char *outside,
                          const char *names[TW_FIELDS_MAX + 1]) {
  int32_t n = 0;
  for (int32_t i = 0; i < table->n_field; i++) names[n++] = table->fields[i].name;
  if (outside != NULL) names[n++] = outside;
  TW_ASSERT(n <= TW_FIELDS_MAX + 1);
  return n;
}

static bool is_known(const tw_table *table, const char *outside, const char *key) {
  return find_field(table, key, 0) >= 0 || (outside != NULL && strcmp(key, outside) == 0) ||
         tw_key_is_free(key);
}

// The only required field that an object lacks; NULL when it lacks none or several.
static const char *find_only_missing(const tw_table *table, const tw_node *node) {
  const char *only = NULL;
  for (int32_t i = 0; i < table->n_field; i++) {
    const tw_field *field = &table->fields[i];
    if ((field->flags & TW_REQUIRED) == 0 || tw_node_member(node, field->name) != NULL) continue;
    if (only != NULL) return NULL;
    only = field->name;
  }
  return only;
}

void tw_keys_mean(const tw_table *table, tw_node *node, const char *outside,
                  const tw_reader *reader) {
  TW_ASSERT(table != NULL && node != NULL && reader != NULL);
  if (node->type != TW_NODE_OBJECT) return;
  const char *names[TW_FIELDS_MAX + 1];
  const int32_t n = list_names(table, outside, names);
  int32_t n_unknown = 0;
  for (tw_node *member = node->first; member != NULL && n_unknown < SLIPS_MAX; member = member->next) {
    if (member->meant != NULL || is_known(table, outside, member->key)) continue;
    n_unknown++;
    const char *meant = tw_name_nearest(member->key, names, n, reader->problems);
    if (meant == NULL) meant = find_only_missing(table, node);
    if (meant != NULL && tw_node_member(node, meant) == NULL) member->meant = meant;
  }
}

static void report_unknown(const walk *at, const tw_node *member) {
  const char *names[TW_FIELDS_MAX + 1];
  int32_t n = list_names(at->table, at->outside, names);
  const tw_reader *reader = at->in->reader;
  const char *nearest = tw_name_nearest(member->key, names, n, reader->problems);
  if (member->meant == NULL || nearest != NULL) {
    tw_reader_unknown_key(reader, member, at->table->name, names, n);
    return;
  }
  char key[TW_GOT_BYTES], hint[96];
  const tw_node name = tw_node_name(member);
  snprintf(hint, sizeof hint, "\"%.60s\" is required", member->meant);
  tw_reader_problem(reader, member, "E-KEY", member->meant, hint, "%s is no key of %s",
                    tw_node_got(&name, key), at->table->name);
}

static void parse_member(walk *at, int32_t field_i, tw_node *member) {
  const tw_field *field = &at->table->fields[field_i];
  TW_ASSERT(field->offset < at->table->size);
  at->member[field_i] = member;
  if (!tw_field_parse(field, member, at->in, at->object + field->offset)) {
    member->is_broken = true;
    at->is_good = false;
  }
}

// A value that a dump marked as default stays one only while nobody edited it.
static void keep_default_mark(const tw_field *field, tw_node *member, tw_arena *arena) {
  if (!member->is_listed || field->preset == NULL) return;
  tw_node holder = {.type = TW_NODE_OBJECT};
  const tw_node *preset = tw_node_preset(&holder, field->name, field->preset, arena);
  member->is_default = preset != NULL && tw_node_equal(preset, member);
}

// Reads a member as what its misspelt key was taken for. What is wrong with that is not said: it may
// be wrong only because something else was meant.
static void parse_slip(walk *at, int32_t field_i, tw_node *member) {
  tw_reader quiet = *at->in->reader;
  quiet.problems = tw_problems_new(tw_problems_memory(quiet.problems));
  const tw_parse in = {.reader = &quiet, .of = at->in->of};
  const tw_field *field = &at->table->fields[field_i];
  at->member[field_i] = member;
  at->has_slip = true;
  const bool is_read = quiet.problems != NULL &&
                       tw_field_parse(field, member, &in, at->object + field->offset) &&
                       twin_problems_count(quiet.problems, TWIN_ERROR) == 0;
  if (!is_read) {
    member->is_broken = true;
    at->is_good = false;
  }
  twin_problems_free(quiet.problems);
}

// A key that the table does not have.
static void parse_unknown(walk *at, tw_node *member) {
  report_unknown(at, member);
  if (member->meant == NULL) {
    at->is_good = false;
  } else if (at->outside != NULL && strcmp(member->meant, at->outside) == 0) {
    at->outside_member = member;
  } else {
    parse_slip(at, find_field(at->table, member->meant, 0), member);
  }
}

// Members in the order of the file, so that problems come in that order too.
static void parse_members(walk *at, tw_node *node) {
  int32_t begin = 0;
  for (tw_node *member = node->first; member != NULL; member = member->next) {
    const int32_t field_i = find_field(at->table, member->key, begin);
    if (field_i >= 0 && at->member[field_i] == NULL) {
      begin = field_i + 1;
      keep_default_mark(&at->table->fields[field_i], member, at->in->reader->arena);
      parse_member(at, field_i, member);
    } else if (at->outside != NULL && strcmp(member->key, at->outside) == 0) {
      at->outside_member = member;
    } else if (!tw_key_is_free(member->key)) {
      parse_unknown(at, member);
    } else if (strcmp(member->key, "about") == 0) {
      at->about = member;
      if (member->type != TW_NODE_TEXT) {
        tw_reader_wrong_type(at->in->reader, member, "a text for people", "\"why this is so\"");
        at->is_good = false;
      }
    }
  }
}

static void report_missing(walk *at, const tw_field *field, const tw_node *node) {
  char example[96], hint[192];
  tw_text text = {.memory = tw_problems_memory(at->in->reader->problems)};
  if (field->type == TW_FIELD_CUSTOM) {
    tw_text_print(&text, "it is %s", ((const tw_custom *)field->sub)->shape);
  } else {
    tw_text_print(&text, "e.g. \"%s\": %s", field->name, tw_field_example(field, example));
  }
  const size_t n = text.n < sizeof hint ? text.n : sizeof hint - 1;
  if (text.at != NULL) memcpy(hint, text.at, n);
  hint[text.at == NULL ? 0 : n] = 0;
  tw_text_free(&text);
  at->is_good = false;
  tw_reader_problem(at->in->reader, node, "E-KEY", field->name, hint, "\"%s\" is required",
                    field->name);
}

static void fill_missing(walk *at, tw_node *node) {
  for (int32_t i = 0; i < at->table->n_field; i++) {
    const tw_field *field = &at->table->fields[i];
    if (at->member[i] != NULL) continue;
    if (field->preset != NULL) {
      tw_node *member = tw_node_preset(node, field->name, field->preset, at->in->reader->arena);
      if (member == NULL) continue;  // out of memory, which the owner of the arena sees
      parse_member(at, i, member);
    } else if ((field->flags & TW_REQUIRED) != 0) {
      report_missing(at, field, node);
    }
  }
}

static void relink(tw_node *node, tw_node *member) {
  member->parent = NULL;
  tw_node_append(node, member);
}

static bool is_placed(const walk *at, const tw_node *member) {
  if (member == at->outside_member || member == at->about) return true;
  for (int32_t i = 0; i < at->table->n_field; i++) {
    if (at->member[i] == member) return true;
  }
  return false;
}

// Puts the members in the order of the table: the outside key, about, the fields, the user's own.
static void sort_members(walk *at, tw_node *node) {
  tw_node *old = node->first;
  node->first = node->last = NULL;
  node->n_child = 0;
  tw_node own = {.type = TW_NODE_OBJECT};
  while (old != NULL) {
    tw_node *next = old->next;
    if (!is_placed(at, old)) relink(&own, old);
    old = next;
  }
  if (at->outside_member != NULL) relink(node, at->outside_member);
  if (at->about != NULL) relink(node, at->about);
  for (int32_t i = 0; i < at->table->n_field; i++) {
    if (at->member[i] != NULL) relink(node, at->member[i]);
  }
  for (tw_node *member = own.first; member != NULL; member = old) {
    old = member->next;
    relink(node, member);
  }
}

// The check of a table has no result of its own: what it finds is in the list of problems. Of an
// object with a slip it is not said, as that may be all that is wrong.
static bool is_passed(const walk *at, const tw_node *node) {
  tw_reader reader = *at->in->reader;
  if (at->has_slip) reader.problems = tw_problems_new(tw_problems_memory(reader.problems));
  const size_t n_before = twin_problems_count(reader.problems, TWIN_ERROR);
  at->table->check(at->object, node, &reader);
  const bool is_good = twin_problems_count(reader.problems, TWIN_ERROR) == n_before;
  if (at->has_slip) twin_problems_free(reader.problems);
  return is_good;
}

bool tw_object_parse(const tw_table *table, tw_node *node, const tw_parse *in, const char *outside,
                     void *object) {
  TW_ASSERT(table != NULL && node != NULL && in->reader != NULL && object != NULL);
  TW_ASSERT(table->n_field <= TW_FIELDS_MAX);
  if (node->type != TW_NODE_OBJECT) {
    char example[96];
    tw_reader_wrong_type(in->reader, node, "an object", tw_table_example(table, example));
    return false;
  }
  walk at = {.table = table, .in = in, .outside = outside, .object = object, .is_good = true};
  tw_keys_mean(table, node, outside, in->reader);
  parse_members(&at, node);
  fill_missing(&at, node);
  sort_members(&at, node);
  if (at.is_good && table->check != NULL) at.is_good = is_passed(&at, node);
  if (!at.is_good) node->is_broken = true;
  return at.is_good;
}

bool tw_table_parse(const tw_table *table, tw_node *node, const tw_reader *reader, void *object) {
  const tw_parse in = {.reader = reader};
  return tw_object_parse(table, node, &in, NULL, object);
}
