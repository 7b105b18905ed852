// hold_peer.c - the reference for the agenda (hold.c of the peers, structure d4p) at one size, so that
// it can take turns with hold_bench; by itself it runs seven structures for minutes. Compiled by
// run.sh, which knows where the peers are. Prints "hold N": ns of CPU time, the median of five.
//
//   hold_peer SIZE

#define main run_all_structures
#include "hold.c"
#undef main

static double hold_d4p_ns(uint32_t size, uint64_t n_hold) {
  double start_ns = 0;
  h = malloc((size + 8) * sizeof *h);
  pos = malloc((size_t)size * sizeof *pos);
  if (h == NULL || pos == NULL) exit(1);
  n = seq = ri = 0;
  for (uint32_t i = 0; i < size; i++) d4p_push((ev){nxt(), seq++, i});
  for (int pass = 0; pass < 2; pass++) {  // the first one warms up to the steady state
    start_ns = now();
    for (uint64_t k = 0; k < n_hold; k++) {
      ev e = h[0];
      e.t += nxt();
      e.seq = seq++;
      d4p_down(0, e);
    }
  }
  const double ns = (now() - start_ns) / (double)n_hold;
  free(h);
  free(pos);
  return ns;
}

int main(int n_argument, char **arguments) {
  enum { N_REPEAT = 5 };
  const uint32_t size = n_argument > 1 ? (uint32_t)atoi(arguments[1]) : 1000;
  double ns[N_REPEAT];
  for (int i = 0; i < NR; i++) inc[i] = -log(u01());
  for (int i = 0; i < N_REPEAT; i++) ns[i] = hold_d4p_ns(size, size >= 100000 ? 2000000 : 4000000);
  qsort(ns, N_REPEAT, sizeof *ns, cmpd);
  printf("hold %.4g\n", ns[N_REPEAT / 2]);
  return 0;
}
