"""What follows from a delivery, on every platform."""
