"""The form of one activity: fields, the table of indicators and results, and the verbs on what one is in."""
