// names.h - names for what a run block only numbers: places, machines "cnc[2]", failure modes
// "cnc[2]/jam", exits "cnc.scrap", events "cnc[2]/work", streams, people. A state leaves the
// library, and moves to another line, by these names. One book serves one line; a number that has
// no name here is written as it is.

#ifndef TW_STATE_NAMES_H
#define TW_STATE_NAMES_H

#include "base/index.h"
#include "engine/run.h"

typedef struct tw_name_book {
  const tw_line *line;
  tw_arena arena;
  tw_index of[TW_BOUND_N];  // by what an index counts; n is 0 where only numbers are known
} tw_name_book;

// Names everything in a line. False when memory is short. Close it in every case.
bool tw_name_book_open(tw_name_book *book, const tw_line *line);
void tw_name_book_close(tw_name_book *book);

// The name of number i of its class; NULL: it has none, or there is no such number.
const char *tw_name_of(const tw_name_book *book, tw_bound bound, int64_t i);

// How many there are of a class of the line; 0 where the line does not say.
int32_t tw_bound_count(const tw_line *line, tw_bound bound);

// Number of a name; TW_NONE: there is none.
int32_t tw_name_find(const tw_name_book *book, tw_bound bound, const char *name);

// Whose records a section holds: places for a kind's own state, else what the first word of the
// table's name says, where there is one record for each. TW_ANY: they are only numbered.
tw_bound tw_section_owner(const tw_line *line, int32_t section);

// Number of the owner of record i of a section, and the record that an owner has there (TW_NONE:
// none). They differ where only places of one kind have a record.
int32_t tw_record_owner(const tw_line *line, int32_t section, int32_t i);
int32_t tw_owner_record(const tw_line *line, int32_t section, int32_t owner);

// The kind whose places have a record in the section; NULL: it is a common one.
const tw_kind *tw_section_kind(const tw_line *line, int32_t section);

// Will tw_run_recount make the field from others? Then nobody has to write it down.
bool tw_is_recounted(const tw_line *line, int32_t section, const tw_state_field *field);

// The section's name: its table's, "machine_stat#2" where an earlier section has that.
enum { TW_SECTION_NAME = 64 };
const char *tw_section_name(const tw_line *line, int32_t section, char buffer[TW_SECTION_NAME]);

// Has the section records with fields that somebody has to write down?
bool tw_section_is_written(const tw_line *line, int32_t section);

#endif
