"""`python -m derive`."""

from derive.command_line import main

if __name__ == "__main__":
    raise SystemExit(main())
