"""The figures: each a ratio or a count within one run, against a yardstick of the same run."""
