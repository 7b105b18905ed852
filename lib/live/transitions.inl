// transitions.inl - what an event of a log can be: TW_TRANSITION(id, word, help). The word stands in mapping files, in
// exported logs and in the column "transition".
TW_TRANSITION(ENTER, "enter", "the part comes to the entity: it waits there or is loaded")
TW_TRANSITION(START, "start", "work on the part begins")
TW_TRANSITION(SUSPEND, "suspend", "work stops for a while; the part stays")
TW_TRANSITION(RESUME, "resume", "and goes on")
TW_TRANSITION(COMPLETE, "complete", "work on the part has ended")
TW_TRANSITION(LEAVE, "leave", "the part leaves the entity; for good if `what` is `ship`")
TW_TRANSITION(FAIL, "fail", "the entity goes down")
TW_TRANSITION(REPAIR, "repair", "and is up again")
TW_TRANSITION(SCRAP, "scrap", "the part becomes scrap and is gone")
TW_TRANSITION(SAMPLE, "sample", "a signal of the entity, or of the part on it, has a value")
