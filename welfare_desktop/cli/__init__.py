"""The command line: arguments in, operations called, text or one JSON object out.  It owns no rule."""
