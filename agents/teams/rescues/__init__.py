"""What small models get wrong, and how the team layer absorbs it: pure functions, each with its test.

`client.Rescued` applies those that shape a model call and its answer, inside the effect, so that the journal keeps
their outcome. `endings` and `repeats` decide when a chat is over; they are pure functions of the history.
"""

from __future__ import annotations
