// reference.c - the format reference as Markdown, generated from the field tables: a section
// for each kind of object, a row for each key. What the tables do not know is not in it.

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "doc/inner.h"
#include "expr/expr.h"
#include "field/inner.h"
#include "field/text_table.h"
#include "doc/words.h"

// Writes text into a table cell: bars would end it.
void tw_doc_add_cell(const char *text, tw_text *out) {
  for (const char *at = text; *at != 0; at++)
    tw_text_add(out, *at == '|' ? "\\|" : (char[]){*at, 0});
}

static void add_words(const char *const *words, tw_text *out) {
  for (int32_t i = 0; words[i] != NULL; i++) {
    tw_text_print(out, "%s`\"%s\"`", i == 0 ? "" : ", ", words[i]);
  }
}

// The name of a dimension, or what stands for it inside of a distribution.
static void add_dim(const tw_field *field, tw_text *out) {
  char buffer[96];
  const tw_parse in = {0};
  if ((field->flags & TW_OF_VALUE) != 0) {
    tw_text_add(out, (field->flags & TW_DIFFERENCE) != 0 ? "difference of values" : "as the value");
  } else {
    tw_text_add(out, tw_dim_name(tw_field_dim(field, &in), buffer));
  }
}

static void add_type(const tw_field *field, tw_text *out) {
  switch (field->type) {
    case TW_FIELD_BOOL: tw_text_add(out, "`true` or `false`"); break;
    case TW_FIELD_COUNT:
      tw_text_add(out, "whole number");
      if ((field->flags & TW_CAN_BE_UNLIMITED) != 0) tw_text_add(out, " or `\"unlimited\"`");
      break;
    case TW_FIELD_NUMBER: tw_text_add(out, "number"); break;
    case TW_FIELD_RATIO: tw_text_add(out, "number or `%`"); break;
    case TW_FIELD_QUANTITY: add_dim(field, out); break;
    case TW_FIELD_INSTANT: tw_text_add(out, "instant"); break;
    case TW_FIELD_QUANTITIES:
      tw_text_add(out, "list or [CSV column](#csv), ");
      add_dim(field, out);
      break;
    case TW_FIELD_VALUE:
      tw_text_add(out, "[random value](#random-values), ");
      add_dim(field, out);
      break;
    case TW_FIELD_EXPR:
      if (tw_dim_equal(field->dim, TW_EXPR_CONDITION)) {
        tw_text_add(out, "condition");
        break;
      }
      tw_text_add(out, "expression, ");
      if (tw_dim_equal(field->dim, TW_EXPR_ANY)) tw_text_add(out, "of any dimension");
      else add_dim(field, out);
      break;
    case TW_FIELD_CHOICE: add_words(field->sub, out); break;
    case TW_FIELD_NAME: tw_text_add(out, "name"); break;
    case TW_FIELD_NAMES: tw_text_add(out, "list of names"); break;
    case TW_FIELD_TEXT: tw_text_add(out, "text"); break;
    case TW_FIELD_OBJECT: tw_text_add(out, "object"); break;
    case TW_FIELD_MAP: tw_text_add(out, "objects by name"); break;
    case TW_FIELD_LIST:
      tw_text_add(out, "list of objects");
      if ((field->flags & TW_CAN_BE_ROWS) != 0) tw_text_add(out, " or [CSV rows](#csv-rows)");
      break;
    case TW_FIELD_NEEDS: tw_text_add(out, "list of [needs](#needs)"); break;
    case TW_FIELD_WEIGHTS: tw_text_add(out, "numbers by name"); break;
    case TW_FIELD_CUSTOM: {
      const tw_custom *custom = field->sub;
      tw_text_add(out, custom->shape);
      break;
    }
  }
}

static void add_bounds(const tw_field *field, tw_text *out) {
  char text[96];
  const tw_parse in = {0};
  const bool has_none = field->type == TW_FIELD_BOOL || field->type == TW_FIELD_TEXT ||
                        field->type == TW_FIELD_CHOICE || field->type >= TW_FIELD_NAME ||
                        field->type == TW_FIELD_INSTANT;
  if (has_none || (field->flags & TW_OF_VALUE) != 0) return;
  const tw_dim dim = tw_field_dim(field, &in);
  const tw_bounds bounds = tw_field_bounds(field, dim);
  if (isfinite(bounds.min)) {
    tw_text_print(out, "%s %s",
                  bounds.is_exclusive ? ">" : ">=", tw_number_text(bounds.min, dim, text));
  }
  if (isfinite(bounds.max)) {
    tw_text_print(out, "%s<= %s", isfinite(bounds.min) ? ", " : "",
                  tw_number_text(bounds.max, dim, text));
  }
}

static void add_row(const tw_field *field, tw_text *out) {
  tw_text cell = {.memory = out->memory};
  tw_text_print(out, "| `%s` | ", field->name);
  add_type(field, &cell);
  tw_doc_add_cell(cell.at == NULL ? "" : cell.at, out);
  if ((field->flags & TW_REQUIRED) != 0) {
    tw_text_add(out, " | *required* | ");
  } else if (field->preset != NULL) {
    tw_text_print(out, " | `%s` | ", field->preset);
  } else {
    tw_text_add(out, " | | ");
  }
  add_bounds(field, out);
  tw_text_add(out, " | ");
  tw_doc_add_cell(field->help == NULL ? "" : field->help, out);
  tw_text_add(out, " |\n");
  tw_text_free(&cell);
}

// One section; `path` says where such objects stand in a file (NULL: in many places).
static void add_table(const tw_table *table, const char *title, int32_t level, const char *path,
                      tw_text *out) {
  tw_text_add(out, "\n");
  for (int32_t i = 0; i < level; i++) tw_text_add(out, "#");
  tw_text_print(out, " %s\n\n%s", title, table->help == NULL ? "" : table->help);
  if (path != NULL && path[0] != 0) tw_text_print(out, " In the file: `%s`.", path);
  tw_text_add(out, "\n");
  if (table->n_field == 0) return;
  tw_text_add(out, "\n| Key | Type | Default | Bounds | Meaning |\n|--|--|--|--|--|\n");
  for (int32_t i = 0; i < table->n_field; i++) add_row(&table->fields[i], out);
}

// A section and, behind it, those of the objects inside.
void tw_doc_add_tables(const tw_table *table, const char *title, int32_t level, const char *path,
                       tw_text *out) {
  add_table(table, title, level, path, out);
  for (int32_t i = 0; i < table->n_field; i++) {
    const tw_field *field = &table->fields[i];
    const bool has_table = field->type == TW_FIELD_OBJECT || field->type == TW_FIELD_MAP ||
                           field->type == TW_FIELD_LIST;
    if (!has_table) continue;
    tw_text inner_path = {.memory = out->memory}, inner_title = {.memory = out->memory};
    const char *tail = field->type == TW_FIELD_OBJECT ? ""
                       : field->type == TW_FIELD_MAP  ? "/<name>"
                                                      : "/0";
    if (path != NULL) tw_text_print(&inner_path, "%s/%s%s", path, field->name, tail);
    tw_text_print(&inner_title, "%s%s%s", title[0] == 0 || level < 3 ? "" : title,
                  level < 3 ? "" : ": ", field->name);
    if (inner_title.at != NULL) {
      tw_doc_add_tables(field->sub, inner_title.at, level < 3 ? level + 1 : level, inner_path.at, out);
    }
    tw_text_free(&inner_path);
    tw_text_free(&inner_title);
  }
}

static void add_kinds(const char *section, const tw_kind *const *kinds, int32_t n_kind,
                      tw_text *out) {
  tw_text_print(out, "\n## %s\n", section);
  tw_text title = {.memory = out->memory}, path = {.memory = out->memory};
  for (int32_t i = 0; i < n_kind; i++) {
    if (strcmp(kinds[i]->section, section) != 0) continue;
    tw_text_cut(&title, 0);
    tw_text_cut(&path, 0);
    tw_text_print(&title, "%s", kinds[i]->name);
    tw_text_print(&path, "/%s/<name>", section);
    if (title.at == NULL || path.at == NULL) break;
    if (strcmp(section, "stations") == 0) {
      tw_text_print(out, "\n`\"type\": \"%s\"` makes a station of this kind.\n", kinds[i]->name);
    }
    tw_doc_add_tables(kinds[i]->table, title.at, 3, path.at, out);
  }
  tw_text_free(&title);
  tw_text_free(&path);
}

static void add_values(tw_text *out) {
  tw_text_add(
      out, "\n## Random values\n\n"
           "A random value is a constant (`\"2.6 min\"`), an object with one key that names a "
           "distribution\n(`{\"exponential\": {\"mean\": \"3 min\"}}`), or the bare name of one of "
           "`distributions`. It may differ by part\n(`{\"by_part\": {\"shaft\": \"5 min\", "
           "\"default\": \"6 min\"}}`) and by machine, counted from 1\n(`{\"by_machine\": {\"2\": "
           "\"7 min\", \"default\": \"6 min\"}}`), by machine outside of by part.\n"
           "Distributions are given by named moments. What stands for a duration is never "
           "negative.\n");
  for (int32_t i = 0; i < TW_N_DIST_FORM; i++) {
    tw_doc_add_tables(tw_dist_forms[i].table, tw_dist_forms[i].table->name, 3, NULL, out);
  }
}

static void add_expression_words(tw_text *out) {
  tw_text_add(
      out, "\n## Words of expressions\n\n"
           "Expressions that are evaluated at one instant (`factor`, `scrap`, `defects`, `sets`, `set`, keys of "
           "queues, a `rate` without states) know these\nwords, `part.NAME` for each attribute of the parts, and at a "
           "station the states of its models, `tool.wear`. An attribute that something\nwrites, or that is `carried`, "
           "is the part's own as it is then. Equations and conditions of models know the states of the\nmachine "
           "(`processing`, `blocked`, ...), `down`, `on-shift`, `occupied`, `part.mass`, `load.mass`, `part.rework`, "
           "`part.NAME` as it was when\nthe part was loaded, `parts_since_stop`, `parts_since_setup` and `time`.\n\n"
           "| Dimension | Word | Meaning |\n|--|--|--|\n");
  for (int32_t i = 0; i < TW_WORD_N; i++) {
    char phrase[96];
    tw_text_print(out, "| %s | `%s` | %s |\n", tw_dim_phrase(tw_word_rows[i].dim, phrase),
                  tw_word_rows[i].name, tw_word_rows[i].help);
  }
}

static void add_limits(tw_text *out) {
  static const struct {
    int32_t value;
    const char *of;
  } limits[] = {
#define TW_LIMIT(name, value_, of_) {.value = (name), .of = (of_)},
#include "base/limits.inl"
#undef TW_LIMIT
  };
  tw_text_add(out, "\n## Limits\n\nWhat is beyond one of these is refused, by a problem that names it. Names may be as "
                   "long as you like.\n\n| At most | Of |\n|--:|--|\n");
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
    tw_text_print(out, "| %lld | %s |\n", (long long)limits[i].value, limits[i].of);
}

void tw_doc_reference(const tw_kind *const *kinds, int32_t n_kind, tw_text *out) {
  TW_ASSERT(kinds != NULL && out != NULL);
  tw_text_add(
      out,
      "# The line format\n\n"
      "Every value with a dimension is a text with a unit, one space between: `\"45 s\"`, "
      "`\"2.4 kg\"`. Bare numbers\nare counts, ratios and pure numbers only. Names are letters, "
      "digits, `_` and `-`, beginning with a letter;\n`x-...` keys are the user's own and "
      "`about` is text for people, both anywhere. Unknown keys are errors.\n");
  tw_doc_add_tables(&tw_root_table, "The file", 2, "", out);
  for (int32_t i = 0; i < TW_N_SECTION; i++) add_kinds(tw_section_names[i], kinds, n_kind, out);
  tw_doc_models_reference(kinds, n_kind, out);
  add_values(out);
  add_expression_words(out);
  add_table(&tw_need_table, "Needs", 2, "", out);
  add_table(&tw_csv_table, "CSV", 2, "", out);
  add_table(&tw_rows_table, "CSV rows", 2, "", out);
  add_limits(out);
}
