"""Reference cases with exactly known answers: builders of lines, and readings of figures."""
