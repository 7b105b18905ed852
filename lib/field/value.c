// value.c - a constant or random value: "2.6 min", {"normal": {...}}, the bare name of one of
// `distributions`, a list of values for each part (by_part) or a few odd machines (by_machine).

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "field/inner.h"


// A definition under "distributions": parsed when the line is read, in the dimension it shows.
typedef struct definition {
  const tw_node *node;
  tw_dim dim;
  bool has_dim;         // false: shown nowhere, so each use reads it
  const tw_dist *dist;  // NULL: wrong, and reported
} definition;

struct tw_dist_book {
  tw_index index;
  definition *at;  // [index.n]
};

static bool is_name(const char *text) {
  return (text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z');
}

// The one member that names the distribution, the user's own keys aside; *n counts the members.
static tw_node *find_only_member(tw_node *node, int32_t *n) {
  tw_node *only = NULL;
  *n = 0;
  for (tw_node *member = node->first; member != NULL; member = member->next) {
    if (tw_key_is_free(member->key)) continue;
    if (only == NULL) only = member;
    ++*n;
  }
  return only;
}

static const tw_dist *report_word(const tw_node *node, const tw_node *only, const tw_parse *in) {
  const char *names[TW_N_DIST_FORM + 2];
  for (int32_t i = 0; i < TW_N_DIST_FORM; i++) names[i] = tw_dist_forms[i].table->name;
  names[TW_N_DIST_FORM] = "by_part";
  names[TW_N_DIST_FORM + 1] = "by_machine";
  if (only == NULL) {
    tw_reader_wrong_type(in->reader, node, "an object with the name of a distribution",
                         "{\"exponential\": {\"mean\": \"3 min\"}}");
    return NULL;
  }
  for (int32_t i = 0; i < 2; i++) {
    if (strcmp(only->key, names[TW_N_DIST_FORM + i]) != 0) continue;
    tw_reader_problem(in->reader, only, "E-KEY", NULL, NULL, "\"%s\" cannot stand here", only->key);
    return NULL;
  }
  tw_reader_unknown_key(in->reader, only, "a random value", names, TW_N_DIST_FORM + 2);
  return NULL;
}

static const tw_dist *parse_object(tw_node *node, const tw_parse *in) {
  int32_t n;
  tw_node *only = find_only_member(node, &n);
  const tw_dist_form *form = only == NULL ? NULL : tw_dist_form_find(only->key);
  if (form == NULL) return report_word(node, only, in);
  if (n > 1) {
    const tw_node *second = only->next;
    while (tw_key_is_free(second->key)) second = second->next;
    tw_reader_problem(in->reader, second, "E-KEY", only->key, NULL,
                      "\"%.60s\" stands beside \"%s\", but a random value has one key", second->key,
                      only->key);
    return NULL;
  }
  return tw_dist_form_parse(form, only, in);
}

const tw_dist *tw_dist_parse(tw_node *node, const tw_parse *in) {
  TW_ASSERT(node != NULL && in->of != NULL);
  if (node->type == TW_NODE_OBJECT) return parse_object(node, in);
  if (node->type == TW_NODE_TEXT && is_name(node->text)) return tw_dist_book_find(node, in);
  double si;
  if (!tw_quantity_parse(node, tw_field_dim(in->of, in), in->reader, &si)) return NULL;
  return tw_field_check_bounds(in->of, node, in, si) ? tw_dist_make_constant(si, in) : NULL;
}

// "by_part": a distribution for each part named, and "default" for the others.
static bool parse_by_part(tw_node *node, const tw_parse *in, tw_value *value) {
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(in->reader, node, "an object of parts with values",
                         "{\"shaft-A\": \"6.2 min\", \"default\": \"7 min\"}");
    return false;
  }
  const size_t n_max = (size_t)node->n_child;
  tw_name *part = tw_arena_take_array(in->reader->arena, n_max, sizeof *part);
  const tw_dist **dist = tw_arena_take_array(in->reader->arena, n_max, sizeof *dist);
  if (part == NULL || dist == NULL) return false;
  bool is_good = true;
  int32_t n = 0;
  for (tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    const tw_dist *one = tw_dist_parse(item, in);
    if (one == NULL) is_good = false;
    if (strcmp(item->key, "default") == 0) {
      value->dist = one;
    } else {
      part[n] = (tw_name){.name = item->key, .node = item};
      dist[n++] = one;
    }
  }
  value->n_part = n;
  value->part = part;
  value->part_dist = dist;
  return is_good;
}

static bool parse_wrapped(tw_node *node, const tw_parse *in, bool can_name_machines,
                          tw_value *value);

// Reads "3" as machine index 2; -1 when it is no machine's number.
static int32_t read_machine(const char *key) {
  int32_t number = 0;
  if (key[0] == '0' || key[0] == 0) return -1;
  for (const char *at = key; *at != 0; at++) {
    if (*at < '0' || *at > '9') return -1;
    number = number * 10 + (*at - '0');
    if (number > TW_MACHINES_MAX) return -1;
  }
  return number - 1;
}

// "by_machine": values for machines "1", "2", ..., and "default" for the others, any of them
// by_part.
static bool parse_by_machine(tw_node *node, const tw_parse *in, tw_value *value) {
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(in->reader, node, "an object of machine numbers with values",
                         "{\"2\": \"7 min\", \"default\": \"6.2 min\"}");
    return false;
  }
  const size_t n_max = (size_t)node->n_child;
  int32_t *machine_i = tw_arena_take_array(in->reader->arena, n_max, sizeof *machine_i);
  tw_value *values = tw_arena_take_array(in->reader->arena, n_max, sizeof *values);
  if (machine_i == NULL || values == NULL) return false;
  bool is_good = true;
  int32_t n = 0;
  for (tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    if (strcmp(item->key, "default") == 0) {
      if (!parse_wrapped(item, in, false, value)) is_good = false;
      continue;
    }
    machine_i[n] = read_machine(item->key);
    values[n] = (tw_value){.node = item};
    if (machine_i[n] < 0) {
      tw_reader_problem(in->reader, item, "E-KEY", "\"1\", \"2\", ...", "machines count from 1",
                        "\"%.60s\" is no machine", item->key);
      is_good = false;
    }
    if (!parse_wrapped(item, in, false, &values[n++])) is_good = false;
  }
  value->n_machine = n;
  value->machine_i = machine_i;
  value->machine_value = values;
  return is_good;
}

static bool parse_wrapped(tw_node *node, const tw_parse *in, bool can_name_machines,
                          tw_value *value) {
  if (node->type == TW_NODE_OBJECT) {
    int32_t n;
    tw_node *only = find_only_member(node, &n);
    if (n == 1 && strcmp(only->key, "by_part") == 0) return parse_by_part(only, in, value);
    if (n == 1 && can_name_machines && strcmp(only->key, "by_machine") == 0) {
      return parse_by_machine(only, in, value);
    }
    if (n > 1 && strncmp(only->key, "by_", 3) == 0) {
      const tw_node *second = only->next;
      while (tw_key_is_free(second->key)) second = second->next;
      tw_reader_problem(in->reader, second, "E-KEY", only->key, "\"default\" stands inside it",
                        "\"%.60s\" stands beside \"%s\", but a random value has one key",
                        second->key, only->key);
      return false;
    }
  }
  value->dist = tw_dist_parse(node, in);
  return value->dist != NULL;
}

bool tw_parse_value(const tw_field *field, tw_node *node, const tw_parse *in, void *target) {
  const tw_field *of = (field->flags & TW_OF_VALUE) != 0 ? in->of : field;
  TW_ASSERT(of != NULL);
  const tw_parse inner = {.reader = in->reader, .of = of};
  tw_value value = {.node = node};
  if ((field->flags & TW_CONSTANT) != 0) {
    value.dist = tw_dist_parse(node, &inner);
    if (value.dist == NULL) return false;
  } else if (!parse_wrapped(node, &inner, true, &value)) {
    return false;
  }
  *(tw_value *)target = value;
  return true;
}

bool tw_value_parse(const tw_node *node, const tw_field *field, const tw_reader *reader,
                    tw_value *value) {
  TW_ASSERT(node != NULL && field != NULL && reader != NULL && value != NULL);
  // The tree is the reader's own; nothing but default nodes is added to it.
  const tw_parse in = {.reader = reader};
  return tw_parse_value(field, (tw_node *)node, &in, value);
}

// The dimension that a definition shows: that of its first quantity with a unit, absolute when any
// of them is.
static void look_for_dim(const tw_node *node, definition *found) {
  double scale, offset, si;
  tw_dim dim = TW_DIM_ONE;
  if (node->type == TW_NODE_TEXT) {
    const bool is_unit = node->key != NULL && strcmp(node->key, "unit") == 0;
    const bool is_read = is_unit ? tw_unit_read(node->text, &scale, &offset, &dim) > 0
                                 : tw_quantity_read(node->text, &si, &dim) == TW_QUANTITY_OK;
    if (!is_read) dim = TW_DIM_ONE;
  }
  if (!tw_dim_is_one(dim)) {
    if (!found->has_dim || dim.is_absolute) found->dim = dim;
    found->has_dim = true;
  }
  for (const tw_node *child = node->first; child != NULL; child = child->next) {
    look_for_dim(child, found);
  }
}

static bool has_file(const tw_node *node) {
  if (tw_node_member(node, "csv") != NULL) return true;
  for (const tw_node *child = node->first; child != NULL; child = child->next) {
    if (child->first != NULL && has_file(child)) return true;
  }
  return false;
}

// Definitions stand on their own: what refers to none cannot go round in circles.
static const tw_dist *parse_definition(const tw_node *node, const tw_field *of,
                                       const tw_reader *reader) {
  tw_reader alone = *reader;
  alone.distributions = NULL;
  alone.book = NULL;
  const tw_parse in = {.reader = &alone, .of = of};
  return tw_dist_parse((tw_node *)node, &in);
}

static bool read_definition(const tw_node *node, const tw_reader *reader, definition *made) {
  made->node = node;
  const bool is_good = tw_name_check(node->key, node, reader);
  look_for_dim(node, made);
  // Without a unit it is pure numbers, but for a file, whose cells may have units.
  if (!made->has_dim && has_file(node)) return is_good;
  made->has_dim = true;
  const tw_field of = {.name = node->key, .type = TW_FIELD_VALUE, .dim = made->dim};
  made->dist = parse_definition(node, &of, reader);
  return is_good && made->dist != NULL;
}

const tw_dist_book *tw_dist_book_read(tw_node *distributions, const tw_reader *reader,
                                      bool *is_good) {
  TW_ASSERT(distributions->type == TW_NODE_OBJECT && is_good != NULL);
  tw_arena *arena = reader->arena;
  const size_t n_max = (size_t)distributions->n_child;
  tw_dist_book *book = tw_arena_take(arena, sizeof *book);
  const char **names = tw_arena_take_array(arena, n_max, sizeof *names);
  definition *at = tw_arena_take_array(arena, n_max, sizeof *at);
  if (book == NULL || names == NULL || at == NULL) return NULL;
  int32_t n = 0;
  for (const tw_node *item = distributions->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    names[n] = item->key;
    if (!read_definition(item, reader, &at[n++])) *is_good = false;
  }
  book->at = at;
  return tw_index_build(&book->index, names, n, arena) ? book : NULL;
}

// True within "distributions" for the name of another definition there.
static bool is_of_other_definition(const tw_node *node) {
  const tw_node *at = node;
  while (at->parent != NULL && at->parent->parent != NULL) at = at->parent;
  return at->key != NULL && strcmp(at->key, "distributions") == 0 &&
         tw_node_member(at, node->text) != NULL;
}

static const tw_dist *report_name(const tw_node *node, const tw_parse *in) {
  char got[TW_GOT_BYTES], hint[160], phrase[96];
  const char *nearest = NULL;
  if (in->reader->book == NULL && is_of_other_definition(node)) {
    tw_reader_problem(in->reader, node, "E-REF", NULL, "write it out here",
                      "a definition cannot name another one, %s", tw_node_got(node, got));
    return NULL;
  }
  if (in->reader->book != NULL) {
    nearest = tw_index_nearest(&in->reader->book->index, node->text, in->reader->problems);
  }
  if (nearest != NULL) {
    snprintf(hint, sizeof hint, "did you mean \"%.80s\"?", nearest);
  } else {
    snprintf(hint, sizeof hint, "%s or a name defined in /distributions is needed",
             tw_dim_phrase(tw_field_dim(in->of, in), phrase));
  }
  tw_reader_problem(in->reader, node, "E-REF", nearest, hint, "there is no distribution %s",
                    tw_node_got(node, got));
  return NULL;
}

static const tw_dist *report_dim(const tw_node *node, const definition *found, const tw_parse *in) {
  char got[TW_GOT_BYTES], has[96], needs[96], hint[128];
  snprintf(hint, sizeof hint, "%s is needed", tw_dim_phrase(tw_field_dim(in->of, in), needs));
  tw_reader_problem(in->reader, node, "E-UNIT", needs, hint, "%s gives %s", tw_node_got(node, got),
                    tw_dim_phrase(found->dim, has));
  return NULL;
}

const tw_dist *tw_dist_book_find(const tw_node *node, const tw_parse *in) {
  TW_ASSERT(node->type == TW_NODE_TEXT);
  const tw_dist_book *book = in->reader->book;
  if (book == NULL) {
    const tw_node *found = tw_node_member(in->reader->distributions, node->text);
    return found == NULL ? report_name(node, in) : parse_definition(found, in->of, in->reader);
  }
  const int32_t i = tw_index_find(&book->index, node->text);
  if (i < 0) return report_name(node, in);
  const definition *found = &book->at[i];
  if (!found->has_dim) return parse_definition(found->node, in->of, in->reader);
  if (found->dist == NULL) return NULL;
  if (!tw_dim_equal(found->dim, tw_field_dim(in->of, in))) return report_dim(node, found, in);
  return tw_dist_check_bounds(found->dist, node, in) ? found->dist : NULL;
}
