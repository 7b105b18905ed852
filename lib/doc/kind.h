// kind.h - what a kind of place (source, buffer, machine, sink, ...) is to the floors below it. The
// table is declared here, where the line file is first read by it, and filled in on the floor of stations, one
// file per kind and one line in kinds.inl. Lower floors call upward only through it.

#ifndef TW_DOC_KIND_H
#define TW_DOC_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "field/field.h"

struct tw_line;
struct tw_run;
struct tw_compiler;
struct tw_state_table;
struct tw_offer;

// Takes a part type that a place makes.
typedef void tw_made_function(void *user, const char *part);

// A figure that a kind keeps in its own state record; its path is "buffers/NAME/" and this name.
// value: over the window (warm-up end, now] with open spells counted up to now, or NaN where nothing
// was observed; changes nothing. It is not asked before the warm-up has ended, but for names that end
// in "/now", which are of the present instant.
typedef struct tw_kind_quantity {
  const char *name;  // "level/mean"
  const char *unit;  // "1", "s", "1/s"
  double (*value)(const struct tw_run *run, int32_t place_i);
} tw_kind_quantity;

typedef struct tw_kind {
  const char *name;     // "machine": the word of "type", and of the format reference
  const char *section;  // "stations", "buffers", "sources"; "" for the built-in sinks
  const tw_table *table;

  // Names of the exits a chain may leave by, beside the main one; returns the count (<= max).
  int32_t (*exits)(const struct tw_kind *kind, const void *def, const char **names, int32_t max);

  // A name that the main exit may also be called by, "pass"; NULL: it has none.
  const char *main_exit_name;

  // Defects that its work can make, a map of tw_defect_def; NULL: none.
  const tw_map *(*defects)(const void *def);

  // Models of its machines, a map of tw_dynamics_def; NULL: it has none.
  const tw_map *(*dynamics)(const void *def);

  // Names the types of the parts that it makes, some several times. NULL: it makes none.
  void (*makes)(const void *def, tw_made_function *add, void *user);

  // Model side: resolves names and appends to the line (machines, draw sites, failure modes).
  void (*compile)(struct tw_compiler *compiler, int32_t node_i, const void *def);

  // After all places are compiled: what needs the parameters of its neighbours. NULL: nothing.
  void (*link)(struct tw_compiler *compiler, int32_t node_i);

  // Mean process time in seconds of a part of this type here, at a step of the graph (-1: it has no
  // route). NULL: it takes no time.
  double (*mean_time_s)(const struct tw_line *line, int32_t node_i, int32_t part_type,
                        int32_t step_i);

  // State that one place of this kind has beside the common node record, and one of its machines beside
  // its own; NULL: none.
  const struct tw_state_table *state, *machine_state;

  uint32_t version;        // in the hash of lines that have such places; 0: it says nothing
  // Rules of its own decide when it takes a part that it could take, and its machines may be in the
  // phases from TW_HOLD on.
  bool holds;
  const char *const *timers;  // names of its TW_ON_OWN events; NULL: it has none

  // Engine side. All take the run and the place's index; a NULL entry is never called for the kind.
  void (*start)(struct tw_run *run, int32_t place_i);  // at time zero; NULL: nothing to do
  void (*on_event)(struct tw_run *run, int32_t place_i, int32_t machine_i, int32_t purpose);
  void (*settle)(struct tw_run *run, int32_t place_i);  // it was marked: take and start
  // Could it take one more part now? part TW_NO_PART: any.
  bool (*can_take)(struct tw_run *run, int32_t place_i, uint32_t part);
  // Own free places and those of the stations behind it, for reservations.
  int64_t (*free_places)(struct tw_run *run, int32_t place_i);
  int64_t (*level)(const struct tw_run *run, int32_t place_i);  // parts in it, for "shortest"
  // The best part it would give to place `to` now; false: none. Changes nothing.
  bool (*offer)(struct tw_run *run, int32_t place_i, int32_t to, struct tw_offer *offer);
  // Hands over what was offered and returns it; a reservation is granted and gives TW_NO_PART.
  uint32_t (*give)(struct tw_run *run, int32_t place_i, int32_t to, const struct tw_offer *offer);
  // Is it counted among those who ask at the targets of its main exit? NULL: only its machines are.
  bool (*has_offer)(const struct tw_run *run, int32_t place_i);
  // offer and give in one, for a place that has no other feeder; TW_NO_PART: none.
  uint32_t (*hand_over)(struct tw_run *run, int32_t place_i, int32_t to);
  // Has it an event of its own pending (a timer of its parts)? NULL: it never has.
  bool (*has_event)(struct tw_run *run, int32_t place_i);
  // Takes back a part that is ejected from a station; NULL: the kind has no queue to return to.
  void (*take_back)(struct tw_run *run, int32_t place_i, uint32_t part);
  // Draws the process time of the part on a machine anew, in ticks.
  int64_t (*draw_time)(struct tw_run *run, int32_t place_i, int32_t machine_i);
  // Draws anew, given what has elapsed, what is under way and nobody can know yet (engine/redraw.h). NULL:
  // nothing is.
  void (*redraw)(struct tw_run *run, int32_t place_i);
  // The statistics window begins: integrals restart.
  void (*reset)(struct tw_run *run, int32_t place_i);
  // Everything its state links to is consistent; otherwise says what is wrong (snapshots).
  bool (*is_valid)(const struct tw_run *run, int32_t place_i, uint8_t *is_seen, char *why,
                   size_t n_why);

  // Makes the derived fields of its state from the others, the timers of its parts as well, for a state
  // that came by name (state/recount.h). It may be asked of any lists that end. NULL: derived fields
  // of the kind are written and read like others.
  void (*recount)(struct tw_run *run, int32_t place_i);

  // Its state came from another line, or is fresh: brings it in order with this one (lists that only one
  // of them keeps, an aim that is gone). NULL: nothing to do.
  void (*adopt)(struct tw_run *run, int32_t place_i);

  // What a host may do with its queue; NULL: it has none. Parts that could be put in now, a part comes in,
  // a part is taken out, the queue is put in order again because a part's key changed.
  int64_t (*room)(const struct tw_run *run, int32_t place_i);
  void (*put)(struct tw_run *run, int32_t place_i, uint32_t part);
  void (*pick)(struct tw_run *run, int32_t place_i, uint32_t part);
  void (*requeue)(struct tw_run *run, int32_t place_i, uint32_t part);

  // What can be read of its places beside what every place has (observe/quantity.h); NULL: nothing.
  const tw_kind_quantity *quantities;  // [n_quantity]
  int32_t n_quantity;
  // Reads those whose own `value` is NULL.
  double (*value)(const struct tw_run *run, int32_t place_i, int32_t quantity_i);
} tw_kind;

#endif
