"""The data file: one SQLite database.

``tables`` describes the tables, ``rows`` turns field values into rows and back (``storable`` says which), ``loading``
builds the domain tree, ``digests`` prove it, ``store`` applies changes in transactions with their history.
``connecting`` knows settings, copies and renames, ``opening`` creates and checks files, ``migrating`` brings old ones
up, ``backups`` copies them safely, ``rescuing`` gets out of a damaged one what is left, ``locking`` tells who has one
open, ``failures`` says what went wrong.  ``merge_records`` keeps what merging needs beside the fields.
"""
