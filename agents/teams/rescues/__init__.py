"""What small models get wrong, and how the team layer absorbs it: pure functions, each with its test.

`client.Rescued` applies those that shape a model call and its answer, inside the effect, so that the journal keeps
their outcome and what was mended. `endings` and `repeats` decide when a chat is over; they are pure functions of the
history, as code is found in `agents.fences`, and runs that began before go on by `former`. `definition.Rescues` names
all of them, and a team's file switches them off by these names.
"""

from __future__ import annotations
