"""The command `twin`: an application on top of libtwin, for people on the shop floor."""
