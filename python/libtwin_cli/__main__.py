"""`python -m libtwin_cli` is the command `twin`."""

import sys


def main() -> None:
    """The command `twin`; also while it is still being loaded Ctrl-C ends it without a word."""
    try:
        from .app import app
        from .terminal import spell_what_is_missing

        spell_what_is_missing()
    except KeyboardInterrupt:
        sys.exit(130)
    app(prog_name="twin")


if __name__ == "__main__":
    main()
