"""Operating: how the model hosts are, in words, and models that operators have pulled."""
