"""One verb per thing a user does.

``opening`` makes and opens data files, ``session`` is an open one with edits and undo, ``structure`` changes slots,
departments and goals, ``importing`` reads reports, ``dumping`` writes the canonical JSON, ``exporting`` the workbooks
and papers.  The window and the command line call nothing else.
"""
