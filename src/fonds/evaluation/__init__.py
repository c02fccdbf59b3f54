"""What `fonds.evaluate` is made of: the gold format, the comparisons and the counting."""
