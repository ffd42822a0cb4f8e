"""The page shown for a goal or the whole plan: who owes what, what was reached, and the way to each field."""
