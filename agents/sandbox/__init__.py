"""The sandbox: code that agents wrote runs in a bubblewrap box, or not at all.

`executor.SandboxExecutor` is what a team gets; `sandbox.Sandbox.prove` says whether boxes work on this host;
`box.run_box` is one box from start to end; `command` and `seccomp` say what it is made of.
"""

from __future__ import annotations
