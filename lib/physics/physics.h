// physics.h - the machine models that come with the library, one file each; models.inl is the only list.

#ifndef TW_PHYSICS_PHYSICS_H
#define TW_PHYSICS_PHYSICS_H

#include "doc/dynamics_def.h"

#define TW_MODEL(name) extern const tw_model tw_model_##name;
#include "physics/models.inl"
#undef TW_MODEL

// Every model, in the order of models.inl; the count in *n.
const tw_model *const *tw_models(int32_t *n);

// The type of "dynamics" of a station: a tw_map of tw_dynamics_def.
extern const tw_custom tw_dynamics_custom;

#endif
