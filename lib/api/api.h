// api.h - what the public functions share: opaque handles and what they are inside, options structs
// of any version. Nothing is computed on this floor.

#ifndef TW_API_API_H
#define TW_API_API_H

#include <twin/twin.h>

#include "base/text.h"
#include "engine/run.h"
#include "observe/recorder.h"
#include "study/whatif.h"

// A line and a run are what they are inside under another name. Recorders and studies have a struct
// of their own.
static inline tw_line *tw_line_of(const twin_line *line) { return (tw_line *)(uintptr_t)line; }
static inline tw_run *tw_run_of(const twin_run *run) { return (tw_run *)(uintptr_t)run; }

// What the caller sees as a study: lines on the same random numbers, and how sure intervals are.
struct twin_study {
  tw_whatif *whatif;
  tw_study *study;  // of the line as it is
  double confidence;
  bool is_simultaneous;
};

// Copies what the caller's struct and ours have in common over the defaults in `own`. Every options
// struct begins with struct_size. given NULL: the defaults stay. False: struct_size is impossible.
bool tw_options_take(void *own, uint32_t n_own, const void *given);

// Gives back what is known of a struct that the caller made, up to its struct_size.
bool tw_struct_give(void *given, const void *own, uint32_t n_own);

// Hands a printed text over to the caller, who frees it with twin_text_free; TWIN_ERR_MEMORY when
// it is cut short. Takes `printed` in every case.
twin_status tw_text_give(tw_text *printed, char **text);

// TWIN_OK when the processor computes as the library needs it, else TWIN_ERR_FLOAT_MODE. Asked by whatever
// computes something that lasts.
twin_status tw_float_mode(twin_problems *problems);

// Seconds to ticks; false when it is no instant of a run.
bool tw_instant_of(double time_s, int64_t *tick);

// What is recorded where the options leave it to the line.
tw_record_what tw_record_what_of(const tw_line *line, const twin_recorder_options *options);

// Reads recorder options; false when they are impossible.
bool tw_recorder_options_take(twin_recorder_options *own, const twin_recorder_options *given);

// Why a run may not jump to another state; NULL: it may.
const char *tw_run_obstacle(const tw_run *run);

// The recorder of a run: called while it runs, and when it is freed (api_record.c).
void tw_api_recorder_tick(void *recorder);
void tw_api_recorder_forget(void *recorder);

// The losses of a run (api_losses.c): after its state was replaced, and when it is freed. losses: NULL
// where nobody observes them.
void tw_api_losses_restart(void *losses);
void tw_api_losses_forget(void *losses);

#endif
