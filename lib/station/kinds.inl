// kinds.inl - every kind of place, one line each. A new kind is its file and its line here.
TW_KIND(source)
TW_KIND(buffer)
TW_KIND(machine)
TW_KIND(inspection)
TW_KIND(demand)
TW_KIND(out)
TW_KIND(scrap)
