"""The data file: one SQLite database written through peewee.

``tables`` names the tables, ``rows`` turns field values into rows and back, ``loading`` builds the domain tree,
``store`` applies changes in transactions with their history, ``opening`` creates, checks and migrates files,
``backups`` copies them safely, ``locking`` tells who has one open.
"""
