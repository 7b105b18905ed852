// field.h - field tables: one table per kind of object in the line file drives parsing, validation,
// the resolved dump, the format reference, the JSON Schema, HDF5 names and Python attributes. A
// field is spelled once. Tables are constant data; parsing fills a plain C struct by offsets.

#ifndef TW_FIELD_FIELD_H
#define TW_FIELD_FIELD_H

#include <stddef.h>

#include "base/host.h"
#include "base/limits.h"
#include "base/units.h"
#include "core/dist.h"
#include "field/tree.h"

// What the C struct holds for each type:
typedef enum tw_field_type {
  TW_FIELD_BOOL,      // bool
  TW_FIELD_COUNT,     // int64_t; a whole bare number; TW_UNLIMITED where flag and word say so
  TW_FIELD_NUMBER,    // double; a bare number
  TW_FIELD_RATIO,     // double; a bare number or "2 %"
  TW_FIELD_QUANTITY,  // double in SI; text with a unit of `dim`
  TW_FIELD_INSTANT,   // int64_t seconds since 1970-01-01T00:00:00 of the local clock; ISO 8601 text
  TW_FIELD_QUANTITIES,  // tw_series; a list of quantities (bare numbers if dim is one), or a column
                        // of a CSV file: {"csv": "times.csv", "column": "saw", "unit": "min"}
  TW_FIELD_VALUE,     // tw_value; constant or random, may be wrapped in by_part, by_machine
  TW_FIELD_EXPR,      // tw_expr_text; an expression of dimension `dim`; a bare number if dim is one
  TW_FIELD_CHOICE,    // int32_t; index into sub = const char *const[] ended by NULL
  TW_FIELD_NAME,      // tw_name; a name resolved later
  TW_FIELD_NAMES,     // tw_names; a list of names (or one name)
  TW_FIELD_TEXT,      // const char *
  TW_FIELD_OBJECT,    // the struct of sub = tw_table, embedded
  TW_FIELD_MAP,       // tw_map of the struct of sub = tw_table, keyed by name; struct begins tw_def
  TW_FIELD_LIST,      // tw_map of the struct of sub = tw_table, unnamed elements; a tw_def at its
                      // beginning is filled when the table leaves room for it
  TW_FIELD_NEEDS,     // tw_needs; ["repair", {"skill": "die-set", "count": 2}]
  TW_FIELD_WEIGHTS,   // tw_weights; {"again": 0.2, "pass": 0.8} names with numbers
  TW_FIELD_CUSTOM     // sub = tw_custom: its own parse function, example and schema text
} tw_field_type;

enum {
  TW_REQUIRED = 1,       // a silent default would lie
  TW_CAN_BE_UNLIMITED = 2,  // COUNT: the word "unlimited" gives TW_UNLIMITED
  TW_EXCLUSIVE_MIN = 4,  // bound `min` itself is not allowed
  TW_DISCRETE = 8,       // VALUE: counted in cycles, pure numbers ("geometric": {"mean": 140})
  TW_CONSTANT = 16,      // VALUE: a distribution or a constant, without by_part and by_machine
  TW_CAN_BE_ROWS = 32,   // LIST: the rows of a CSV file may stand for it (field/text_table.h)

  // Only in the tables of the distributions: the dimension is that of the value they make.
  TW_OF_VALUE = 256,     // for temperatures absolute, as the value
  TW_DIFFERENCE = 512    // with TW_OF_VALUE: a difference of two values ("sd")
};
#define TW_UNLIMITED INT64_MAX

typedef struct tw_table tw_table;
struct tw_reader;
struct tw_text_table;

typedef struct tw_field {
  const char *name;
  tw_field_type type;
  uint32_t offset;
  uint32_t flags;
  tw_dim dim;
  // Bounds of the number in SI, inclusive but for TW_EXCLUSIVE_MIN. Both 0: none, but durations are
  // never negative and TW_EXCLUSIVE_MIN means above 0. A max below min: no upper bound. For a VALUE
  // they bound the constant, and min the least value that a distribution can give.
  double min, max;
  const char *preset;   // default as JSON text ("\"0 s\"", "1", "\"fifo\""); NULL: absent
  const void *sub;
  const char *help;     // one line, for the reference and the schema
} tw_field;

struct tw_table {
  const char *name;  // "machine"
  const char *help;
  size_t size;       // of the C struct
  const tw_field *fields;
  int32_t n_field;
  // Further checks over several fields of one object; NULL for none.
  void (*check)(const void *object, const tw_node *node, const struct tw_reader *reader);
};

// Every struct that a map holds begins with this.
typedef struct tw_def {
  const char *name;
  const tw_node *node;
} tw_def;

typedef struct tw_name {
  const char *name;  // NULL: absent
  const tw_node *node;
} tw_name;

// Where a name stands: the place of its node, or that of the key where the name is one
// ({"by_part": {"gear": "2 min"}}). For problems about the name.
tw_node tw_name_place(const tw_name *name);

typedef struct tw_names {
  int32_t n;
  const tw_name *at;  // [n]
} tw_names;

typedef struct tw_series {
  int32_t n;
  const double *at;  // [n] SI
} tw_series;

// A column of a table beside the line file, and where its values stand there.
typedef struct tw_csv_values {
  const char *file;
  int32_t n;
  const double *at;                 // [n] SI
  const int32_t *line, *character;  // [n] from 1
} tw_csv_values;

typedef struct tw_weights {
  int32_t n;
  const tw_name *name;   // [n]
  const double *weight;  // [n]
} tw_weights;

typedef struct tw_need {
  tw_name what;  // a skill or a resource
  int64_t count;
} tw_need;

typedef struct tw_needs {
  int32_t n;
  const tw_need *at;  // [n]
} tw_needs;

typedef struct tw_map {
  int32_t n;
  const void *at;  // [n] structs of the table's size, in file order
} tw_map;

typedef struct tw_expr_text {
  const char *text;  // NULL: absent
  const tw_node *node;
} tw_expr_text;

// A constant or random value. With by_part or by_machine, `dist` is their "default" (NULL: none).
// by_machine entries may hold by_part inside; the other way round is refused.
typedef struct tw_value {
  const tw_node *node;  // NULL: absent
  const tw_dist *dist;
  int32_t n_part;
  const tw_name *part;                  // [n_part]
  const tw_dist *const *part_dist;      // [n_part]
  int32_t n_machine;
  const int32_t *machine_i;             // [n_machine] 0-based
  const struct tw_value *machine_value; // [n_machine]
} tw_value;

// What parsing needs and where it reports. Reader of files: CSV tables beside the line file.
typedef struct tw_reader {
  const char *file;  // for problems
  tw_arena *arena;
  twin_problems *problems;
  const tw_node *distributions;  // the root's "distributions" object, for bare names; may be NULL
  const struct tw_dist_book *book;  // the same read once, by tw_doc_parse; NULL: read at each use
  // Reads one column of a CSV file as numbers in SI of dim. Set by io; NULL: CSV is refused.
  bool (*read_column)(const struct tw_reader *reader, const tw_node *csv, tw_dim dim,
                      struct tw_csv_values *column);
  // Reads a CSV file as texts. node: the object whose member "csv" named it, for problems. Set by io;
  // NULL: CSV is refused.
  bool (*read_table)(const struct tw_reader *reader, const tw_node *node, const char *file,
                     char separator, struct tw_text_table *table);
  const char *folder;  // that relative file names start from
  uint64_t *hash;      // files that were read are mixed in here, in the order of reading
  uint64_t *file_hash; // and here by their names, in any order
  const tw_host *host; // of the line, copied; NULL: nothing but the arena's memory
} tw_reader;

typedef struct tw_custom {
  // Fills *target; returns false when it reported a problem.
  bool (*parse)(const tw_node *node, const struct tw_reader *reader, void *target);
  const char *shape;   // for hints and the reference: "a list of chains of names"
  const char *schema;  // JSON Schema text; may refer to #/$defs/value, a duration or a pure number
  // Of machine models: all that there are, for the reference and the schema. NULL: it is of something else.
  const struct tw_model *const *(*models)(int32_t *n);
} tw_custom;

// Fills `object` (zeroed by the caller) from a JSON object. Goes on after an error, so that all
// problems are found at once; members with problems stay zero. Unknown keys are errors with the
// nearest name; "x-..." and "about" are kept and skipped everywhere. A slip, a misspelt key, is
// reported and taken for the one that is meant, so that nothing more is said because of it. Returns
// true when the object is known whole, though there may have been slips: whoever needs to know whether
// all was good counts the problems. Missing fields with a preset are filled in and added to the tree as default nodes, and the
// members are put in the order of the table (so that the dump shows them). The reader's problems
// must not be NULL where a table has a check: its answer is read there.
bool tw_table_parse(const tw_table *table, tw_node *node, const tw_reader *reader, void *object);

// Parses one value node of a random value or a constant of dimension dim.
bool tw_value_parse(const tw_node *node, const tw_field *field, const tw_reader *reader,
                    tw_value *value);

// Helpers for check functions and custom parsers.
bool tw_quantity_parse(const tw_node *node, tw_dim dim, const tw_reader *reader, double *si);

// Is a text that stands where a quantity may stand an expression instead: has it an operator or a name?
bool tw_is_expression(const char *text);

// Reads "2026-03-02T06:00:00" (seconds may be left out) as seconds since 1970-01-01T00:00:00 of the
// same local clock.
bool tw_instant_parse(const tw_node *node, const tw_reader *reader, int64_t *instant_s);

// An instant of the run: so long after its start, or by the plant's clock; may be before the start.
typedef struct tw_when {
  const tw_node *node;  // NULL: absent
  double s;             // after the start of the run, or of the clock: since 1970-01-01T00:00:00
  bool is_of_clock;
} tw_when;

// The type of a tw_when: "100 min" or "2026-03-02T10:00:00".
extern const tw_custom tw_when_custom;

// Seconds after the start of the run. start_s: the instant at which it starts.
double tw_when_s(const tw_when *when, int64_t start_s);

// True for a name of the format, [A-Za-z][A-Za-z0-9_-]*; otherwise reports E-KEY at node.
bool tw_name_check(const char *name, const tw_node *node, const tw_reader *reader);

// Reports E-RANGE at node unless the weights sum to 1 within 1e-9.
bool tw_weights_check_sum(const tw_weights *weights, const tw_node *node, const tw_reader *reader);

// Adds a problem at a node, with what was found there as `got`.
void tw_reader_problem(const tw_reader *reader, const tw_node *node, const char *code,
                       const char *wanted, const char *hint, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

// Reports E-TYPE: "fast" is a text; `wanted` is needed, e.g. `example` (JSON text; NULL: none).
void tw_reader_wrong_type(const tw_reader *reader, const tw_node *node, const char *wanted,
                          const char *example);

// Reports E-KEY at a key that `of` does not have, with the nearest of names[n].
void tw_reader_unknown_key(const tw_reader *reader, const tw_node *node, const char *of,
                           const char *const *names, int32_t n);

#define TW_N_FIELDS(fields) ((int32_t)(sizeof(fields) / sizeof((fields)[0])))
// A row of a table. Dimensions are braced there (.dim = {.s = 1}): the TW_DIM_ macros are compound
// literals, which are no constants.
#define TW_FIELD(struct_, member, name_, type_, ...) \
  { .name = (name_), .type = (type_), .offset = (uint32_t)offsetof(struct_, member), __VA_ARGS__ }

// Declared priorities of requests and places lie within +-TW_PRIORITY_MAX; the agenda's key holds them as a
// distance from it.
#define TW_PRIORITY_FIELD(struct_, member, name_, help_)                                   \
  TW_FIELD(struct_, member, name_, TW_FIELD_COUNT, .preset = "0", .min = -TW_PRIORITY_MAX, \
           .max = TW_PRIORITY_MAX, .help = (help_))
// A request that may take people away; its table has a member can_preempt.
#define TW_PREEMPT_FIELD(struct_)                                                 \
  TW_FIELD(struct_, can_preempt, "preempt", TW_FIELD_BOOL, .preset = "false",     \
           .help = "takes people from tasks of lower priority, which resume later")
// Money for each occurrence of something; up to this much, sums of years are numbers.
#define TW_COST_MAX 1e9
#define TW_COST_FIELD(struct_, member, name_, help_)                                        \
  TW_FIELD(struct_, member, name_, TW_FIELD_QUANTITY, .dim = {.money = 1}, .min = 0,        \
           .max = TW_COST_MAX, .help = (help_))

#endif
