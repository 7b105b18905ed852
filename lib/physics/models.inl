// models.inl - every machine model, the one list: TW_MODEL(name of its object).

TW_MODEL(equations)
TW_MODEL(tool_wear)
TW_MODEL(lumped_thermal)
