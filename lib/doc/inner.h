// inner.h - what doc.c, flow.c and the printers of documents share: the tables of the root
// and its sections. Everyone else uses doc.h.

#ifndef TW_DOC_INNER_H
#define TW_DOC_INNER_H

#include "doc/doc.h"
#include "field/inner.h"
#include "field/schema.h"

// The root as its table fills it. Sections that need the kinds, or everything else, keep their
// nodes.
typedef struct tw_root_def {
  tw_doc doc;
  const tw_node *distributions, *sources, *buffers, *stations, *demands, *opening;
} tw_root_def;

extern const tw_table tw_root_table;
extern const tw_table tw_part_table;
extern const tw_table tw_worker_table, tw_resource_table, tw_cause_table;  // people.c

// Reads "flow", a list of chains of names.
extern const tw_custom tw_flow_custom;

// Reads "routes", steps by part type.
extern const tw_custom tw_routes_custom;

// Pieces of the reference (reference.c): a text in a table cell; a section for a table and, behind it, those
// of the objects inside. path: where such objects stand in a file (NULL: in many places).
void tw_doc_add_cell(const char *text, tw_text *out);
void tw_doc_add_tables(const tw_table *table, const char *title, int32_t level, const char *path, tw_text *out);

// Machine models (models.c) that the tables of these kinds know: a section of the reference, and definitions of
// the schema, each with a comma before; without models no section, and "dynamics" is any object.
void tw_doc_models_reference(const tw_kind *const *kinds, int32_t n_kind, tw_text *out);
void tw_doc_models_schema(tw_schema *in, const tw_kind *const *kinds, int32_t n_kind);

// The sections that hold places, in the order in which places are numbered.
enum { TW_N_SECTION = 4 };
extern const char *const tw_section_names[TW_N_SECTION];

#endif
