"""Writing what leaves the program.  Each verb takes a snapshot first, writes beside the target and renames."""
