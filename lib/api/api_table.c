// api_table.c - tables: made column by column, sealed, and read where they lie. See table.h.

#include <string.h>

#include "api/table.h"
#include "base/assert.h"
#include "base/hash.h"

size_t tw_table_size(int32_t type) {
  TW_ASSERT(type > TWIN_COLUMN_NONE && type <= TWIN_COLUMN_UINT64);
  return type == TWIN_COLUMN_INT32 || type == TWIN_COLUMN_NAME ? 4 : 8;
}

twin_table *tw_table_new(const char *name, int64_t n_row, const tw_memory *memory) {
  TW_ASSERT(n_row >= 0);
  twin_table *table = tw_memory_zeroed(memory, 1, sizeof *table);
  if (table == NULL) return NULL;
  atomic_init(&table->n_holder, 1);
  tw_arena_init_with(&table->arena, memory);
  table->n_row = n_row;
  table->name = tw_arena_text(&table->arena, name);
  return table;
}

twin_table *tw_table_like(twin_table *head, int64_t n_row) {
  TW_ASSERT(head->is_sealed);
  twin_table *table = tw_table_new("", n_row, &head->arena.memory);
  if (table == NULL) return NULL;
  table->head = twin_table_ref(head);
  table->name = head->name;
  table->help = head->help;
  table->metadata = head->metadata;
  table->n_column = head->n_column;
  memcpy(table->column, head->column, sizeof table->column);
  for (int32_t i = 0; i < table->n_column; i++)
    table->column[i].values =
        tw_arena_take_array(&table->arena, (size_t)n_row + 1, tw_table_size(table->column[i].type));
  return table;
}

void *tw_table_add(twin_table *table, const char *name, const char *unit, const char *help,
                   twin_column_type type) {
  TW_ASSERT(!table->is_sealed && table->n_column < TW_TABLE_COLUMNS);
  tw_table_column *column = &table->column[table->n_column++];
  if (help == NULL) {
    help = tw_table_help(table->name, name);
    if (table->help == NULL) table->help = tw_table_help(table->name, NULL);
  }
  *column = (tw_table_column){.name = name, .unit = unit, .help = help, .type = (int32_t)type};
  column->values =
      tw_arena_take_array(&table->arena, (size_t)table->n_row + 1, tw_table_size(column->type));
  return column->values;
}

double *tw_table_add_doubles(twin_table *table, const char *name, const char *unit) {
  return tw_table_add(table, name, unit, NULL, TWIN_COLUMN_DOUBLE);
}

int32_t *tw_table_add_ints(twin_table *table, const char *name) {
  return tw_table_add(table, name, "1", NULL, TWIN_COLUMN_INT32);
}

int64_t *tw_table_add_counts(twin_table *table, const char *name) {
  return tw_table_add(table, name, "1", NULL, TWIN_COLUMN_INT64);
}

// Names by their hash: numbers + 1 in a list with open addressing, 0: free.
typedef struct name_set {
  uint64_t seed;
  const char **names;
  int32_t *slot;
  size_t n_slot;  // a power of two, at least twice the names
  int32_t n;
} name_set;

static int32_t *slot_of(const name_set *set, const char *text) {
  size_t at = (size_t)tw_hash_text(set->seed, text) & (set->n_slot - 1);
  while (set->slot[at] != 0 && strcmp(set->names[set->slot[at] - 1], text) != 0)
    at = (at + 1) & (set->n_slot - 1);
  return &set->slot[at];
}

// Room for one more name. What was too small stays in the arena: no more than the list itself.
static bool grow(name_set *set, tw_arena *arena) {
  if (2 * ((size_t)set->n + 1) <= set->n_slot) return true;
  const size_t n_slot = set->n_slot == 0 ? 32 : 2 * set->n_slot;
  const char **names = tw_arena_take_array(arena, n_slot / 2, sizeof *names);
  int32_t *slot = tw_arena_take_array(arena, n_slot, sizeof *slot);
  if (names == NULL || slot == NULL) return false;
  if (set->n > 0) memcpy(names, set->names, (size_t)set->n * sizeof *names);
  set->names = names;
  set->slot = slot;
  set->n_slot = n_slot;
  for (int32_t i = 0; i < set->n; i++) *slot_of(set, names[i]) = i + 1;
  return true;
}

// Number of a name, which becomes the last one where it is new; -1: memory is short.
static int32_t enter_name(name_set *set, tw_arena *arena, const char *text) {
  if (!grow(set, arena)) return -1;
  int32_t *slot = slot_of(set, text);
  if (*slot != 0) return *slot - 1;
  set->names[set->n] = tw_arena_text(arena, text);
  if (set->names[set->n] == NULL) return -1;
  *slot = ++set->n;
  return set->n - 1;
}

// The seed is another in every process, so that no file can choose names with one hash.
static name_set new_set(const twin_table *table) { return (name_set){.seed = (uintptr_t)table}; }

void tw_table_add_names(twin_table *table, const char *name,
                        const char *(*name_of)(const void *user, int32_t i), const void *user) {
  TW_ASSERT(table->n_row <= INT32_MAX);
  int32_t *code = tw_table_add(table, name, "", NULL, TWIN_COLUMN_NAME);
  if (code == NULL) return;
  name_set set = new_set(table);
  for (int32_t i = 0; i < table->n_row; i++) {
    const char *text = name_of(user, i);
    code[i] = text != NULL ? enter_name(&set, &table->arena, text) : -1;
  }
  tw_table_column *column = &table->column[table->n_column - 1];
  column->names = set.names;
  column->n_name = set.n;
}

void tw_table_set_names(twin_table *table, const char *const *names, int32_t n) {
  TW_ASSERT(!table->is_sealed && table->n_column > 0);
  tw_table_column *column = &table->column[table->n_column - 1];
  name_set set = new_set(table);
  for (int32_t i = 0; i < n; i++)
    if (enter_name(&set, &table->arena, names[i]) != i) column->has_twice = true;
  column->names = set.names;
  column->n_name = set.n;
}

twin_table *twin_table_ref(twin_table *table) {
  if (table == NULL) return NULL;
  const int n_before = atomic_fetch_add_explicit(&table->n_holder, 1, memory_order_relaxed);
  TW_ASSERT(n_before > 0);
  (void)n_before;
  return table;
}

void twin_table_unref(twin_table *table) {
  if (table == NULL) return;
  const int n_before = atomic_fetch_sub_explicit(&table->n_holder, 1, memory_order_acq_rel);
  TW_ASSERT(n_before > 0);
  if (n_before > 1) return;
  twin_table_unref(table->head);
  const tw_memory memory = table->arena.memory;
  tw_arena_free(&table->arena);
  tw_memory_free(&memory, table);
}

const char *twin_table_name(const twin_table *table) { return table != NULL ? table->name : ""; }

int64_t twin_table_rows(const twin_table *table) { return table != NULL ? table->n_row : 0; }

twin_status twin_table_column(const twin_table *table, int32_t i, twin_column *column) {
  if (table == NULL || column == NULL) return TWIN_ERR_ARGUMENT;
  if (i < 0 || i >= table->n_column) return TWIN_ERR_NOT_FOUND;
  const tw_table_column *of = &table->column[i];
  const twin_column own = {.struct_size = sizeof own,
                           .type = of->type,
                           .name = of->name,
                           .unit = of->unit,
                           .help = of->help != NULL ? of->help : "",
                           .values = of->values,
                           .names = of->names,
                           .n_name = of->n_name};
  return tw_struct_give(column, &own, sizeof own) ? TWIN_OK : TWIN_ERR_ARGUMENT;
}

int32_t tw_table_find(const twin_table *table, const char *name) {
  for (int32_t i = 0; i < table->n_column; i++)
    if (strcmp(table->column[i].name, name) == 0) return i;
  return -1;
}

const void *twin_table_values(const twin_table *table, const char *column) {
  if (table == NULL || column == NULL) return NULL;
  const int32_t i = tw_table_find(table, column);
  return i >= 0 ? table->column[i].values : NULL;
}

const char *twin_table_text(const twin_table *table, const char *column, int64_t row) {
  if (table == NULL || column == NULL || row < 0 || row >= table->n_row) return NULL;
  const int32_t i = tw_table_find(table, column);
  if (i < 0 || table->column[i].type != TWIN_COLUMN_NAME) return NULL;
  const int32_t code = ((const int32_t *)table->column[i].values)[row];
  TW_ASSERT(code >= -1 && code < table->column[i].n_name);
  return code >= 0 ? table->column[i].names[code] : NULL;
}
