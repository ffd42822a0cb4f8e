"""Start the program from a checkout: ``python main.py`` opens the window, ``python main.py COMMAND …`` runs one command."""

if __name__ == "__main__":
    try:
        from welfare_desktop.__main__ import main
    except KeyboardInterrupt:  # before anything was begun
        raise SystemExit(2) from None
    raise SystemExit(main())
