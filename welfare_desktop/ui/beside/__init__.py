"""What stands beside the form: last year, findings, history and course of a target, phrases to insert."""
