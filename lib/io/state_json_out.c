// state_json_out.c - writes a state as JSON, one record a line; see state_json.h.

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "engine/carried.h"
#include "engine/flow.h"
#include "engine/tables.h"
#include "io/state_json.h"

static bool is_empty_object(const tw_text *out) { return out->n > 0 && out->at[out->n - 1] == '{'; }

// Begins a member of the object that is open: a comma where it is not the first.
static void add_key(tw_text *out, const char *key) {
  tw_text_add(out, is_empty_object(out) ? "" : ", ");
  tw_text_add_json(out, key);
  tw_text_add(out, ": ");
}

static void add_double(tw_text *out, double number) {
  if (isfinite(number))
    tw_text_add_number(out, number);
  else
    tw_text_add(out, isnan(number) ? "\"nan\"" : number > 0 ? "\"inf\"" : "\"-inf\"");
}

void tw_state_print_i64(int64_t value, tw_text *out) {
  const bool is_exact = value <= TW_EXACT_MAX && value >= -TW_EXACT_MAX;
  if (value == INT64_MAX)
    tw_text_add(out, "null");
  else
    tw_text_print(out, is_exact ? "%lld" : "\"%lld\"", (long long)value);
}

void tw_state_print(const tw_run *run, const tw_name_book *book, const tw_state_field *field,
                    const char *at, tw_text *out) {
  const int64_t value = tw_state_get(at, field->type);
  const uint64_t bits = (uint64_t)value;
  double number;
  if (field->type == TW_F64) {
    memcpy(&number, at, sizeof number);
    add_double(out, number);
  } else if (field->type == TW_U64) {
    const bool is_exact = bits <= (uint64_t)TW_EXACT_MAX;
    tw_text_print(out, is_exact ? "%llu" : "\"%llu\"", (unsigned long long)bits);
  } else if (field->bound == TW_BOOLEAN) {
    tw_text_add(out, value != 0 ? "true" : "false");
  } else if (field->bound == TW_OF_PART) {
    // before the start nothing is set, so that what will be a part is record 0
    if (value == TW_NO_PART)
      tw_text_add(out, "null");
    else if (run->part[value].type == TW_NONE)
      tw_text_print(out, "\"slot %lld\"", (long long)value);
    else
      tw_text_print(out, "%llu", (unsigned long long)run->part[value].id);
  } else if (tw_name_of(book, field->bound, value) != NULL) {
    tw_text_add_json(out, tw_name_of(book, field->bound, value));
  } else if (value == TW_NONE && field->bound > TW_BOOLEAN) {
    tw_text_add(out, "null");
  } else {
    tw_state_print_i64(value, out);
  }
}

static bool is_zero(const char *at, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (at[i] != 0) return false;
  return true;
}

// An array is an object of its elements that are not 0, by number; times of states by state.
static void add_array(const tw_run *run, const tw_name_book *book, const tw_state_field *field,
                      const char *at, tw_text *out) {
  const uint32_t size = tw_state_type_size(field->type);
  tw_text_add(out, "{");
  for (uint32_t k = 0; k < field->count; k++) {
    char number[16];
    if (is_zero(at + k * size, size)) continue;
    const bool is_state = field->count == TW_N_STATE;
    snprintf(number, sizeof number, "%u", (unsigned)k);
    add_key(out, is_state ? tw_name_of(book, TW_OF_STATE, k) : number);
    tw_state_print(run, book, field, at + k * size, out);
  }
  tw_text_add(out, "}");
}

static void add_fields(const tw_run *run, const tw_name_book *book, int32_t section,
                       const tw_state_table *table, const char *record, tw_text *out) {
  for (int32_t f = 0; f < table->n_field; f++) {
    const tw_state_field *field = &table->field[f];
    if (tw_is_recounted(run->line, section, field)) continue;
    // the id of a part is its key
    if (table == &tw_part_state_table && field->offset == offsetof(tw_part, id)) continue;
    add_key(out, field->name);
    const char *at = record + field->offset;
    if (field->count > 1)
      add_array(run, book, field, at, out);
    else
      tw_state_print(run, book, field, at, out);
  }
}

// Begins a member on a line of its own.
static void add_line(tw_text *out, const char *indent, bool *has_any, const char *key) {
  tw_text_print(out, "%s\n%s", *has_any ? "," : "", indent);
  tw_text_add_json(out, key);
  tw_text_add(out, ": ");
  *has_any = true;
}

static void add_section(const tw_run *run, const tw_name_book *book, int32_t section,
                        tw_text *out) {
  const tw_line *line = run->line;
  const tw_state_table *table = line->layout.table[section];
  const tw_bound owner = tw_section_owner(line, section);
  const char *at = run->block + line->layout.offset[section];
  bool has_any = false;
  tw_text_add(out, "{");
  if (section == TW_SECTION_HEAD) add_fields(run, book, section, table, at, out);
  for (uint32_t i = 0; i < line->layout.count[section] && section != TW_SECTION_HEAD; i++) {
    char number[16];
    snprintf(number, sizeof number, "%u", (unsigned)i);
    const char *name = tw_name_of(book, owner, tw_record_owner(line, section, (int32_t)i));
    add_line(out, "    ", &has_any, name != NULL ? name : number);
    tw_text_add(out, "{");
    add_fields(run, book, section, table, at + (size_t)i * table->size, out);
    tw_text_add(out, "}");
  }
  tw_text_add(out, has_any ? "\n  }" : "}");
}

// Units of the fields whose names do not end in them.
static void add_units(const tw_line *line, tw_text *out) {
  tw_text_add(out, "{");
  for (int32_t s = 0; s <= line->layout.n_section; s++) {
    const bool is_part = s == line->layout.n_section;
    const tw_state_table *table = is_part ? &tw_part_state_table : line->layout.table[s];
    for (int32_t f = 0; f < table->n_field; f++) {
      const tw_state_field *field = &table->field[f];
      const size_t n = strlen(field->name), n_unit = strlen(field->unit);
      if (tw_is_recounted(line, s, field) || strcmp(field->unit, "1") == 0) continue;
      if (n > n_unit + 1 && strcmp(field->name + n - n_unit, field->unit) == 0 &&
          field->name[n - n_unit - 1] == '_')
        continue;
      char key[128];
      snprintf(key, sizeof key, "%s.%s", table->name, field->name);
      add_key(out, key);
      tw_text_add_json(out, field->unit);
    }
  }
  tw_text_add(out, "}");
}

static void add_events(const tw_run *run, const tw_name_book *book, tw_text *out) {
  const tw_agenda agenda = tw_run_agenda(run);
  tw_text_add(out, "{");
  for (int32_t i = 0; i < run->line->n_slot; i++) {
    if (!tw_agenda_is_pending(&agenda, (uint32_t)i)) continue;
    add_key(out, tw_name_of(book, TW_OF_SLOT, i));
    tw_state_print_i64(tw_agenda_tick(&agenda, (uint32_t)i), out);
  }
  tw_text_add(out, "}");
}

static void add_parts(const tw_run *run, const tw_name_book *book, tw_text *out) {
  bool has_any = false;
  tw_text_add(out, "{");
  for (uint32_t i = 0; i < run->head->n_part_slot; i++) {
    const tw_part *part = &run->part[i];
    if (part->type == TW_NONE) continue;
    char id[24];
    snprintf(id, sizeof id, "%llu", (unsigned long long)part->id);
    add_line(out, "    ", &has_any, id);
    tw_text_print(out, "{\"slot\": %u", (unsigned)i);
    add_fields(run, book, run->line->layout.n_section, &tw_part_state_table, (const char *)part,
               out);
    tw_text_add(out, "}");
  }
  tw_text_add(out, has_any ? "\n  }" : "}");
}

// What parts carry: attributes by part.
static void add_carried(const tw_run *run, const tw_name_book *book, tw_text *out) {
  const tw_line *line = run->line;
  bool has_any = false;
  tw_text_add(out, "{");
  for (uint32_t i = 0; i < run->head->n_part_slot; i++) {
    if (run->part[i].type == TW_NONE) continue;
    char id[24];
    snprintf(id, sizeof id, "%llu", (unsigned long long)run->part[i].id);
    add_line(out, "    ", &has_any, id);
    tw_text_add(out, "{");
    for (int32_t k = 0; k < line->n_carried; k++) {
      add_key(out, line->attribute_name[line->carried[k]]);
      tw_text_add(out, "{");
      add_fields(run, book, line->layout.n_section, &tw_carried_state_table,
                 (const char *)&tw_carried_of(run, i)[k], out);
      tw_text_add(out, "}");
    }
    tw_text_add(out, "}");
  }
  tw_text_add(out, has_any ? "\n  }" : "}");
}

// The free records in the order in which they will be used, as stretches [first, last].
static void add_free(const tw_run *run, tw_text *out) {
  bool has_any = false;
  tw_text_add(out, "[");
  for (uint32_t i = run->head->free_part; i != TW_NO_PART;) {
    const uint32_t first = i;
    while (run->part[i].next == i + 1) i++;
    tw_text_print(out, "%s[%u, %u]", has_any ? ", " : "", (unsigned)first, (unsigned)i);
    i = run->part[i].next;
    has_any = true;
  }
  tw_text_add(out, "]");
}

// Places that were marked and not visited yet: there are some within a round only. People are "".
static void add_marks(const tw_run *run, tw_text *out) {
  bool has_any = false;
  tw_text_add(out, "[");
  for (int32_t m = 0; m <= run->line->n_place; m++) {
    if ((run->mark[m >> 6] >> (m & 63) & 1) == 0) continue;
    tw_text_add(out, has_any ? ", " : "");
    const bool is_crew = m == run->line->n_place;
    tw_text_add_json(out, is_crew ? "" : run->line->place[run->line->place_by_mark[m]].name);
    has_any = true;
  }
  tw_text_add(out, "]");
}

bool tw_state_write(const tw_run *run, tw_text *out) {
  const tw_line *line = run->line;
  tw_name_book book;
  bool has_any = false;
  if (!tw_name_book_open(&book, line)) {
    tw_name_book_close(&book);
    return false;
  }
  tw_text_add(out, "{");
  add_line(out, "  ", &has_any, "libtwin_state");
  tw_text_add(out, "1");
  add_line(out, "  ", &has_any, "line");
  tw_text_add_json(out, line->doc.name != NULL ? line->doc.name : "");
  add_line(out, "  ", &has_any, "line_hash");
  tw_text_print(out, "\"%016llx\"", (unsigned long long)line->hash);
  add_line(out, "  ", &has_any, "units");
  add_units(line, out);
  for (int32_t s = 0; s < line->layout.n_section; s++) {
    if (!tw_section_is_written(line, s)) continue;
    char name[TW_SECTION_NAME];
    add_line(out, "  ", &has_any, tw_section_name(line, s, name));
    add_section(run, &book, s, out);
  }
  add_line(out, "  ", &has_any, "event_us");
  add_events(run, &book, out);
  add_line(out, "  ", &has_any, "part");
  add_parts(run, &book, out);
  if (line->n_carried > 0) {
    add_line(out, "  ", &has_any, "carried");
    add_carried(run, &book, out);
  }
  add_line(out, "  ", &has_any, "free_slots");
  add_free(run, out);
  add_line(out, "  ", &has_any, "marked");
  add_marks(run, out);
  tw_text_add(out, "\n}\n");
  tw_name_book_close(&book);
  return !out->is_out_of_memory;
}
