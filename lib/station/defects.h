// defects.h - hidden defects of any station with machines: which it makes at completion, and which it
// repairs. A defect stays on the part as a bit and changes nothing of its way (SEMANTICS 7.4).

#ifndef TW_STATION_DEFECTS_H
#define TW_STATION_DEFECTS_H

#include "engine/run.h"
#include "station/machine.h"

struct tw_compiler;

// "defects": {"crack": "0.004 + 0.03*part.grade"} as a tw_map of tw_defect_def.
extern const tw_custom tw_defects_custom;

// Compiles the probabilities and draw sites of what the place makes.
void tw_defects_compile(struct tw_compiler *compiler, int32_t place_i, const tw_map *defects,
                        const char *stream);

// The bits of "repairs"; "all" gives every defect of the line.
uint32_t tw_repairs_compile(struct tw_compiler *compiler, const tw_names *repairs);

// The processing of the part on a machine has ended: what is repaired goes, what is made comes.
void tw_defects_draw(tw_run *run, int32_t place_i, int32_t machine_i);
static inline void tw_defects_complete(tw_run *run, int32_t place_i, int32_t machine_i) {
  const tw_place *place = &run->line->place[place_i];
  const tw_station_param *param = place->param;
  if (place->n_made > 0 || param->repairs != 0) tw_defects_draw(run, place_i, machine_i);
}

#endif
