"""How fast fonds is: beside what others would do, beside the machine's limits, and as collections grow."""
