"""The Chinese sentences for what is used up: what it is, whose, and until when."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "over_person_runs_at_once": (
        "{name} 有 {used:,} 个任务正在进行，每个人最多同时 {limit:,} 个。其中一个结束或等待回答后，就可以启动下一个。"
    ),
    "over_channel_runs_at_once": (
        "这个频道有 {used:,} 个任务正在进行，每个频道最多同时 {limit:,} 个。"
        "其中一个结束或等待回答后，就可以启动下一个。"
    ),
    "over_team_runs_at_once": (
        "团队 {team} 有 {used:,} 个任务正在进行，每个团队最多同时 {limit:,} 个。"
        "其中一个结束或等待回答后，就可以启动下一个。"
    ),
    "over_person_runs_a_day": (
        "{name} 今天已启动 {used:,} 个任务，每个人每天最多 {limit:,} 个。从 {until} 起可以启动下一个。"
    ),
    "over_channel_runs_a_day": (
        "这个频道今天已启动 {used:,} 个任务，每个频道每天最多 {limit:,} 个。从 {until} 起可以启动下一个。"
    ),
    "over_team_runs_a_day": (
        "团队 {team} 今天已启动 {used:,} 个任务，每个团队每天最多 {limit:,} 个。从 {until} 起可以启动下一个。"
    ),
    "over_person_tokens_a_day": (
        "{name} 的任务今天已用去 {used:,} 个模型 token，每个人每天最多 {limit:,} 个。从 {until} 起可以启动下一个任务。"
    ),
    "over_channel_tokens_a_day": (
        "这个频道的任务今天已用去 {used:,} 个模型 token，每个频道每天最多 {limit:,} 个。"
        "从 {until} 起可以启动下一个任务。"
    ),
    "over_team_tokens_a_day": (
        "团队 {team} 的任务今天已用去 {used:,} 个模型 token，每个团队每天最多 {limit:,} 个。"
        "从 {until} 起可以启动下一个任务。"
    ),
    "spent_person_tokens": (
        "{name} 的任务今天已用去 {used:,} 个模型 token，每个人每天最多 {limit:,} 个。"
        "从 {until} 起，发一条消息就会启动知道这个任务内容的新任务"
    ),
    "spent_channel_tokens": (
        "这个频道的任务今天已用去 {used:,} 个模型 token，每个频道每天最多 {limit:,} 个。"
        "从 {until} 起，发一条消息就会启动知道这个任务内容的新任务"
    ),
    "spent_team_tokens": (
        "团队 {team} 的任务今天已用去 {used:,} 个模型 token，每个团队每天最多 {limit:,} 个。"
        "从 {until} 起，发一条消息就会启动知道这个任务内容的新任务"
    ),
    "spent_turns": "已有 {used:,} 次发言，每个任务最多 {limit:,} 次。下一条消息会启动知道这个任务内容的新任务",
    "spent_minutes": "已工作 {limit:,} 分钟，每个任务不能更久。下一条消息会启动知道这个任务内容的新任务",
}
