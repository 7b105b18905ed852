// state_json_in.c - takes a state over from JSON; see state_json.h. Everything is done on a copy of
// the run: names, types and bounds are checked value by value with the place of each problem, then
// derived fields are counted, then the validator has the last word.

#include <string.h>

#include "base/problems.h"
#include "core/ticks.h"
#include "engine/body/body.h"
#include "engine/flow.h"
#include "io/json.h"
#include "io/state_json.h"
#include "io/state_json_inner.h"
#include "state/recount.h"
#include "state/validate.h"

// Number of the record that a key of a section names; TW_NONE with a problem.
static int32_t find_record(tw_state_reader *in, int32_t section, const tw_node *item) {
  const tw_line *line = in->run->line;
  const tw_bound owner = tw_section_owner(line, section);
  const tw_node key = {.type = TW_NODE_TEXT, .text = item->key};
  int64_t number;
  if (owner != TW_ANY) {
    const int32_t owner_i = tw_state_find_name(in, item, owner, item->key);
    const int32_t i = owner_i == TW_NONE ? TW_NONE : tw_owner_record(line, section, owner_i);
    if (owner_i != TW_NONE && i == TW_NONE)
      tw_state_report(in, item, "E-REF", NULL, NULL, "\"%.80s\" is no %s", item->key,
                      line->layout.table[section]->name);
    return i;
  }
  if (tw_state_read_i64(&key, &number) && number >= 0 &&
      number < (int64_t)line->layout.count[section])
    return (int32_t)number;
  tw_state_report(in, item, "E-KEY", NULL, NULL, "%s has records 0 to %lld",
                  line->layout.table[section]->name, (long long)line->layout.count[section] - 1);
  return TW_NONE;
}

static void read_section(tw_state_reader *in, const tw_node *node, int32_t section) {
  const tw_layout *layout = &in->run->line->layout;
  const tw_state_table *table = layout->table[section];
  char *start = in->run->block + layout->offset[section];
  if (!tw_state_is_object(in, node)) return;
  if (section == TW_SECTION_HEAD) {
    tw_state_read_fields(in, node, section, table, start);
    return;
  }
  for (const tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    const int32_t i = find_record(in, section, item);
    if (i != TW_NONE)
      tw_state_read_fields(in, item, section, table, start + (size_t)i * table->size);
  }
}

static void read_events(tw_state_reader *in, const tw_node *node) {
  tw_run *run = in->run;
  if (!tw_state_is_object(in, node)) return;
  tw_agenda_clear(run);
  const tw_agenda agenda = tw_run_agenda(run);
  for (const tw_node *item = node->first; item != NULL; item = item->next) {
    int64_t tick;
    if (tw_key_is_free(item->key)) continue;
    const int32_t slot = tw_state_find_name(in, item, TW_OF_SLOT, item->key);
    if (!tw_state_read_i64(item, &tick))
      tw_state_report_type(in, item, "an instant in us");
    else if (tick < 0 || tick >= TW_TICK_MAX)
      tw_state_report(in, item, "E-RANGE", NULL, NULL, "the instant is none a run can reach");
    else if (slot != TW_NONE)
      tw_agenda_put(&agenda, (uint32_t)slot, tick);
  }
}

static void clear_marks(tw_run *run) {
  memset(run->mark, 0, run->line->layout.count[TW_SECTION_MARK] * sizeof *run->mark);
}

static void read_marks(tw_state_reader *in, const tw_node *node) {
  if (node->type != TW_NODE_LIST) {
    tw_state_report_type(in, node, "a list of places");
    return;
  }
  for (const tw_node *item = node->first; item != NULL; item = item->next) {
    if (item->type != TW_NODE_TEXT) {
      tw_state_report_type(in, item, "the name of a place");
    } else if (item->text[0] == '\0') {
      tw_mark_crew(in->run);
    } else {
      const int32_t place_i = tw_state_find_name(in, item, TW_OF_PLACE, item->text);
      if (place_i != TW_NONE) tw_mark(in->run, place_i);
    }
  }
}

static bool is_known_key(const char *key) {
  static const char *const keys[] = {"libtwin_state", "line",       "line_hash", "units",
                                     "event_us",      "free_slots", "part",      "marked", "carried"};
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
    if (strcmp(key, keys[i]) == 0) return true;
  return tw_key_is_free(key);
}

static int32_t find_section(const tw_line *line, const char *name) {
  char own[TW_SECTION_NAME];
  for (int32_t s = 0; s < line->layout.n_section; s++)
    if (tw_section_is_written(line, s) && strcmp(tw_section_name(line, s, own), name) == 0)
      return s;
  return TW_NONE;
}

static void read_sections(tw_state_reader *in, const tw_node *root) {
  for (const tw_node *item = root->first; item != NULL; item = item->next) {
    if (is_known_key(item->key)) continue;
    const int32_t section = find_section(in->run->line, item->key);
    if (section != TW_NONE)
      read_section(in, item, section);
    else
      tw_state_report(in, item, "E-KEY", NULL, NULL, "a state of this line has no \"%.80s\"",
                      item->key);
  }
}

static bool check_head(tw_state_reader *in, const tw_node *root) {
  const tw_node *version = tw_node_member(root, "libtwin_state");
  int64_t number;
  if (!tw_state_is_object(in, root)) return false;
  if (version == NULL)
    tw_state_report(in, root, "E-KEY", NULL, "\"libtwin_state\": 1",
                    "this is no state: \"libtwin_state\" is missing");
  else if (!tw_state_read_i64(version, &number) || number != 1)
    tw_state_report(in, version, "E-RANGE", "1", NULL,
                    "the state is of another version of the format");
  return in->is_good;
}

// Does the text speak of something that only a run which has begun can have?
static bool speaks_of_begun(const tw_node *root) {
  const tw_node *head = tw_node_member(root, "head");
  if (tw_node_member(head, "has_started") != NULL) return false;
  for (const tw_node *item = root->first; item != NULL; item = item->next)
    if (!tw_key_is_free(item->key) && strcmp(item->key, "libtwin_state") != 0 &&
        strncmp(item->key, "line", 4) != 0 && strcmp(item->key, "units") != 0)
      return true;
  return false;
}

static void read_state(tw_state_reader *in, const tw_node *root) {
  if (!check_head(in, root)) return;
  tw_run *run = in->run;
  const tw_node *parts = tw_node_member(root, "part"), *events = tw_node_member(root, "event_us");
  const tw_node *marks = tw_node_member(root, "marked");
  const tw_node *free_slots = tw_node_member(root, "free_slots");
  if (!run->head->has_started && speaks_of_begun(root)) tw_run_until(run, 0, NULL);
  if (parts != NULL ? !tw_state_is_object(in, parts) || !tw_state_place_parts(in, parts, free_slots)
                    : !tw_state_list_own_parts(in)) {
    if (in->is_good) tw_fail(in->problems, TWIN_ERR_MEMORY, "no memory for the state");
    in->is_good = false;
    return;
  }
  read_sections(in, root);
  if (parts != NULL) tw_state_read_parts(in);
  if (tw_node_member(root, "carried") != NULL) tw_state_read_carried(in, tw_node_member(root, "carried"));
  if (events != NULL) read_events(in, events);
  if (!in->is_good) return;
  if (parts != NULL || free_slots != NULL) tw_parts_chain_free(run);
  if (free_slots != NULL) tw_state_read_free_slots(in, free_slots);
  tw_run_recount(run);
  clear_marks(run);
  if (marks != NULL)
    read_marks(in, marks);
  else if (run->head->has_started)
    tw_mark_all(run);
  tw_bodies_remark(run);
}

// The validator's answer, and the settling of a line that somebody changed.
static twin_status conclude(tw_state_reader *in, const tw_node *root) {
  char why[200] = "";
  tw_run *run = in->run;
  if (run->status == TWIN_ERR_MEMORY)
    return tw_fail(in->problems, TWIN_ERR_MEMORY, "no memory for the state");
  const twin_status status = tw_run_validate(run, why, sizeof why);
  if (status != TWIN_OK)
    return tw_fail(in->problems, status, "the state is refused: %s", why);
  run->has_new_block = run->line->has_hold_and_wait;
  if (tw_node_member(root, "marked") != NULL || !run->head->has_started || run->head->poison != 0)
    return TWIN_OK;
  run->problems = in->problems;
  run->status = TWIN_OK;
  tw_run_settle(run);
  run->problems = NULL;
  return run->status;
}

twin_status tw_state_read(tw_run *run, const char *text, size_t n_bytes, const char *file,
                          twin_problems *problems) {
  tw_state_reader in = {.problems = problems, .file = file, .is_good = true};
  twin_status status = TWIN_ERR_SNAPSHOT;
  bool is_short = false;  // a mistake that follows from that is none of the state
  tw_arena_init_with(&in.arena, tw_line_memory(run->line));
  in.arena.memory.has_failed = &is_short;
  tw_arena_init(&in.book.arena);
  tw_node *root = tw_json_read(text, n_bytes, file, &in.arena, problems);
  if (root != NULL) {
    in.run = tw_run_fork(run);
    if (in.run == NULL || !tw_name_book_open(&in.book, run->line)) {
      status = tw_fail(problems, TWIN_ERR_MEMORY, "no memory for the state");
    } else {
      read_state(&in, root);
      if (in.is_good) status = conclude(&in, root);
      if (is_short) status = TWIN_ERR_MEMORY;
      if (status == TWIN_OK) status = tw_run_copy(run, in.run);
    }
  }
  is_short |= in.arena.is_out_of_memory != 0;
  tw_name_book_close(&in.book);
  tw_run_free(in.run);
  tw_arena_free(&in.arena);
  return status != TWIN_OK && is_short ? TWIN_ERR_MEMORY : status;
}
