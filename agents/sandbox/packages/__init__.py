"""The packages that code may import: the list with hashes, and how an operator has it installed."""
