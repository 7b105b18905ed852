// dynamics.h - machine models compiled: equations as programs, thresholds as root functions, and who takes
// part in which continuous object. A `tw_system` is what the models of one station say that belong together
// because they refer to each other; a `tw_body` is one continuous object: the systems of one machine, or of
// an island of machines, solved as one. Constant; the state of bodies is in the run block.

#ifndef TW_MODEL_DYNAMICS_DYNAMICS_H
#define TW_MODEL_DYNAMICS_DYNAMICS_H

#include "doc/dynamics_def.h"
#include "expr/program.h"

struct tw_compiler;
struct tw_line;


// What a word of a model's equations reads; it changes only at discrete events.
typedef enum tw_reading {
  TW_READ_STATE,        // is the machine in state number `argument`?
  TW_READ_DOWN,
  TW_READ_ON_SHIFT,
  TW_READ_OCCUPIED,     // a part is inside: from the end of loading to the start of unloading
  TW_READ_PART_MASS,    // of the part on the machine, 0 kg without one
  TW_READ_LOAD_MASS,    // of the part inside
  TW_READ_ATTRIBUTE,    // number `argument` of the part on the machine, 0 without one
  TW_READ_REWORK,
  TW_READ_SINCE_STOP,
  TW_READ_SINCE_SETUP,
  TW_READ_STATES_POWER, // what the states of the machines of sum number `argument` draw, in W
  TW_READ_REPAIR        // mode `argument`, counted from the machine's first, is being seen to
} tw_reading;

typedef struct tw_model_word {
  int32_t reading, argument, input_i;
} tw_model_word;

// A state of a system; those with equations come first.
typedef struct tw_variable_param {
  const char *name;  // "tool.wear"
  const char *unit;
  tw_dim dim;
  double nominal;    // its usual size; 0: taken as 1
  int32_t input_i;
} tw_variable_param;

// A function of the state: linear, with weights [n_state] and the value at 0 as n_state + 1 outputs of its
// program from `first` on, or one output.
typedef struct tw_model_function {
  bool is_linear;
  int32_t first;
} tw_model_function;

typedef struct tw_output_param {
  const char *name, *unit;
  tw_dim dim;
  tw_model_function function;
} tw_output_param;

typedef struct tw_root_param {
  tw_model_function function;  // above 0 where its comparison holds
  bool is_zero_in;             // and at 0
} tw_root_param;

// What an event does beside setting variables.
typedef enum tw_action {
  TW_ACT_NONE,
  TW_ACT_REQUEST,  // maintenance `target`, a mode counted from the machine's first
  TW_ACT_FAIL,     // failure mode `target`, the same way
  TW_ACT_FINISH,   // processing ends after a soak while the condition holds
  TW_ACT_REPAIRED  // the maintenance `target` ends
} tw_action;

typedef struct tw_set_param {
  int32_t variable;  // of the system; TW_NONE: an attribute of the part
  int32_t attribute_i;
  int32_t output;    // of the program of sets; TW_NONE: drawn
  int32_t site;      // of machine number 0, the others behind it
  bool is_added;     // to what it was
  bool is_in_condition;  // its event's own condition depends on this state, which moves
} tw_set_param;

typedef struct tw_event_param {
  const char *name;      // "tool/worn"
  int32_t moment;        // tw_occasion
  int32_t condition;     // output of the program of conditions; TW_NONE with a moment
  bool has_words;        // it depends on more than the system's own states and the time
  bool is_bare;          // it is one comparison, linear in the states
  int32_t first_root, n_root;
  double hysteresis;     // in units of its root
  int64_t dwell_us;
  int32_t first_set, n_set;  // states
  int32_t n_write;           // attributes of the part, behind them
  int32_t action, target;
  int32_t soak_site;     // FINISH: draw site number of the machine's; TW_NONE: no soak
  const char *about;     // FINISH: the states on which it depends when that is, "heat.T, tool.wear"
} tw_event_param;

// Programs of a system and what they put out.
typedef enum tw_system_program {
  TW_PROGRAM_RHS,         // [n_state] derivatives
  TW_PROGRAM_JACOBIAN,    // [n_state * n_state] df_i/dy_j at j * n_state + i
  TW_PROGRAM_START,       // [n_variable] values at the start
  TW_PROGRAM_ROOTS,       // functions of all roots
  TW_PROGRAM_CONDITIONS,  // conditions of the events that have one
  TW_PROGRAM_OUTPUTS,     // functions of all outputs
  TW_PROGRAM_SETS,        // values that are not drawn
  TW_PROGRAM_N
} tw_system_program;

// A state of a shared model that a system reads.
typedef struct tw_foreign {
  int32_t variable;      // of line.shared_variable
  int32_t input_i;
} tw_foreign;

// "sum.heat" of a shared model: the sum of this output over all members that have it.
typedef struct tw_sum_term {
  int32_t member, output;  // of the line; of its system
} tw_sum_term;
typedef struct tw_sum {
  const char *name;        // of the outputs
  int32_t input_i, n_term;
  const tw_sum_term *term;
  int32_t word;            // power: what machines draw by their state, too; TW_NONE: not
  int32_t n_machine;
  const int32_t *machine;  // [n_machine] that draw by their state
} tw_sum;

typedef struct tw_system {
  const char *name;      // of its models, "tool", "tool+heat"
  int32_t node_i;        // TW_NONE: shared
  int32_t n_variable, n_state, n_word, n_output, n_event, n_root, n_set, n_foreign, n_sum;
  const tw_variable_param *variable;  // [n_variable] states first
  const tw_model_word *word;          // [n_word] those that it uses
  const tw_output_param *output;      // [n_output]
  const tw_event_param *event;        // [n_event] in file order
  const tw_root_param *root;          // [n_root]
  const tw_set_param *set;            // [n_set] of all events
  const tw_foreign *foreign;          // [n_foreign]
  tw_sum *sum;                        // [n_sum] of a shared model
  int32_t time_input;                 // input that is the time of the run in s
  bool is_affine;                     // y' = A y + b with A and b fixed in a segment
  bool is_autonomous;                 // nothing that moves or turns uses the time
  bool has_timed_roots;               // some threshold does
  int32_t power_output;               // TW_NONE
  int32_t solver;                     // tw_solver as the file says
  double rtol;
  const tw_program *program[TW_PROGRAM_N];
  int32_t i;                          // number among the systems of the line
} tw_system;

// One system on one machine.
typedef struct tw_member {
  const tw_system *system;
  int32_t machine_i;     // TW_NONE: a shared model's
  int32_t body_i;
  int32_t first_variable, first_word, first_event, first_output;  // in their sections of the block
  int32_t first_state;   // in its body's states
} tw_member;

typedef struct tw_body {
  const char *name;      // "cnc[2].tool"
  int32_t n_member;
  const int32_t *member; // [n_member] of the line; one, or an island that shares a model
  int32_t n_state;
  int32_t step_slot, located_slot;
  int32_t solver;        // tw_solver, never AUTO
  const char *why;       // it was chosen
  double rtol;
} tw_body;

// A variable of a station's machines, for expressions of the line file and quantities.
typedef struct tw_station_variable {
  const char *name;      // "tool.wear"
  tw_dim dim;
  int32_t member;        // number among the machine's members; of a shared one, of the line
  int32_t i;             // number in the member's system
} tw_station_variable;

// What a completion, or the end of a repair or maintenance, gives another value.
typedef struct tw_station_set {
  const char *name;      // "tool.wear", "part.runout"
  int32_t variable;      // of the station; TW_NONE: an attribute of the part
  int32_t attribute_i;
  bool is_added;         // to what it was
  const tw_expr *value;  // over the words of expressions; NULL: drawn
  int32_t site;          // of machine number 0, the others behind it
} tw_station_set;
typedef struct tw_station_sets {
  int32_t n;
  const tw_station_set *at;  // [n] in file order
} tw_station_sets;

// A state or output of the models of a station's machines, or of a shared model.
typedef struct tw_model_series {
  const char *name;      // "heat.T"
  const char *unit;
  const char *unit_s;    // of its integral over time, "K*s"
  int32_t member;        // number among the machine's members; of a shared one, of the line
  int32_t i;             // number among the states or outputs of the member's system
  bool is_output;
} tw_model_series;

// An event of theirs.
typedef struct tw_model_event_name {
  const char *path;      // "heat/events/off"
  int32_t member, i;
} tw_model_event_name;

// What can be read of them: states, then outputs; and events.
typedef struct tw_model_names {
  int32_t n_series, n_event;
  const tw_model_series *series;     // [n_series]
  const tw_model_event_name *event;  // [n_event]
} tw_model_names;

// Place of a member's machine; TW_NONE: shared.
int32_t tw_member_place(const struct tw_line *line, const tw_member *member);

// Before the kinds compile: names and dimensions of all variables, for expressions.
void tw_dynamics_declare(struct tw_compiler *compiler);

// After all places are compiled: systems, bodies, slots.
void tw_dynamics_compile(struct tw_compiler *compiler);

#endif
