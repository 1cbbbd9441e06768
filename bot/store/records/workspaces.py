"""What is kept of the workspaces that the bot works in."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.domain import Installation
from bot.store.database import insert
from bot.store.records.transaction import Transaction
from bot.store.schema import default_teams, installations

# A workspace's own row has no channel, so it sorts before any channel's.
_DEFAULT = (
    sa.select(default_teams.c.team)
    .where(
        default_teams.c.adapter == bindparam("an_adapter"),
        default_teams.c.workspace == bindparam("a_workspace"),
        sa.or_(default_teams.c.channel == bindparam("a_channel"), default_teams.c.channel == ""),
    )
    .order_by(default_teams.c.channel.desc())
    .limit(1)
)
_put_default = insert(default_teams)
_SET_DEFAULT = _put_default.on_conflict_do_update(
    index_elements=[default_teams.c.adapter, default_teams.c.workspace, default_teams.c.channel],
    set_={"team": _put_default.excluded.team},
)
_GET = sa.select(installations.c.sealed).where(
    installations.c.adapter == bindparam("an_adapter"), installations.c.workspace == bindparam("a_workspace")
)
_put = insert(installations)
_INSTALL = _put.on_conflict_do_update(
    index_elements=[installations.c.adapter, installations.c.workspace], set_={"sealed": _put.excluded.sealed}
)
_UNINSTALL = sa.delete(installations).where(
    installations.c.adapter == bindparam("an_adapter"), installations.c.workspace == bindparam("a_workspace")
)


class SqlWorkspaces:
    """`bot.ports.Workspaces` of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def default_team(self, adapter: str, workspace: str, channel: str) -> str | None:
        """Return the channel's default team, else its workspace's, else None."""
        place = {"an_adapter": adapter, "a_workspace": workspace, "a_channel": channel}
        team: str | None = self._transaction.execute(_DEFAULT, place).scalar_one_or_none()
        return team

    def set_default_team(self, adapter: str, workspace: str, channel: str, team: str) -> None:
        """Set the default team of a channel; of the workspace, where the channel is empty."""
        row = {"adapter": adapter, "workspace": workspace, "channel": channel, "team": team}
        self._transaction.execute(_SET_DEFAULT, row)

    def installation(self, adapter: str, workspace: str) -> Installation | None:
        """Return what the adapter keeps of this workspace."""
        found = self._transaction.execute(_GET, {"an_adapter": adapter, "a_workspace": workspace})
        sealed = found.scalar_one_or_none()
        return None if sealed is None else Installation(adapter=adapter, workspace=workspace, sealed=sealed)

    def install(self, installation: Installation) -> None:
        """Keep this of a workspace, instead of what was kept."""
        row = {
            "adapter": installation.adapter,
            "workspace": installation.workspace,
            "sealed": installation.sealed,
        }
        self._transaction.execute(_INSTALL, row)

    def uninstall(self, adapter: str, workspace: str) -> None:
        """Forget what was kept of a workspace; its conversations stay."""
        self._transaction.execute(_UNINSTALL, {"an_adapter": adapter, "a_workspace": workspace})
