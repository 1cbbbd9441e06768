"""Histories that are longer than a model's context: summed up by the model, journalled, and kept for later calls."""

from __future__ import annotations

from agents.durable.history.compaction import Fitted, Fitting, Place, replayed
from agents.durable.history.summaries import History

__all__ = ["Fitted", "Fitting", "History", "Place", "replayed"]
