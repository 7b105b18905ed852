// doc_inner.h - what doc.c, doc_flow.c and the printers of documents share: the tables of the root
// and its sections. Everyone else uses doc.h.

#ifndef TW_MODEL_DOC_INNER_H
#define TW_MODEL_DOC_INNER_H

#include "model/doc.h"
#include "model/field_inner.h"

// The root as its table fills it. Sections that need the kinds, or everything else, keep their
// nodes.
typedef struct tw_root_def {
  tw_doc doc;
  const tw_node *distributions, *sources, *buffers, *stations, *demands, *opening;
} tw_root_def;

extern const tw_table tw_root_table;
extern const tw_table tw_part_table;
extern const tw_table tw_worker_table, tw_resource_table, tw_cause_table;  // doc_people.c

// Reads "flow", a list of chains of names.
extern const tw_custom tw_flow_custom;

// Reads "routes", steps by part type.
extern const tw_custom tw_routes_custom;

// The sections that hold places, in the order in which places are numbered.
enum { TW_N_SECTION = 4 };
extern const char *const tw_section_names[TW_N_SECTION];

#endif
