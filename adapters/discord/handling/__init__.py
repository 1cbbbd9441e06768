"""What follows from a delivery."""
