// ops.inl - everything a host may do to a run, one line each: name, what its argument is. A log of
// these calls behind a snapshot replays a run to the same bits. Numbers are positions: append only.
TW_OP(until, "instant in us")
TW_OP(wake, "instant in us")
TW_OP(reseed, "salt")
TW_OP(machine_down, "machine")
TW_OP(machine_up, "machine")
