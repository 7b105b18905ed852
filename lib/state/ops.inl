// ops.inl - everything a host may do to a run, one line each: name, then its arguments and what they
// count. A log of these calls behind a snapshot replays a run to the same bits. Numbers are positions:
// append only.
TW_OP(until, {"time_us", TW_NOT_NEGATIVE})
TW_OP(wake, {"time_us", TW_NOT_NEGATIVE})
TW_OP(reseed, {"salt", TW_ANY}, {"keeps_pending", TW_BOOLEAN})
TW_OP(machine_down, {"machine", TW_OF_MACHINE})
TW_OP(machine_up, {"machine", TW_OF_MACHINE})
TW_OP(step, {NULL, TW_ANY})
TW_OP(order_add, {"place", TW_OF_PLACE}, {"part_type", TW_OF_PART_TYPE}, {"quantity", TW_ANY},
      {"due_us", TW_ANY}, {"priority", TW_ANY})
TW_OP(part_move, {"part", TW_ANY}, {"to", TW_OF_PLACE})
TW_OP(part_priority, {"part", TW_ANY}, {"priority", TW_ANY})
TW_OP(part_due, {"part", TW_ANY}, {"due_us", TW_ANY})
TW_OP(mode_left, {"mode", TW_OF_MODE}, {"left", TW_ANY})
TW_OP(maintenance_request, {"mode", TW_OF_MODE})
