// compile_names.c - part types, people and names of the compiled line, and what can be reached from where.

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "model/compile_inner.h"

const tw_kind *tw_compile_sink_kind(const tw_line *line, const char *name) {
  for (int32_t i = 0; i < line->n_kind; i++)
    if (line->kind[i]->section[0] == '\0' && strcmp(line->kind[i]->name, name) == 0)
      return line->kind[i];
  TW_ASSERT(line->n_kind == 0);  // the sinks are built in: they stand in kinds.inl
  return NULL;
}

// Index of a text in a list that it is added to when it is new; for short lists.
static int32_t intern(const char **list, int32_t *n, const char *text) {
  for (int32_t i = 0; i < *n; i++)
    if (strcmp(list[i], text) == 0) return i;
  list[*n] = text;
  return (*n)++;
}

// Collects the attribute names of all part types; one name has one dimension.
static void collect_attributes(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  const tw_part_def *parts = line->doc.parts.at;
  size_t n_most = 0;
  for (int32_t i = 0; i < line->doc.parts.n; i++) n_most += (size_t)parts[i].attributes.n;
  const char **names = tw_arena_take_array(&line->arena, n_most + 1, sizeof *names);
  tw_dim *dims = tw_arena_take_array(&line->arena, n_most + 1, sizeof *dims);
  if (names == NULL || dims == NULL) return;
  for (int32_t i = 0; i < line->doc.parts.n; i++) {
    const tw_attribute_def *attributes = parts[i].attributes.at;
    for (int32_t k = 0; k < parts[i].attributes.n; k++) {
      const int32_t n_before = line->n_attribute;
      const int32_t a = intern(names, &line->n_attribute, attributes[k].def.name);
      if (a == n_before) dims[a] = attributes[k].dim;
      else if (!tw_dim_equal(dims[a], attributes[k].dim))
        tw_compile_problem(compiler, attributes[k].def.node, "E-UNIT", NULL,
                           "attribute '%s' has another dimension in another part", names[a]);
    }
  }
  line->attribute_name = names;
  line->attribute_dim = dims;
  const size_t n = (size_t)line->n_attribute + 1;
  line->carried = tw_arena_take_array(&line->arena, n, sizeof *line->carried);
  line->carried_of = tw_arena_take_array(&line->arena, n, sizeof *line->carried_of);
  for (int32_t a = 0; line->carried_of != NULL && a < line->n_attribute; a++)
    line->carried_of[a] = TW_NONE;
}

void tw_compile_carry(tw_compiler *compiler, int32_t attribute_i) {
  tw_line *line = compiler->line;
  TW_ASSERT(attribute_i >= 0 && attribute_i < line->n_attribute);
  if (line->arena.is_out_of_memory || line->carried_of[attribute_i] != TW_NONE) return;
  line->carried_of[attribute_i] = line->n_carried;
  line->carried[line->n_carried++] = attribute_i;
}

// "carried" of a part type: which of its attributes change by themselves, and how.
static const tw_drift *compile_drifts(tw_compiler *compiler, const tw_part_def *part) {
  tw_line *line = compiler->line;
  const tw_drift_def *def = part->carried.at;
  tw_drift *drift = tw_arena_take_array(&line->arena, (size_t)line->n_attribute + 1, sizeof *drift);
  for (int32_t i = 0; drift != NULL && i < part->carried.n; i++) {
    const tw_attribute_def *own = part->attributes.at;
    int32_t k = 0, n_name = line->n_attribute;
    if (def[i].def.node->is_broken || part->def.node->is_broken) continue;
    while (k < part->attributes.n && strcmp(own[k].def.name, def[i].def.name) != 0) k++;
    if (k == part->attributes.n) {
      const tw_node at = tw_node_name(def[i].def.node);
      tw_compile_problem(compiler, &at, "E-REF", "\"attributes\": {\"T\": \"20 degC\"}",
                         "'%s' is no attribute of '%s': what is it worth when the part is made?",
                         def[i].def.name, part->def.name);
      continue;
    }
    const int32_t a = intern((const char **)line->attribute_name, &n_name, def[i].def.name);
    tw_compile_carry(compiler, a);
    drift[a].time_constant_s = def[i].time_constant_s;
    if (!tw_quantity_parse(def[i].toward.node, line->attribute_dim[a], compiler->reader, &drift[a].toward))
      compiler->is_bad = true;
  }
  return drift;
}

void tw_compile_part_types(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  tw_arena *arena = &line->arena;
  collect_attributes(compiler);
  const tw_part_def *parts = line->doc.parts.at;
  const size_t n = (size_t)line->doc.parts.n;
  tw_part_type *types = tw_arena_take_array(arena, n, sizeof *types);
  const char **names = tw_arena_take_array(arena, n + 1, sizeof *names);
  const char **families = tw_arena_take_array(arena, n + 1, sizeof *families);
  tw_index family;
  if (types == NULL || names == NULL || families == NULL) return;
  for (size_t i = 0; i < n; i++)
    families[i] = parts[i].family != NULL ? parts[i].family : parts[i].def.name;
  if (!tw_index_build(&family, families, (int32_t)n, arena)) return;
  for (int32_t i = 0; i < (int32_t)n; i++) {
    double *attribute =
        tw_arena_take_array(arena, (size_t)line->n_attribute + 1, sizeof *attribute);
    if (attribute == NULL) return;
    for (int32_t a = 0; a < line->n_attribute; a++) attribute[a] = (double)NAN;
    const tw_attribute_def *given = parts[i].attributes.at;
    for (int32_t k = 0; k < parts[i].attributes.n; k++) {
      int32_t n_name = line->n_attribute;
      const int32_t a =
          intern((const char **)line->attribute_name, &n_name, given[k].def.name);
      attribute[a] = given[k].value;
    }
    const int32_t first = tw_index_find(&family, families[i]);  // of its family
    types[i] = (tw_part_type){.name = parts[i].def.name,
                              .mass_kg = parts[i].mass_kg,
                              .family_i = first < i ? types[first].family_i : line->n_family++,
                              .priority = parts[i].priority,
                              .scrap_cost = parts[i].scrap_cost,
                              .attribute = attribute,
                              .drift = compile_drifts(compiler, &parts[i])};
    if (tw_compile_cost(compiler, TW_NONE, parts[i].def.node, "scrap_cost"))
      line->cost.is_of_scrap = true;
  }
  line->part_type = types;
  line->n_part_type = (int32_t)n;
  for (size_t i = 0; i < n; i++) names[i] = types[i].name;
  tw_index_build(&compiler->part_index, names, (int32_t)n, arena);
}

int32_t tw_compile_part_type(tw_compiler *compiler, const tw_name *name) {
  const int32_t i = tw_index_find(&compiler->part_index, name->name);
  if (i >= 0) return i;
  if (!tw_doc_names(&compiler->line->doc, "parts")) return TW_NONE;
  const char *nearest =
      tw_index_nearest(&compiler->part_index, name->name, compiler->reader->problems);
  const tw_node at = tw_name_place(name);
  tw_compile_problem(compiler, &at, "E-REF",
                     nearest != NULL ? tw_arena_print(&compiler->line->arena, "did you mean '%s'?",
                                                      nearest)
                                     : "part types stand in \"parts\"",
                     "there is no part '%s'", name->name);
  return TW_NONE;
}

int32_t tw_compile_place(tw_compiler *compiler, const tw_name *name) {
  const tw_line *line = compiler->line;
  const char *names[256];
  int32_t n = 0;
  for (int32_t i = 0; i < line->n_place; i++) {
    if (strcmp(line->graph.name[i], name->name) == 0) return i;
    if (n < 256) names[n++] = line->graph.name[i];
  }
  const char *nearest = tw_text_nearest(name->name, names, (size_t)n);
  const tw_node at = tw_name_place(name);
  tw_compile_problem(compiler, &at, "E-REF",
                     nearest != NULL ? tw_arena_print(&compiler->line->arena, "did you mean '%s'?",
                                                      nearest)
                                     : "places stand in \"sources\", \"buffers\" and \"stations\"",
                     "there is no place '%s'", name->name);
  return TW_NONE;
}

// Notes that a place can make a defect; the names of the line are numbered as they come.
static void add_made(tw_compiler *compiler, int32_t place_i, const tw_def *def, const char **names) {
  tw_line *line = compiler->line;
  int32_t n = line->n_defect;
  const int32_t defect_i = intern(names, &n, def->name);
  if (n > TW_DEFECTS_MAX) {
    tw_compile_problem(compiler, def->node, "E-RANGE", "let several kinds of defect share a name",
                       "a line can have at most %d names of defects", (int)TW_DEFECTS_MAX);
    return;
  }
  line->n_defect = n;
  line->made[line->n_made++] = (tw_made_defect){.node_i = place_i, .defect_i = defect_i};
}

void tw_compile_defects(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  size_t n = 0;
  for (int32_t i = 0; i < line->doc.n_place; i++)
    if (line->place[i].kind->defects != NULL)
      n += (size_t)line->place[i].kind->defects(line->doc.place[i].def)->n;
  const char **names = tw_arena_take_array(&line->arena, TW_DEFECTS_MAX + 1, sizeof *names);
  line->made = tw_arena_take_array(&line->arena, n, sizeof *line->made);
  line->defect_name = names;
  if (line->arena.is_out_of_memory) return;
  for (int32_t i = 0; i < line->doc.n_place; i++) {
    tw_place *place = &line->place[i];
    place->first_made = line->n_made;
    if (place->kind->defects == NULL || line->doc.place[i].is_broken) continue;
    const tw_map *defects = place->kind->defects(line->doc.place[i].def);
    const tw_defect_def *def = defects->at;
    for (int32_t k = 0; k < defects->n; k++) add_made(compiler, i, &def[k].def, names);
    place->n_made = line->n_made - place->first_made;
  }
  line->has_quality = line->n_defect > 0;
}

int32_t tw_compile_defect(tw_compiler *compiler, const tw_name *name) {
  const tw_line *line = compiler->line;
  for (int32_t i = 0; i < line->n_defect; i++)
    if (strcmp(line->defect_name[i], name->name) == 0) return i;
  for (int32_t i = 0; i < line->doc.n_place; i++)
    if (line->doc.place[i].is_broken) return TW_NONE;  // it may make them
  const char *nearest = tw_text_nearest(name->name, line->defect_name, (size_t)line->n_defect);
  const tw_node at = tw_name_place(name);
  tw_compile_problem(compiler, &at, "E-REF",
                     nearest != NULL ? tw_arena_print(&compiler->line->arena, "did you mean '%s'?",
                                                      nearest)
                                     : "stations make them: \"defects\": {\"crack\": 0.004}",
                     "no station makes a defect '%s'", name->name);
  return TW_NONE;
}
