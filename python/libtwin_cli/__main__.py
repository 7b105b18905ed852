"""`python -m libtwin_cli` is the command `twin`."""

from .app import main

main()
