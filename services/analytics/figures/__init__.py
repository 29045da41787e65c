"""The definitions of the figures, one file each, as pure functions over what each case contributes."""
