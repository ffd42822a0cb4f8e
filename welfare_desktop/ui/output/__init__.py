"""Files and paper that go out: export dialogs, preview, printing, the look at personal data."""
