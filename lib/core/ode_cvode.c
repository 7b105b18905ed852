// ode_cvode.c - CVODE, one context, vectors and memory for each solver, so that solvers never meet.
// The only file that knows SUNDIALS: written for 6.4; what 7 does otherwise stands in one place.
//
// Replay: CVodeReInit puts back order, history, step counts and (through its first step) the
// Jacobian and the rate of convergence, so what a solver did before leaves no trace in the steps
// that follow. Root finding is off: the caller looks for roots on the polynomials.

#include "core/ode_cvode.h"

#ifdef TW_HAS_SUNDIALS

#include <cvode/cvode.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <stdarg.h>
#include <string.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <sunnonlinsol/sunnonlinsol_fixedpoint.h>

#include "base/assert.h"
#include "base/format.h"

#ifndef SUNDIALS_DOUBLE_PRECISION
#error "SUNDIALS was not built for double"
#endif

enum {
  // Attempts at one step, instead of 10 and 7: a first step that is far too long costs some more.
  // Each is at most 4 times shorter when Newton fails, 10 times when the error is too large.
  MAX_ATTEMPT = 24,
  MESSAGE_BYTES = 256
};

// A system at rest doubles its steps for ever; powers of this one are still numbers.
static const double longest_step_s = 1e30;

struct tw_cvode {
  tw_ode ode;
  SUNContext context;
  void *memory;  // CVODE's own
  N_Vector y, derivative;
  SUNMatrix matrix;              // of Newton
  SUNLinearSolver linear;        // of Newton
  SUNNonlinearSolver iteration;  // fixed point; Newton's is made by CVODE itself
  tw_ode_status status;          // a failure holds until the solver begins anew
  bool has_gone_wrong;           // f or its Jacobian was not finite in an attempt at this step
  bool is_fresh;                 // no step since it began: CVODE's counters are still older ones
  double t_s;                    // end of the last step
  double *end;                   // [n] the last polynomial there
  tw_cvode_counts done;          // before it began; n_rhs is always up to date
  char message[MESSAGE_BYTES];
};

__attribute__((format(printf, 2, 3))) static void set_message(tw_cvode *cvode, const char *format,
                                                              ...) {
  va_list args;
  va_start(args, format);
  tw_vformat(cvode->message, MESSAGE_BYTES, format, args);
  va_end(args);
}

// Keeps what SUNDIALS says. It prints numbers in the host's locale: a comma between digits is a
// point.
static void keep_message(tw_cvode *cvode, const char *text) {
  set_message(cvode, "%s", text);
  for (char *at = cvode->message; *at != '\0'; at++) {
    const bool is_inside = at > cvode->message && at[-1] >= '0' && at[-1] <= '9';
    if (*at == ',' && is_inside && at[1] >= '0' && at[1] <= '9') *at = '.';
  }
}

// ---- where 6 and 7 differ ----
#if SUNDIALS_VERSION_MAJOR >= 7

#define NO_COMMUNICATOR SUN_COMM_NULL

static void hear(int line, const char *function, const char *file, const char *text,
                 SUNErrCode code, void *self, SUNContext context) {
  (void)line, (void)function, (void)file, (void)code, (void)context;
  keep_message(self, text);
}

static bool silence_context(tw_cvode *cvode) {
  return SUNContext_ClearErrHandlers(cvode->context) == 0 &&
         SUNContext_PushErrHandler(cvode->context, hear, cvode) == 0;
}

static bool silence_memory(tw_cvode *cvode) {
  (void)cvode;
  return true;
}

#else

#define NO_COMMUNICATOR NULL

static void hear(int code, const char *module, const char *function, char *text, void *self) {
  (void)code, (void)module, (void)function;
  keep_message(self, text);
}

static bool silence_context(tw_cvode *cvode) {
  (void)cvode;
  return true;
}

static bool silence_memory(tw_cvode *cvode) {
  return CVodeSetErrHandlerFn(cvode->memory, hear, cvode) == CV_SUCCESS;
}

#endif

// ---- callbacks: above 0 makes CVODE try a shorter step ----
static bool is_finite(const double *values, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    if (!isfinite(values[i])) return false;
  return true;
}

static int evaluate(double t_s, N_Vector y, N_Vector dy, void *self) {
  tw_cvode *cvode = self;
  double *out = N_VGetArrayPointer(dy);
  cvode->done.n_rhs++;
  cvode->ode.rhs(cvode->ode.self, t_s, N_VGetArrayPointer(y), out);
  if (is_finite(out, cvode->ode.n)) return 0;
  cvode->has_gone_wrong = true;
  return 1;
}

static int differentiate(double t_s, N_Vector y, N_Vector dy, SUNMatrix matrix, void *self,
                         N_Vector work_1, N_Vector work_2, N_Vector work_3) {
  (void)dy, (void)work_1, (void)work_2, (void)work_3;
  tw_cvode *cvode = self;
  const int64_t n = cvode->ode.n;
  double *columns = SUNDenseMatrix_Data(matrix);
  cvode->ode.jacobian(cvode->ode.self, t_s, N_VGetArrayPointer(y), columns);
  if (is_finite(columns, n * n)) return 0;
  cvode->has_gone_wrong = true;
  return 1;
}

// ---- making ----
static bool make_vectors(tw_cvode *cvode) {
  if (SUNContext_Create(NO_COMMUNICATOR, &cvode->context) != 0) return false;
  if (!silence_context(cvode)) return false;
  cvode->y = N_VNew_Serial(cvode->ode.n, cvode->context);
  cvode->derivative = N_VNew_Serial(cvode->ode.n, cvode->context);
  cvode->end = tw_memory_zeroed(cvode->ode.memory, (size_t)cvode->ode.n, sizeof(double));
  return cvode->y != NULL && cvode->derivative != NULL && cvode->end != NULL;
}

// Orders are limited before CVodeInit, which then takes less memory. Warnings are off: the message
// is for failures.
static bool make_memory(tw_cvode *cvode, tw_cvode_method method) {
  cvode->memory = CVodeCreate(method == TW_CVODE_BDF ? CV_BDF : CV_ADAMS, cvode->context);
  if (cvode->memory == NULL || !silence_memory(cvode)) return false;
  N_VConst(0, cvode->y);
  if (CVodeSetMaxOrd(cvode->memory, TW_ODE_DEGREE) != CV_SUCCESS ||
      CVodeInit(cvode->memory, evaluate, 0, cvode->y) != CV_SUCCESS)
    return false;
  memcpy(N_VGetArrayPointer(cvode->y), cvode->ode.atol, (size_t)cvode->ode.n * sizeof(double));
  return CVodeSVtolerances(cvode->memory, cvode->ode.rtol, cvode->y) == CV_SUCCESS &&
         CVodeSetUserData(cvode->memory, cvode) == CV_SUCCESS &&
         CVodeSetMaxErrTestFails(cvode->memory, MAX_ATTEMPT) == CV_SUCCESS &&
         CVodeSetMaxConvFails(cvode->memory, MAX_ATTEMPT) == CV_SUCCESS &&
         CVodeSetMaxHnilWarns(cvode->memory, -1) == CV_SUCCESS;
}

static bool make_newton(tw_cvode *cvode) {
  cvode->matrix = SUNDenseMatrix(cvode->ode.n, cvode->ode.n, cvode->context);
  // a release build of 7 does not look whether it got its memory
  if (cvode->matrix == NULL || SUNDenseMatrix_Data(cvode->matrix) == NULL) return false;
  cvode->linear = SUNLinSol_Dense(cvode->y, cvode->matrix, cvode->context);
  if (cvode->linear == NULL ||
      CVodeSetLinearSolver(cvode->memory, cvode->linear, cvode->matrix) != CV_SUCCESS)
    return false;
  return cvode->ode.jacobian == NULL || CVodeSetJacFn(cvode->memory, differentiate) == CV_SUCCESS;
}

static bool make_fixed_point(tw_cvode *cvode) {
  cvode->iteration = SUNNonlinSol_FixedPoint(cvode->y, 0, cvode->context);
  return cvode->iteration != NULL &&
         CVodeSetNonlinearSolver(cvode->memory, cvode->iteration) == CV_SUCCESS;
}

// ---- work done ----
// CVODE's counters start anew with the first step behind CVodeReInit, not with CVodeReInit.
static tw_cvode_counts count_all(const tw_cvode *cvode) {
  tw_cvode_counts counts = cvode->done;
  if (cvode->is_fresh) return counts;
  long n_step = 0, n_jacobian = 0, n_error_failure = 0, n_newton_failure = 0;
  CVodeGetNumSteps(cvode->memory, &n_step);
  CVodeGetNumErrTestFails(cvode->memory, &n_error_failure);
  CVodeGetNumNonlinSolvConvFails(cvode->memory, &n_newton_failure);
  if (cvode->matrix != NULL) CVodeGetNumJacEvals(cvode->memory, &n_jacobian);
  counts.n_step += n_step;
  counts.n_jacobian += n_jacobian;
  counts.n_error_failure += n_error_failure;
  counts.n_newton_failure += n_newton_failure;
  return counts;
}

// ---- stepping ----
// CVODE's polynomial is its Taylor polynomial about the step's end, in x - 1. Rows 2 and above of c
// are the Taylor coefficients h^k y^(k) / k!, shifted from x = 1 to x = 0 by repeated synthetic
// division, in which rows below 2 do not take part.
//
// Rows 0 and 1 follow from the ends, because CVODE's polynomial runs through both: its correction
// is 0 at the step before (Byrne and Hindmarsh 1975, "A polyalgorithm for the numerical solution of
// ordinary differential equations"; here within 16 ulp of its largest term, by both methods, also
// behind failed attempts and changes of order). So neighbours can meet in the same bits, c[0] is
// what the one before gives for x = 1, and its distance to CVODE's own y never adds up.
static bool fill_polynomial(tw_cvode *cvode, double h_s, int32_t degree, double *c) {
  const int32_t n = cvode->ode.n;
  const double *y = N_VGetArrayPointer(cvode->y);
  const double *derivative = N_VGetArrayPointer(cvode->derivative);
  memset(c, 0, (size_t)n * TW_ODE_N_COEFFICIENT * sizeof *c);
  double scale = h_s;
  for (int32_t k = 2; k <= degree; k++) {
    scale *= h_s / k;
    if (CVodeGetDky(cvode->memory, cvode->t_s, k, cvode->derivative) != CV_SUCCESS) return false;
    for (int32_t i = 0; i < n; i++) c[k * n + i] = scale * derivative[i];
  }
  for (int32_t first = 0; first < degree; first++) {
    for (int32_t k = degree - 1; k >= 2 && k >= first; k--)
      for (int32_t i = 0; i < n; i++) c[k * n + i] -= c[(k + 1) * n + i];
  }
  for (int32_t i = 0; i < n; i++) {
    double curved = 0;
    for (int32_t k = degree; k >= 2; k--) curved += c[k * n + i];
    c[i] = cvode->end[i];
    c[n + i] = (y[i] - cvode->end[i]) - curved;
    cvode->end[i] = tw_ode_value(c, n, i, 1);
  }
  return is_finite(c, (int64_t)n * TW_ODE_N_COEFFICIENT);
}

static tw_ode_status fail(tw_cvode *cvode, tw_ode_status status) {
  TW_ASSERT(status != TW_ODE_OK && cvode->message[0] != '\0');
  cvode->status = status;
  return status;
}

// CVODE has its own flags for an f that failed, but a difference quotient that meets such an f is
// to it a Newton iteration that did not converge.
static tw_ode_status fail_step(tw_cvode *cvode, int flag) {
  if (flag == CV_MEM_FAIL) return fail(cvode, TW_ODE_MEMORY);
  if (!cvode->has_gone_wrong) return fail(cvode, TW_ODE_TOO_SMALL);
  set_message(cvode, "At t = %g, the derivatives are not finite.", cvode->t_s);
  return fail(cvode, TW_ODE_NOT_FINITE);
}

// ---- the functions of the header ----
const char *tw_cvode_version(void) { return SUNDIALS_VERSION; }

tw_ode_status tw_cvode_new(tw_cvode **cvode, const tw_ode *ode, tw_cvode_method method) {
  TW_ASSERT(ode->n > 0 && ode->rhs != NULL && ode->atol != NULL && ode->rtol >= 0);
  *cvode = NULL;
  tw_cvode *made = tw_memory_zeroed(ode->memory, 1, sizeof *made);
  if (made == NULL) return TW_ODE_MEMORY;
  made->ode = *ode;
  made->is_fresh = true;
  if (!make_vectors(made) || !make_memory(made, method) ||
      !(method == TW_CVODE_BDF ? make_newton(made) : make_fixed_point(made))) {
    tw_cvode_free(made);
    return TW_ODE_MEMORY;
  }
  *cvode = made;
  return TW_ODE_OK;
}

void tw_cvode_free(tw_cvode *cvode) {
  if (cvode == NULL) return;
  CVodeFree(&cvode->memory);
  SUNNonlinSolFree(cvode->iteration);
  SUNLinSolFree(cvode->linear);
  SUNMatDestroy(cvode->matrix);
  N_VDestroy(cvode->derivative);
  N_VDestroy(cvode->y);
  SUNContext_Free(&cvode->context);
  tw_memory_free(cvode->ode.memory, cvode->end);
  tw_memory_free(cvode->ode.memory, cvode);
}

tw_ode_status tw_cvode_begin(tw_cvode *cvode, const double *y, double h_s, double h_max_s) {
  TW_ASSERT(h_s > 0 && isfinite(h_s) && h_max_s > 0);
  const size_t n_bytes = (size_t)cvode->ode.n * sizeof(double);
  cvode->done = count_all(cvode);
  cvode->is_fresh = true;
  cvode->has_gone_wrong = false;
  cvode->status = TW_ODE_OK;
  cvode->message[0] = '\0';
  cvode->t_s = 0;
  memcpy(N_VGetArrayPointer(cvode->y), y, n_bytes);
  memcpy(cvode->end, y, n_bytes);
  if (!is_finite(y, cvode->ode.n)) {
    set_message(cvode, "a state is not finite at the start");
    return fail(cvode, TW_ODE_NOT_FINITE);
  }
  int flag = CVodeReInit(cvode->memory, 0, cvode->y);
  if (flag == CV_SUCCESS) flag = CVodeSetInitStep(cvode->memory, h_s);
  // CVODE keeps to the limit but for rounding
  const double limit_s = fmin(h_max_s, longest_step_s) * (1 - 0x1p-50);
  if (flag == CV_SUCCESS) flag = CVodeSetMaxStep(cvode->memory, limit_s);
  return flag == CV_SUCCESS ? TW_ODE_OK : fail_step(cvode, flag);
}

tw_ode_status tw_cvode_step(tw_cvode *cvode, tw_ode_step *step, double *h_next_s) {
  if (cvode->status != TW_ODE_OK) return cvode->status;
  // In CV_ONE_STEP mode `tout` gives the direction of time and nothing else: its size counts only
  // where CVODE estimates the first step (cvHin, which also refuses one that is too near).
  const double direction = 1;
  const double start_s = cvode->t_s;
  cvode->is_fresh = false;
  cvode->has_gone_wrong = false;
  const int flag = CVode(cvode->memory, direction, cvode->y, &cvode->t_s, CV_ONE_STEP);
  if (flag != CV_SUCCESS) return fail_step(cvode, flag);
  if (!(cvode->t_s > start_s)) {
    set_message(cvode, "At t = %g, steps are so small that time stands still.", start_s);
    return fail_step(cvode, flag);
  }
  int degree = 0;
  CVodeGetLastOrder(cvode->memory, &degree);
  CVodeGetLastStep(cvode->memory, &step->h_s);
  CVodeGetCurrentStep(cvode->memory, h_next_s);
  TW_ASSERT(degree >= 1 && degree <= TW_ODE_DEGREE);
  TW_ASSERT(start_s + step->h_s == cvode->t_s);  // CVODE adds in the same way
  step->t_s = start_s;
  step->degree = degree;
  if (!fill_polynomial(cvode, step->h_s, degree, step->c)) {
    set_message(cvode, "At t = %g, a state is no longer finite.", cvode->t_s);
    return fail(cvode, TW_ODE_NOT_FINITE);
  }
  return TW_ODE_OK;
}

tw_cvode_counts tw_cvode_count(const tw_cvode *cvode) { return count_all(cvode); }

const char *tw_cvode_message(const tw_cvode *cvode) { return cvode->message; }

#endif
