// physics.c - the list of machine models, and "dynamics" of a station as a field that knows them.

#include "physics/physics.h"

static const tw_model *const models[] = {
#define TW_MODEL(name) &tw_model_##name,
#include "physics/models.inl"
#undef TW_MODEL
};

const tw_model *const *tw_models(int32_t *n) {
  *n = (int32_t)(sizeof models / sizeof models[0]);
  return models;
}

static bool parse_dynamics(const tw_node *node, const struct tw_reader *reader, void *target) {
  int32_t n;
  const tw_model *const *all = tw_models(&n);
  return tw_dynamics_parse(node, reader, all, n, target);
}

const tw_custom tw_dynamics_custom = {
    .parse = parse_dynamics,
    .shape = "[machine models](#machine-models) by name, {\"tool\": {\"model\": \"tool-wear\", ...}}",
    .schema = "{\"$ref\": \"#/$defs/dynamics\"}",
    .models = tw_models};
