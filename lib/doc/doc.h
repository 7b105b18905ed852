// doc.h - the line file as plain structs: what the field tables fill and model/compile reads. Names
// are not resolved yet, numbers are SI, every object knows its node for problems.

#ifndef TW_DOC_DOC_H
#define TW_DOC_DOC_H

#include "doc/calendar_def.h"
#include "doc/energy_def.h"
#include "doc/kind.h"
#include "doc/signal_def.h"
#include "field/field.h"

// What happens to work in process at the end of a shift (SEMANTICS 8.2).
typedef enum tw_shift_end {
  TW_END_SUSPEND,
  TW_END_FINISH,
  TW_END_NO_START,
  TW_END_RESTART,
  TW_END_SCRAP
} tw_shift_end;
extern const char *const tw_shift_end_words[];  // "suspend", "finish", "no-start", ..., NULL

typedef struct tw_run_def {
  int64_t start_s;       // instant, seconds since 1970-01-01 local
  double horizon_s;      // 0: must be given by the caller
  double warmup_s;
  int64_t n_replication;
  int64_t seed;
  int64_t max_parts;     // in the system at one time
  bool has_horizon;
} tw_run_def;

typedef struct tw_defaults_def {
  int32_t blocking;   // index into tw_blocking_words
  int32_t queue;      // index into tw_queue_words
  tw_name calendar;   // of whatever names none
  int32_t shift_end;  // tw_shift_end
  double minor_stop_s;
} tw_defaults_def;

typedef struct tw_attribute_def {
  tw_def def;
  double value;  // SI
  tw_dim dim;
} tw_attribute_def;

// Pieces that are used up: what there is at the start, and what comes.
typedef struct tw_supply_def {
  const tw_node *node;  // NULL: the part has no supply
  bool is_unlimited;
  int64_t stock, batch;
  tw_value every;
} tw_supply_def;

// How a value that a part carries changes by itself.
typedef struct tw_drift_def {
  tw_def def;
  tw_expr_text toward;
  double time_constant_s;
} tw_drift_def;

typedef struct tw_part_def {
  tw_def def;
  double mass_kg;
  const char *family;    // NULL: a family of its own, named as the part
  int64_t priority;      // larger is served first
  double scrap_cost;
  tw_supply_def supply;
  tw_map attributes;     // tw_attribute_def, "attributes": {"length": "2 m", "grade": 3}
  tw_map carried;        // tw_drift_def
} tw_part_def;

// Ways from station to station: one duration, or a table of them by name.
typedef struct tw_walk_def {
  const tw_node *node;  // NULL: no time
  double walk_s;        // where the table has none
  bool has_walk;
} tw_walk_def;

// Reads the duration of one way; false when it reported a problem.
bool tw_walk_parse(const tw_node *node, const tw_reader *reader, double *walk_s);

// People who come late: when so many wait, until so many are left.
typedef struct tw_call_def {
  int64_t at, until;
} tw_call_def;

typedef struct tw_worker_def {
  tw_def def;
  int64_t count;
  tw_names skills;
  tw_name calendar;
  int32_t shift_end;  // tw_shift_end
  tw_walk_def walk;
  tw_call_def call;
} tw_worker_def;

typedef struct tw_resource_def {
  tw_def def;
  int64_t count;
  tw_name calendar;
} tw_resource_def;

// A defect that a station can make, "defects": {"crack": "0.004 + 0.03*part.grade"}.
typedef struct tw_defect_def {
  tw_def def;
  tw_expr_text probability;
} tw_defect_def;

// A cause that takes down every machine of several stations at once.
typedef struct tw_cause_def {
  tw_def def;
  tw_names stations;
  int32_t part;  // tw_fate
  tw_value mtbf, repair;
  tw_needs needs;
  int64_t priority;
  double cost;
} tw_cause_def;

// One step of a chain: from an exit of one node to another node.
typedef struct tw_link {
  const char *from;   // node name
  const char *exit;   // "" for the main exit
  const char *to;
  const tw_node *from_node, *to_node;  // the list elements, for problems
  int32_t chain_i;
} tw_link;

typedef struct tw_flow_def {
  int32_t n_link, n_chain;
  const tw_link *link;  // [n_link] in file order
  bool is_broken;       // some of it could not be read, so what is missing says nothing
} tw_flow_def;

// One step of a part's route.
typedef struct tw_route_step_def {
  tw_def def;
  tw_names stations;
  tw_value time;
  const tw_node *setup;  // refused
} tw_route_step_def;

// A route; def.name is the part type.
typedef struct tw_route_def {
  tw_def def;
  tw_map steps;  // tw_route_step_def
} tw_route_def;

// What the line is wanted to make; 0 where the file does not say it.
typedef struct tw_targets_def {
  double takt_s;          // of working time
  double good_per_shift;
  double oee;
} tw_targets_def;

typedef struct tw_record_def {
  bool states, parts, events;
  tw_map signals;  // tw_signal_def
} tw_record_def;

// A source, buffer or station: its kind and the struct that the kind's table filled.
typedef struct tw_place_def {
  const tw_kind *kind;  // NULL only in a doc with problems: no known "type", a name that is taken
  const void *def;      // begins with tw_def
  bool is_broken;       // it had problems: def is filled in part, its exits are not known
} tw_place_def;

typedef struct tw_doc {
  const char *file;
  const tw_node *root;
  const char *version, *name, *about;
  tw_run_def run;
  tw_defaults_def defaults;
  const struct tw_dist_book *book;  // "distributions", for values that are read when targets are known
  tw_map calendars;  // tw_calendar_def
  tw_map parts;      // tw_part_def
  tw_map workers;    // tw_worker_def
  tw_map resources;  // tw_resource_def
  tw_map causes;     // tw_cause_def
  tw_flow_def flow;
  tw_map routes;     // tw_route_def
  tw_energy_def energy;
  tw_targets_def targets;
  tw_record_def record;
  const tw_node *scenarios;  // raw
  const tw_node *shared_node;  // read when the line is built, with the machine models
  tw_map shared;     // tw_dynamics_def
  int32_t n_place;
  const tw_place_def *place;  // [n_place] sources, buffers, stations, demands in file order
  bool is_broken;    // it has problems: only what can be told all the same is reported
  bool is_strange;   // a section has a name that nobody knows: what is missing may stand there
} tw_doc;

// What a line was read from, to read it again with changes; text NULL: it was made of a tree alone.
typedef struct tw_line_source {
  const char *text;  // [n_bytes]
  size_t n_bytes;
  const char *folder;  // that relative file names start from
  const struct twin_kind *const *kinds;  // from outside the library, ended by NULL
} tw_line_source;

extern const char *const tw_blocking_words[];  // "after-service", "before-service"
// Disciplines of a queue that need no key beside; a kind may know more behind them.
#define TW_QUEUE_WORDS \
  "fifo", "lifo", "priority", "random", "spt", "edd", "cr", "slack", "least-setup"
extern const char *const tw_queue_words[];
// What happens to the part on a machine that goes down, in the order of tw_fate.
extern const char *const tw_fate_words[];

// Does a doc know all that a section of it says ("parts")? If not, a name that is not there may be one
// that could not be read.
bool tw_doc_knows(const tw_doc *doc, const char *section);
bool tw_doc_names(const tw_doc *doc, const char *section);  // at least all names
bool tw_doc_knows_places(const tw_doc *doc);                // the names of all places

// Parses a whole tree. Returns true when nothing was wrong; the doc is usable only then, but it may
// be given to tw_graph_build and tw_compile in any case, so that all problems come at the same time.
// kinds: [n_kind] every kind of place; a source is kind "source" of section "sources" and so on.
bool tw_doc_parse(tw_node *root, const tw_kind *const *kinds, int32_t n_kind,
                  const tw_reader *reader, tw_doc *doc);

// Checks scenarios (NULL: there are none): objects of JSON pointers with values, beside them about, invest, "sweep" (lists
// of values, of which every combination is one) and "cases" (a list of such objects, each is one). Returns true
// when nothing was wrong. has_any_name: names may be any texts.
bool tw_scenarios_check(const tw_node *scenarios, const tw_reader *reader, bool has_any_name);

// In how many ways a scenario can be put together: 1, or of a sweep and cases their product. At most INT32_MAX.
int32_t tw_scenario_ways(const tw_node *scenario);

// Prints the resolved document: every default filled in, the pointers of defaults listed under
// "x-defaults" at the root, so that the dump is itself a line file with the same meaning.
void tw_doc_dump(const tw_doc *doc, tw_text *out);

// Hash of what a tree means: the order of members counts only where it breaks ties, units may be
// spelt differently, comments do not count, a default written out counts as the default.
uint64_t tw_doc_hash(const tw_node *node);

// Prints the JSON Schema (draft 2020-12) of the line format, generated from the tables.
void tw_doc_schema(const tw_kind *const *kinds, int32_t n_kind, tw_text *out);

// Prints the format reference as Markdown, generated from the tables.
void tw_doc_reference(const tw_kind *const *kinds, int32_t n_kind, tw_text *out);

#endif
