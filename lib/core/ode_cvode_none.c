// ode_cvode_none.c - the CVODE solver in a build without SUNDIALS: there is none to be had.

#include "core/ode_cvode.h"

#ifndef TW_HAS_SUNDIALS

const char *tw_cvode_version(void) { return NULL; }

tw_ode_status tw_cvode_new(tw_cvode **cvode, const tw_ode *ode, tw_cvode_method method) {
  (void)ode, (void)method;
  *cvode = NULL;
  return TW_ODE_MISSING;
}

void tw_cvode_free(tw_cvode *cvode) { (void)cvode; }

tw_ode_status tw_cvode_begin(tw_cvode *cvode, const double *y, double h_s, double h_max_s) {
  (void)cvode, (void)y, (void)h_s, (void)h_max_s;
  return TW_ODE_MISSING;
}

tw_ode_status tw_cvode_step(tw_cvode *cvode, tw_ode_step *step, double *h_next_s) {
  (void)cvode, (void)step, (void)h_next_s;
  return TW_ODE_MISSING;
}

tw_cvode_counts tw_cvode_count(const tw_cvode *cvode) {
  (void)cvode;
  return (tw_cvode_counts){0};
}

const char *tw_cvode_message(const tw_cvode *cvode) {
  (void)cvode;
  return "this libtwin was built without SUNDIALS, which the cvode solver needs";
}

#endif
