"""The stages of the norm, the console that shows them and the command line that starts them."""
