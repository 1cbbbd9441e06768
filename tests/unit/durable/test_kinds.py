from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
# In a process of its own: the verdicts of Python itself are needed first.
COMPARE = """
from autogen import Agent, ConversableAgent, UserProxyAgent
from agents.durable.seams.kinds import know_agents
class Duck:
    name = system_message = description = ""
    def send(self): ...
    a_send = receive = a_receive = generate_reply = a_generate_reply = set_ui_tools = unset_ui_tools = send
class Half:
    name = ""
agents = [ConversableAgent("a", llm_config=False), UserProxyAgent("b", code_execution_config=False)]
things = [*agents, Duck(), Half(), Duck, Half, Agent, ConversableAgent, "x", 3, None, {}, [], (), object()]
before = [isinstance(thing, Agent) for thing in things]
know_agents()
know_agents()
assert [isinstance(thing, Agent) for thing in things] == before, before
assert before[:4] == [True, True, True, False], before
assert not isinstance(agents[0], UserProxyAgent)
print("same")
"""


def test_what_is_an_agent_is_what_python_itself_says() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", COMPARE], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout.strip().endswith("same"), done.stderr
