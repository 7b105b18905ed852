// inspection_def.c - the fields of inspections and their compilation; what they share with all stations
// is in machine_def.c.

#include "station/inspection_def.h"

#include <string.h>

#include "base/assert.h"
#include "model/compile.h"
#include "station/inspection.h"
#include "station/machine.h"

// A probability: a bare number or "2 %".
static bool parse_share(const tw_node *node, const tw_reader *reader, double *share) {
  if (!tw_quantity_parse(node, TW_DIM_ONE, reader, share)) return false;
  if (*share >= 0 && *share <= 1) return true;
  tw_reader_problem(reader, node, "E-RANGE", "from 0 to 1", "or in per cent, \"2 %\"",
                    "%g is no probability", *share);
  return false;
}

static const tw_field detect_fields[] = {
    TW_FIELD(tw_detect_def, missed, "missed", TW_FIELD_RATIO, .max = 1, .preset = "0",
             .help = "share of the parts with this defect in which it is not seen")};
static const tw_table detect_table = {.name = "detects",
                                      .help = "a defect that an inspection can see",
                                      .size = sizeof(tw_detect_def),
                                      .fields = detect_fields,
                                      .n_field = TW_N_FIELDS(detect_fields)};

// {"crack": {"missed": "2 %"}}.
static bool parse_detects_object(const tw_node *node, const tw_reader *reader, tw_detect_def *at,
                                 int32_t *n) {
  bool is_good = true;
  for (tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    tw_detect_def *detect = &at[(*n)++];
    *detect = (tw_detect_def){.def = {.name = item->key, .node = item}};
    if (!tw_name_check(item->key, item, reader)) is_good = false;
    if (!tw_table_parse(&detect_table, item, reader, detect)) is_good = false;
  }
  return is_good;
}

// ["crack"], or one name: nothing is missed.
static bool parse_detects_names(const tw_node *node, const tw_reader *reader, tw_detect_def *at,
                                int32_t *n) {
  const bool is_one = node->type == TW_NODE_TEXT;
  bool is_good = true;
  for (const tw_node *item = is_one ? node : node->first; item != NULL; item = item->next) {
    if (item->type != TW_NODE_TEXT) {
      tw_reader_wrong_type(reader, item, "the name of a defect", "\"crack\"");
      is_good = false;
      continue;
    }
    at[(*n)++] = (tw_detect_def){.def = {.name = item->text, .node = item}};
    if (is_one) break;
  }
  return is_good;
}

static bool parse_detects(const tw_node *node, const struct tw_reader *reader, void *target) {
  const bool is_object = node->type == TW_NODE_OBJECT;
  if (!is_object && node->type != TW_NODE_LIST && node->type != TW_NODE_TEXT) {
    tw_reader_wrong_type(reader, node, "names of defects", "{\"crack\": {\"missed\": \"2 %\"}}");
    return false;
  }
  tw_detect_def *at = tw_arena_take_array(reader->arena, (size_t)node->n_child + 1, sizeof *at);
  if (at == NULL) return false;
  int32_t n = 0;
  const bool is_good = is_object ? parse_detects_object(node, reader, at, &n)
                                 : parse_detects_names(node, reader, at, &n);
  TW_ASSERT(n <= node->n_child + 1);
  *(tw_map *)target = (tw_map){.n = n, .at = at};
  return is_good;
}

const tw_custom tw_detects_custom = {
    .parse = parse_detects,
    .shape = "names of defects, [\"crack\"] or {\"crack\": {\"missed\": \"2 %\"}}",
    .schema = "{\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"array\", \"items\": {\"type\": "
              "\"string\"}}, {\"type\": \"object\", \"properties\": {\"about\": {\"type\": "
              "\"string\"}}, \"patternProperties\": {\"^x-\": true, "
              "\"^(?!x-|about$)[A-Za-z][A-Za-z0-9_-]*$\": {\"type\": \"object\", \"properties\": "
              "{\"about\": {\"type\": \"string\"}, \"missed\": {\"type\": [\"number\", "
              "\"string\"]}}, \"patternProperties\": {\"^x-\": true}, \"additionalProperties\": "
              "false}}, \"additionalProperties\": false}]}"};

static const tw_field max_rework_fields[] = {
    {.name = "max_rework", .type = TW_FIELD_COUNT, .max = 1e9}};
static const char PASS[] = "pass", MAX_REWORK[] = "max_rework";
static const char REWORK[] = "rework", SCRAP[] = "scrap";

// The count behind "max_rework", read as a table of its own that has this one key.
static bool parse_max_rework(const tw_node *node, const tw_reader *reader, int64_t *count) {
  static const tw_table table = {.name = "on_reject",
                                 .help = "",
                                 .size = sizeof(int64_t),
                                 .fields = max_rework_fields,
                                 .n_field = 1};
  tw_node *copy = tw_arena_take(reader->arena, sizeof *copy);
  tw_node *holder = tw_arena_take(reader->arena, sizeof *holder);
  if (copy == NULL || holder == NULL) return false;
  *copy = *node;
  copy->next = NULL;
  *holder = *node->parent;
  holder->first = holder->last = copy;
  holder->n_child = 1;
  return tw_table_parse(&table, holder, reader, count);
}

static bool parse_exit(const tw_node *node, const tw_reader *reader, tw_name *name,
                       double *share) {
  *name = (tw_name){.name = node->key, .node = node};
  if (!tw_name_check(node->key, node, reader)) return false;
  if (strcmp(node->key, PASS) == 0) {
    tw_reader_problem(reader, node, "E-KEY", NULL, "name exits of rejected parts only",
                      "\"pass\" is the exit of the parts that were found good");
    return false;
  }
  return parse_share(node, reader, share);
}

static bool parse_on_reject(const tw_node *node, const struct tw_reader *reader, void *target) {
  tw_on_reject_def *def = target;
  if (node->type != TW_NODE_OBJECT) {
    tw_reader_wrong_type(reader, node, "an object of exits with probabilities",
                         "{\"rework\": 0.8, \"scrap\": 0.2, \"max_rework\": 1}");
    return false;
  }
  const size_t n_max = (size_t)node->n_child + 1;
  tw_name *name = tw_arena_take_array(reader->arena, n_max, sizeof *name);
  double *share = tw_arena_take_array(reader->arena, n_max, sizeof *share);
  if (name == NULL || share == NULL) return false;
  bool is_good = true;
  int32_t n = 0;
  for (const tw_node *item = node->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    if (strcmp(item->key, MAX_REWORK) == 0) {
      def->max_node = item;
      if (!parse_max_rework(item, reader, &def->max_rework)) is_good = false;
      continue;
    }
    if (!parse_exit(item, reader, &name[n], &share[n])) is_good = false;
    n++;
  }
  if (n == 0) {
    name[n] = (tw_name){.name = SCRAP, .node = node};
    share[n++] = 1;
  }
  def->share = (tw_weights){.n = n, .name = name, .weight = share};
  return is_good && tw_weights_check_sum(&def->share, node, reader);
}

const tw_custom tw_on_reject_custom = {
    .parse = parse_on_reject,
    .shape = "probabilities of exits, {\"rework\": 0.8, \"scrap\": 0.2, \"max_rework\": 1}",
    .schema = "{\"type\": \"object\", \"properties\": {\"about\": {\"type\": \"string\"}, "
              "\"max_rework\": {\"type\": \"integer\", \"minimum\": 0, \"maximum\": 1000000000}}, "
              "\"patternProperties\": {\"^x-\": true, "
              "\"^(?!x-|about$|pass$|max_rework$)[A-Za-z][A-Za-z0-9_-]*$\": "
              "{\"type\": [\"number\", \"string\"]}}, \"additionalProperties\": false}"};

static const tw_field sample_fields[] = {
    TW_FIELD(tw_sample_def, every, "every", TW_FIELD_COUNT, .flags = TW_REQUIRED, .min = 1,
             .max = 1e9, .help = "each n-th part that comes is inspected")};
static const tw_table sample_table = {.name = "sample",
                                      .help = "which parts are inspected",
                                      .size = sizeof(tw_sample_def),
                                      .fields = sample_fields,
                                      .n_field = TW_N_FIELDS(sample_fields)};

static bool parse_sample(const tw_node *node, const struct tw_reader *reader, void *target) {
  tw_sample_def *sample = target;
  sample->node = node;
  if (node->type == TW_NODE_OBJECT)
    return tw_table_parse(&sample_table, (tw_node *)node, reader, sample);
  return parse_share(node, reader, &sample->share);
}

const tw_custom tw_sample_custom = {
    .parse = parse_sample,
    .shape = "a share, \"20 %\", or each n-th part, {\"every\": 5}",
    .schema = "{\"anyOf\": [{\"type\": [\"number\", \"string\"]}, {\"type\": \"object\", "
              "\"properties\": {\"about\": {\"type\": \"string\"}, \"every\": {\"type\": "
              "\"integer\", \"minimum\": 1, \"maximum\": 1000000000}}, \"patternProperties\": "
              "{\"^x-\": true}, \"required\": [\"every\"], \"additionalProperties\": false}]}"};

static bool has_rework(const tw_on_reject_def *def) {
  for (int32_t i = 0; i < def->share.n; i++)
    if (strcmp(def->share.name[i].name, REWORK) == 0) return true;
  return false;
}

void tw_inspection_check(const tw_inspection_def *def, const tw_node *node,
                         const struct tw_reader *reader) {
  (void)node;
  const tw_on_reject_def *reject = &def->on_reject;
  if (reject->max_node != NULL && !has_rework(reject))
    tw_reader_problem(reader, reject->max_node, "E-KEY", "\"rework\": 0.8", NULL,
                      "\"max_rework\" limits the exit \"rework\", but no part leaves by it");
  const tw_detect_def *detect = def->detects.at;
  for (int32_t i = 0; i < def->detects.n; i++)
    for (int32_t k = 0; k < i; k++)
      if (strcmp(detect[i].def.name, detect[k].def.name) == 0)
        tw_reader_problem(reader, detect[i].def.node, "E-KEY", NULL, NULL,
                          "\"%.80s\" is named twice", detect[i].def.name);
}

bool tw_inspection_can_scrap(const tw_inspection_def *def) {
  return def->on_reject.max_node != NULL;
}

static void compile_detects(tw_compiler *compiler, int32_t place_i, const tw_inspection_def *def,
                            const char *stream, tw_inspection_param *param) {
  tw_arena *arena = &compiler->line->arena;
  const tw_detect_def *detect = def->detects.at;
  tw_detected *detected = tw_arena_take_array(arena, (size_t)def->detects.n, sizeof *detected);
  if (detected == NULL) return;
  for (int32_t i = 0; i < def->detects.n; i++) {
    const tw_name name = {.name = detect[i].def.name, .node = detect[i].def.node};
    const int32_t defect_i = tw_compile_defect(compiler, &name);
    if (defect_i == TW_NONE) continue;
    const char *purpose = tw_arena_print(arena, "missed/%s", name.name);
    detected[param->n_detected++] = (tw_detected){
        .defect_i = defect_i,
        .missed = detect[i].missed,
        .site = tw_compile_site(compiler, place_i, TW_NONE, purpose, stream, NULL)};
    param->detects |= UINT32_C(1) << defect_i;
  }
  param->detected = detected;
}

const tw_inspection_param *tw_inspection_compile(tw_compiler *compiler, int32_t place_i,
                                                 const tw_inspection_def *def,
                                                 const char *stream) {
  tw_line *line = compiler->line;
  tw_inspection_param *param = tw_arena_take(&line->arena, sizeof *param);
  if (param == NULL) return NULL;
  line->has_quality = true;
  const bool has_share = def->sample.node != NULL && def->sample.every == 0;
  *param = (tw_inspection_param){
      .false_reject = def->false_reject,
      .false_site = tw_compile_site(compiler, place_i, TW_NONE, "false_reject", stream, NULL),
      .sample = def->sample.share,
      .sample_site = TW_NONE,
      .every = def->sample.every,
      .rework_exit = has_rework(&def->on_reject) ? tw_graph_exit(&line->graph, place_i, REWORK)
                                                 : TW_NONE,
      .max_rework = def->on_reject.max_node != NULL ? def->on_reject.max_rework : INT64_MAX};
  if (has_share)
    param->sample_site = tw_compile_site(compiler, place_i, TW_NONE, "sample", stream, NULL);
  compile_detects(compiler, place_i, def, stream, param);
  if (line->place[place_i].main_exit == TW_NONE)
    tw_compile_problem(compiler, ((const tw_def *)line->doc.place[place_i].def)->node, "E-FLOW",
                       "add a chain that begins there",
                       "no chain leaves \"%s.pass\": parts that are found good have no way",
                       line->place[place_i].name);
  return param;
}
