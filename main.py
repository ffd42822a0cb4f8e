"""Start the program from a checkout: ``python main.py`` opens the window, ``python main.py COMMAND …`` runs one command."""

from welfare_desktop.__main__ import main

if __name__ == "__main__":
    raise SystemExit(main())
