// state_json_inner.h - what the files that read a state share.

#ifndef TW_IO_STATE_JSON_INNER_H
#define TW_IO_STATE_JSON_INNER_H

#include "base/problems.h"
#include "field/tree.h"
#include "state/names.h"

// Where a part of the text will lie; sorted by id once all are known.
typedef struct tw_placed_part {
  uint64_t id;
  uint32_t slot;
  const tw_node *node;
} tw_placed_part;

typedef struct tw_state_reader {
  tw_run *run;  // the copy
  tw_name_book book;
  tw_arena arena;
  twin_problems *problems;
  const char *file;
  tw_placed_part *part;  // [n_part] by id
  uint32_t n_part;
  bool is_good;
} tw_state_reader;

// Reports a problem at a node of the text.
void tw_state_report(tw_state_reader *in, const tw_node *node, const char *code, const char *wanted,
                     const char *hint, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
void tw_state_report_type(tw_state_reader *in, const tw_node *node, const char *wanted);
bool tw_state_is_object(tw_state_reader *in, const tw_node *node);

// A whole number, written as one or as a text of digits; false: it is none, or beyond 64 bits.
bool tw_state_read_whole(const tw_node *node, bool *is_negative, uint64_t *magnitude);
bool tw_state_read_i64(const tw_node *node, int64_t *value);

// Number of a name; TW_NONE with a problem and the nearest name.
int32_t tw_state_find_name(tw_state_reader *in, const tw_node *node, tw_bound bound,
                           const char *name);

// Slot of a part by its id; TW_NO_PART: there is none.
uint32_t tw_state_find_part(const tw_state_reader *in, uint64_t id);
int tw_state_by_id(const void *a, const void *b);

// Reads the fields of one record.
void tw_state_read_fields(tw_state_reader *in, const tw_node *node, int32_t section,
                          const tw_state_table *table, char *record);

// Makes the parts of the text the parts of the run, each with a slot; their fields are read once
// everything else is.
bool tw_state_place_parts(tw_state_reader *in, const tw_node *node, const tw_node *free_slots);
void tw_state_read_parts(tw_state_reader *in);

// What parts carry, by their ids.
void tw_state_read_carried(tw_state_reader *in, const tw_node *node);

// The parts that the run has already, for a text that speaks of them without listing them.
bool tw_state_list_own_parts(tw_state_reader *in);

// The order in which free records are used: stretches that name each of them once.
void tw_state_read_free_slots(tw_state_reader *in, const tw_node *node);

#endif
