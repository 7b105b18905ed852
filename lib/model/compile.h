// compile.h - from the parsed document to the compiled line, and what a kind may ask of the compiler.
// Names become indices here; what does not fit is reported with its place.

#ifndef TW_MODEL_COMPILE_H
#define TW_MODEL_COMPILE_H

#include "base/index.h"
#include "doc/set_def.h"
#include "doc/words.h"
#include "model/line.h"

// What a station or a failure wants of the models of its machines.
typedef enum tw_wish_kind {
  TW_WISH_FINISH,  // processing ends when a condition holds
  TW_WISH_HAZARD,  // a failure comes when its integrated rate reaches a drawn limit
  TW_WISH_RATE,    // processing ends when its integrated rate reaches 1
  TW_WISH_UNTIL,   // a maintenance ends when a condition holds
  TW_WISH_POWER    // the machine draws a power while it is in certain states
} tw_wish_kind;
typedef struct tw_wish {
  int32_t place_i, kind;
  const char *name;     // of the failure or maintenance, or the station's key
  tw_expr_text text;    // condition, or rate
  int32_t clock;        // HAZARD: when it counts (tw_clock)
  int32_t target;       // HAZARD, UNTIL: mode, counted from the machine's first; POWER: bits of states
  int32_t soak_site;    // FINISH: of machine number 0, the others behind it; TW_NONE: no soak
} tw_wish;

typedef struct tw_compiler {
  tw_line *line;
  const tw_reader *reader;
  bool is_bad;             // a problem was reported
  bool is_flow_known;      // false: some of the flow could not be understood, so nothing is said of it
  const uint64_t *reach;   // [n_place * n_reach_word] part types that can get to a place
  int32_t n_reach_word;
  int32_t capacity_machine, capacity_mode, capacity_site, capacity_slot;
  tw_wish *wish;           // [n_wish]
  int32_t n_wish, capacity_wish;
  int32_t mode_i;          // index that the next mode will have
  bool wants_time_left;    // somebody asks for the mean process time that is left
  int32_t default_calendar_i;  // of what names none; TW_NONE: always on
  tw_index part_index;     // names of the part types
  // Tables by part that were made last: equal machines of a place share them.
  struct {
    const tw_name *part;   // of the value; NULL: none yet
    int32_t node_i;
    const tw_dist *const *by_part;
  } made[16];
  int32_t made_i;          // the next to be replaced
} tw_compiler;

// Compiles a document. Takes the arena into the line. NULL when a problem was reported. Of a document
// with problems only what they do not touch is compiled, so that all problems come at once.
tw_line *tw_compile(tw_arena *arena, const tw_doc *doc, const tw_kind *const *kinds, int32_t n_kind,
                    const tw_reader *reader, uint64_t text_hash);

// For kinds, while place node_i is compiled:

// Adds n machines to the place.
void tw_compile_machines(tw_compiler *compiler, int32_t node_i, int64_t n);

// Adds a failure mode; machines' modes stand together.
void tw_compile_add_mode(tw_compiler *compiler, const tw_mode *mode);

// Adds a draw site. value NULL: uniform numbers. machine_i TW_NONE: the place's own.
int32_t tw_compile_site(tw_compiler *compiler, int32_t node_i, int32_t machine_i,
                        const char *purpose, const char *stream, const tw_value *value);

// Adds a draw site with a distribution for each of several choices, for tw_draw(run, site, choice). The
// table belongs to the line's arena; an entry that is never drawn may be NULL.
int32_t tw_compile_site_table(tw_compiler *compiler, int32_t node_i, int32_t machine_i,
                              const char *purpose, const char *stream,
                              const tw_dist *const *table);

// The same for what is of no place: its name stands for the place's.
int32_t tw_compile_site_of(tw_compiler *compiler, const char *name, const char *purpose,
                           const tw_value *value);

// Resolves the name of a part with a "supply"; TW_NONE with E-REF when there is none.
int32_t tw_compile_stock(tw_compiler *compiler, const tw_name *name);

// Makes a machine a member of a common cause: adds the mode by which it goes down.
void tw_compile_cause_member(tw_compiler *compiler, int32_t cause_i, int32_t machine_i);

// Adds an event slot.
int32_t tw_compile_slot(tw_compiler *compiler, int32_t node_i, int32_t machine_i, tw_class of_class,
                        int32_t purpose);

// Resolves a name; TW_NONE with E-REF when there is none.
int32_t tw_compile_part_type(tw_compiler *compiler, const tw_name *name);
int32_t tw_compile_place(tw_compiler *compiler, const tw_name *name);
tw_demands tw_compile_needs(tw_compiler *compiler, const tw_needs *needs);
int32_t tw_compile_defect(tw_compiler *compiler, const tw_name *name);

// From now on each part has a value of its own of this attribute, which can be written.
void tw_compile_carry(tw_compiler *compiler, int32_t attribute_i);

// Resolves the name of a calendar, absent (or NULL) the default's. TW_NONE: always on, or reported:
// E-REF for a name that is not there, E-CAL for a calendar without working time.
int32_t tw_compile_calendar(tw_compiler *compiler, const tw_name *name);

// Working time of a shift of the calendar, which may be on round the clock; 8 h where none says.
double tw_compile_shift_s(const tw_compiler *compiler, const tw_name *name);

// Compiles the push rule of the main exit (index into first-free, round-robin, shortest, ratio,
// probability) and the shares of its targets.
void tw_compile_push(tw_compiler *compiler, int32_t node_i, int32_t rule, const tw_weights *share,
                     const char *stream);

// Does an object of the file say under this key what something costs? Then the line has figures of cost,
// and the place (TW_NONE: none).
bool tw_compile_cost(tw_compiler *compiler, int32_t place_i, const tw_node *object,
                     const char *key);

// What one failure or maintenance costs: `cost` where its object says one, else 0.
double tw_compile_mode_cost(tw_compiler *compiler, int32_t place_i, const tw_node *mode,
                            double cost);

// Power of each machine of a place by state, [states] in W; 0 to TW_POWER_MAX.
#define TW_POWER_MAX 1e9
void tw_compile_power(tw_compiler *compiler, int32_t node_i, const double *power_w);

// Machines of the place have models that draw power: it is in the ledger though no state draws any.
void tw_compile_draws_power(tw_compiler *compiler, int32_t node_i);

// Compiles an expression over the words a station knows (TW_WORD_*); NULL when absent or bad.
const tw_expr *tw_compile_expr(tw_compiler *compiler, const tw_expr_text *text, tw_dim wanted);

// The same over the states of a station's models too; their inputs follow the attributes.
const tw_expr *tw_compile_expr_at(tw_compiler *compiler, int32_t place_i, const tw_expr_text *text,
                                  tw_dim wanted);

// Can the text be evaluated at one instant? Not when it names a state, or what only equations know. A
// text that nobody understands cannot.
bool tw_compile_is_instant(tw_compiler *compiler, int32_t place_i, const tw_expr_text *text,
                           tw_dim wanted);

// Attribute of a part that a target names, "part.runout"; TW_NONE: it names none, and nothing is reported.
int32_t tw_set_attribute(const tw_compiler *compiler, const tw_set_def *def);

// A bare name of one of "distributions" is a random value, every other text an expression.
bool tw_set_is_random(const tw_compiler *compiler, const tw_set_def *def);

// Makes the draw sites of a random value of this dimension, one for each machine of the place (TW_NONE: one, named
// by `stream`), and gives the first. has_part: a part is always there, so that its type may decide.
typedef struct tw_set_site {
  int32_t place_i;
  tw_dim dim;
  const char *purpose, *stream;
  bool has_part;
} tw_set_site;
int32_t tw_set_draws(tw_compiler *compiler, const tw_set_def *def, const tw_set_site *site);

// Wants something of the models of a station's machines.
void tw_compile_wish(tw_compiler *compiler, const tw_wish *wish);

// Gives the loop of this name, which is made when it is new. node: for problems.
int32_t tw_compile_loop(tw_compiler *compiler, const tw_loop *loop, const tw_node *node);

// True when parts of this type can get to the place.
bool tw_compile_reaches(const tw_compiler *compiler, int32_t node_i, int32_t part_type);

// True when parts of this type that get to the place are worked on there for the place's own time: not
// all of them have steps of a route here that say their time.
bool tw_compile_uses_time(const tw_compiler *compiler, int32_t node_i, int32_t part_type);

// Reports a problem at a node of the tree.
void tw_compile_problem(tw_compiler *compiler, const tw_node *node, const char *code,
                        const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
