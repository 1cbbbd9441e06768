"""Discord's REST API as the rest of this adapter calls it: plain values in and out, refusals translated."""
