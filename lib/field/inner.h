// inner.h - what the files of the field tables share: field.c walks tables, scalar.c
// reads numbers and texts, names.c names and maps, value.c and dist.c random
// values. For them, the printers of tables and doc.c; everyone else uses field.h.

#ifndef TW_FIELD_INNER_H
#define TW_FIELD_INNER_H

#include "base/index.h"
#include "field/field.h"

enum { TW_FIELDS_MAX = 64 };

// What one parse carries along: the reader, and the field of the value that a distribution is for
// (NULL outside of distributions), which gives TW_OF_VALUE fields their dimension.
typedef struct tw_parse {
  const tw_reader *reader;
  const tw_field *of;
} tw_parse;

// The dimension of a field in this parse; 1 for TW_DISCRETE.
tw_dim tw_field_dim(const tw_field *field, const tw_parse *in);

// Parses one field's node into its member; the type of the field chooses how.
bool tw_field_parse(const tw_field *field, tw_node *node, const tw_parse *in, void *target);

// Takes misspelt keys of an object for those that are meant (tw_node.meant): the nearest one that
// is not there, else the only one that is missing. Reports nothing; tw_object_parse does both.
void tw_keys_mean(const tw_table *table, tw_node *node, const char *outside,
                  const tw_reader *reader);

// tw_table_parse with one key more that somebody else reads ("type"; NULL: none).
bool tw_object_parse(const tw_table *table, tw_node *node, const tw_parse *in, const char *outside,
                     void *object);

// Checks a number in SI against the field's bounds: E-RANGE.
bool tw_field_check_bounds(const tw_field *field, const tw_node *node, const tw_parse *in,
                           double value);

// The bounds of a field as they count, after the rules of field.h; infinite where there is none.
typedef struct tw_bounds {
  double min, max;
  bool is_exclusive;
} tw_bounds;
tw_bounds tw_field_bounds(const tw_field *field, tw_dim dim);

// A number in SI for people, "2.5 h", "0.5", "300 K". Buffer of 96 bytes.
const char *tw_number_text(double value, tw_dim dim, char *buffer);

// "a duration", "an energy", "a value in J/kg/K". Buffer of 96 bytes.
const char *tw_dim_phrase(tw_dim dim, char *buffer);

// Writes an object with its first key, required if there is one, "{\"mean\": ...}"; buffer of 96.
const char *tw_table_example(const tw_table *table, char *buffer);

// An example of a field's JSON text, for hints and the reference. Buffer of 96 bytes.
const char *tw_field_example(const tw_field *field, char *buffer);

// Readers by type. All report, leave the target alone on failure, and return whether it was good.
bool tw_parse_bool(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_count(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_number(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_quantity(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_instant(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_series(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_value(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_expr(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_choice(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_name(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_names(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_text(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_object(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_map(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_list(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_needs(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_weights(const tw_field *field, tw_node *node, const tw_parse *in, void *target);
bool tw_parse_custom(const tw_field *field, tw_node *node, const tw_parse *in, void *target);

// Reads the date that a text begins with, "2026-03-19", as days since 1970-01-01. What follows is
// the caller's.
enum { TW_DATE_CHARACTERS = 10 };
typedef enum tw_date_result { TW_DATE_OK, TW_DATE_MALFORMED, TW_DATE_IMPOSSIBLE } tw_date_result;
tw_date_result tw_date_read(const char *text, int64_t *day);

// The table of one element of "needs".
extern const tw_table tw_need_table;

// One file of numbers beside the line file.
typedef struct tw_csv_def {
  const char *file, *column, *separator, *decimal, *unit;
  bool has_header;
} tw_csv_def;
extern const tw_table tw_csv_table;

// A distribution written out: its table, whose name is its word, and how the table's struct becomes
// a tw_dist.
struct tw_dist_args;
typedef struct tw_dist_form {
  tw_dist_kind kind;
  const tw_table *table;
  const tw_table *counted_table;  // for pure numbers where it differs; NULL: the same
  bool can_be_list;               // a list (or CSV column) of values may stand for the object
  // Moves the arguments over; false when it reported a problem.
  bool (*make)(const struct tw_dist_args *args, const tw_node *node, const tw_parse *in,
               tw_dist *dist);
} tw_dist_form;

enum { TW_N_DIST_FORM = TW_DIST_N };
extern const tw_dist_form tw_dist_forms[TW_N_DIST_FORM];  // by tw_dist_kind

// Gives the form of a word, NULL for none; reports nothing.
const tw_dist_form *tw_dist_form_find(const char *word);

// Parses a distribution or a constant; NULL when it reported a problem.
const tw_dist *tw_dist_parse(tw_node *node, const tw_parse *in);

// Parses what stands behind a distribution's word, prepares it and checks its least value.
const tw_dist *tw_dist_form_parse(const tw_dist_form *form, tw_node *node, const tw_parse *in);

// Checks the least value that a distribution can give (of a constant: the value) against the bounds
// of the value it is for: E-RANGE.
bool tw_dist_check_bounds(const tw_dist *dist, const tw_node *node, const tw_parse *in);

// Makes a constant.
const tw_dist *tw_dist_make_constant(double value, const tw_parse *in);

// The definitions of a line, each read once in the dimension that it shows. Reports their problems.
// Returns NULL when memory is short.
typedef struct tw_dist_book tw_dist_book;
const tw_dist_book *tw_dist_book_read(tw_node *distributions, const tw_reader *reader,
                                      bool *is_good);

// Finds the distribution of a bare name for a value; NULL with a problem at node, or without one
// when the definition itself has been reported.
const tw_dist *tw_dist_book_find(const tw_node *node, const tw_parse *in);

#endif
