"""Taking in files that came back: what differs, deciding it, the ledger."""
