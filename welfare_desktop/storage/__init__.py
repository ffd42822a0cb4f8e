"""The data file: one SQLite database.

``tables`` describes the tables, ``rows`` turns field values into rows and back (``storable`` says which), ``loading``
builds the domain tree, ``digests`` prove it, ``store`` applies changes in transactions with their history.
``connecting`` knows settings, copies and renames, ``opening`` creates and checks files, ``migrating`` brings old ones
up, ``backups`` copies them safely, ``locking`` tells who has one open, ``failures`` says what went wrong.
"""
