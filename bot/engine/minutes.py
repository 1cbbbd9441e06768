"""How long a run may work, of all its steps together: what it waits for people does not count."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.budgets import Budgets, worked
from bot.domain import Outcome, Run
from bot.errors import OverBudgetError
from bot.ports import Store
from bot.texts import say


async def within_minutes(store: Store, budgets: Budgets, run: Run, work: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """Have a run go on for as long as it may still work.

    Raises:
        OverBudgetError: That is over.
    """
    minutes = budgets.minutes(run)
    if minutes is None:
        return await work()
    spent = await store.read(lambda records: worked(records.usage.spans(run.id)))
    limit = asyncio.timeout(max(0.0, minutes * 60 - spent))
    try:
        async with limit:
            return await work()
    except TimeoutError as error:
        if not limit.expired():
            raise
        facts = {"limit": minutes}
        sentence = say("spent_minutes", "en", **facts)
        raise OverBudgetError(sentence, text_id="spent_minutes", facts=facts) from error
