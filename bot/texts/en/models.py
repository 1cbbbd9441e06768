"""The English sentences about models: what a call waits for."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "call_queued": "Place {place} in the queue for {model}.",
    "call_queued_next": "Next in the queue for {model}.",
    "call_queued_somewhere": "In the queue for {model}.",
    "call_loading": "{model} is being loaded into memory.",
    "call_asked": "{model} has the request.",
    "call_again": "The answer broke off; {model} is asked once more.",
    "call_takes": "{state} {time}",
    "call_seconds": "About {count} seconds to go.",
    "call_minute": "About a minute to go.",
    "call_minutes": "About {count} minutes to go.",
    "call_hour": "About an hour to go.",
    "call_hours": "About {count} hours to go.",
    "history_compacting": "What was said so far no longer fits the model's context; it is being summed up.",
    "history_compacted": (
        "What was said so far no longer fits the model's context: the agents now read a summary of the older messages. "
        "The task, your words and the newest messages stay as they were said."
    ),
    "history_not_compacted": (
        "What was said so far no longer fits the model's context, and the model gave no summary of it: "
        "the oldest messages were left out."
    ),
    "history_cut": "A message was too long for the model's context: its middle was left out.",
    "context_too_small": (
        "The instructions and the task alone are too long for the context of {model}, which takes about {tokens} "
        "tokens of them. A model with a larger context, or a shorter message, helps."
    ),
    "call_queue_full": "{count} calls wait for the model {model} already, and more may not. Try again later.",
    "no_model_host": "No model host answers: {hosts}.",
    "model_missing": "The model {model!r} is on no model host: {host}.",
    "model_missing_there": "The model {model!r} is not on the model host {host}. Pull it there, or name one that is.",
    "waits_for_host": "The run waits until a model host is there again, and goes on then: {error}",
    "models_named": "{name} at {url}",
    "models_fallback": "the model {model} is on no host that answers; {other} is asked in its place",
    "models_context": (
        "{url} has {model} in memory with a context of {there} tokens, and Threadfast asks for {ours}: "
        "the next call loads it again"
    ),
    "models_cloud": "the model {model} does not run on {url} but in a cloud, and is refused",
}
