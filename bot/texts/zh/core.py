"""The Chinese sentences of the core: whatever platform shows them."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "demo_model": "演示模型",
    "speaker_fallback": "没有指定下一位发言者；按顺序由 {agent} 发言。",
    "history_trimmed": "对话历史超出了模型的上下文长度：最早的消息已被省略。",
    "stopped_empty": "{agent} 没有再说什么，对话已结束。",
    "stopped_courtesy": "双方只剩客套话，对话已结束。",
    "stopped_repeats": "{agent} 在重复自己，对话已结束。",
    "stopped_echo": "{agent} 只是在重复别人的话，对话已结束。",
    "ask_text": "{agent} 在等你的回答。输入“退出”结束这段对话。",
    "ask_text_code": "{agent} 在等你的回答。空回答会运行代码；输入“退出”结束这段对话。",
    "ask_text_tools": "{agent} 在等你的回答。空回答会运行工具；输入“退出”结束这段对话。",
    "ask_text_model": "{agent} 在等你的回答。空回答由模型代答；输入“退出”结束这段对话。",
    "ask_text_end": "{agent} 在等你的回答。空回答或“退出”会结束这段对话。",
    "ask_next_speaker": "下一位由谁发言？输入 1 到 {count} 的数字，或名字。",
    "ask_choice": "{agent} 在等你选择：输入 1 到 {count} 的数字，或选项的原文。",
    "ask_code": "{agent} 想运行这段代码。“批准”即运行，“拒绝 理由”则不运行，“退出”结束这段对话；其他文字作为反馈。",
    "ask_tool": "{agent} 想执行这个操作。“批准”即执行，“拒绝 理由”则不执行，“退出”结束这段对话。",
    "ask_items": (
        "{agent} 想执行 {count} 个操作。请逐个决定：“批准 1”、“拒绝 2 理由”；"
        "不带数字的“批准”或“拒绝”决定其余各项，“退出”结束这段对话。"
    ),
    "decided_some": "已决定 {decided} 项，共 {count} 项。其余待定。",
    "closed_answered": "{name} 已回答。",
    "closed_ended": "{name} 结束了这段对话。",
    "closed_ran_code": "{name} 的回答：运行代码。",
    "closed_ran_tools": "{name} 的回答：运行工具。",
    "closed_model_replies": "{name} 的回答：由模型代答。",
    "closed_approved": "{name} 已批准。",
    "closed_edited": "{name} 已修改并批准。",
    "closed_rejected": "{name} 已拒绝。",
    "closed_mixed": "{name} 已决定：批准 {approved} 项，拒绝 {rejected} 项。",
    "closed_mixed_edited": "{name} 已决定：批准 {approved} 项（修改 {edited} 项），拒绝 {rejected} 项。",
    "closed_feedback": "未运行：{name} 给出了反馈。",
    "closed_exit": "未运行：{name} 结束了这段对话。",
    "closed_expired": "已过期：没有人及时回答。",
    "closed_cancelled": "已取消。",
    "expired_reason": "没有人及时决定",
    "kept_used": "刚才所说的内容作为对 {agent} 的回答。",
    "empty_says_nothing": "空回答在这里不会触发任何操作。请写下回答，或输入“退出”结束这段对话。",
    "empty_decides_nothing": (
        "这条消息里没有可读的文字或文件，所以没有回答任何问题。请写下你的回答，或按问题上的按钮，让团队自行继续。"
    ),
    "empty_message": "空消息在这里没有意义。请写下要团队做的事。",
    "stop_too_late": "这张卡片所属的运行已经结束，因此没有停止任何运行。",
    "exit_without_run": "这里没有正在运行的任务，无需退出。",
    "choose_how": "没有这个选项。请输入 1 到 {count} 的数字，或选项的原文。",
    "approve_how": "这不能作出决定。请输入“批准”或“拒绝 理由”。",
    "change_empty": "修改后的内容是空的，没有可以运行的内容。请写下要运行的内容，或拒绝。",
    "approve_how_items": (
        "这不能作出决定。请输入“批准”或“拒绝 理由”；决定其中一项时带上编号：“批准 1”、“拒绝 2 理由”。"
    ),
    "approve_how_kept": "这不能作出决定：请输入“批准”或“拒绝 理由”。你的话会留给下一个问题。",
    "approve_how_file": "文件不能作出决定：请输入“批准”或“拒绝 理由”。你的文件会留给下一个问题。",
    "choose_how_file": "文件不是选项：请输入 1 到 {count} 的数字，或选项的原文。你的文件会留给下一个问题。",
    "approve_unseen": (
        "这无法完整显示，因此谁都不能批准（编号 {items}）。请输入“拒绝 理由”并说明改做什么，或输入“退出”。"
    ),
    "approve_unsent": "这是在待批准的内容显示之前说的。请等它显示后查看，再批准。",
    "already_decided": "这一项已经决定了。",
    "which_question": "有 {count} 个问题待回答。请直接回复你所指的那个，或使用它的按钮：{questions}。",
    "too_late": "这个问题已经关闭。",
    "too_late_by": "这个问题已经关闭：{name} 先回答了。",
    "too_late_expired": "这个问题已经过期。",
    "not_allowed": "这个问题由别人回答。",
    "not_allowed_bot": "这只能由人决定，机器人说的话不算数。",
    "muted": "从现在起，在这里我只看提到我的消息。",
    "nothing_to_stop": "这里没有正在运行的任务。",
    "unknown_team": "没有名为 {team} 的团队。可用的团队：{known}。",
    "wrong_team": "团队 {team} 无法使用：{error}。可用的团队：{known}。",
    "run_completed": "任务已完成。",
    "run_completed_because": "任务已完成：{reason}",
    "run_failed": "任务失败：{reason}",
    "run_cancelled": "任务已终止：{reason}",
    "stopped_by": "由 {name} 停止",
    "nobody_answered": "没有人及时回答 {agent}",
    "turn_limit": "已有 {count} 次回答，达到一次任务的上限。下一条消息会开始新的任务，并带上这次的记录",
    "gave_up": "{attempts} 次尝试失败，最后一次的原因：{error}",
    "gave_up_waiting": "{minutes} 分钟内无法继续，最后的原因：{error}",
    "gave_up_killed": "这个任务工作时，机器人的进程结束了 {attempts} 次，每次都没有留下任何记录",
    "thread_gone": "它的对话中已无法再显示任何内容",
    "question_not_shown": "{agent} 的问题无法在这里显示：{error}",
    "turn_not_shown": "{agent} 所说或所做的内容无法在这里显示：{error}",
    "model_unreachable": "无法连接模型服务器 {host}（{reason}）。它在运行吗？",
    "models_ollama": "{url} 上的 Ollama {version} 有：{models}",
    "models_server": "模型服务器 {url} 有：{models}",
    "models_none": "没有模型",
    "models_missing": "{url} 上没有模型 {model}",
    "models_file": "演示模型来自 {path}",
    "models_embedded": "没有找到 Ollama：由内置的演示模型 {model} 回答",
    "models_embedded_first": "没有找到 Ollama：内置的演示模型 {model} 将在首次使用时下载",
    "models_unknown": "无法得知模型的状态：{error}",
    "waits_for_model": "任务现在无法继续，会继续尝试，最多 {minutes} 分钟：{error}",
    "diverged": "重放在 {key} 处的请求与日志写下时不同。下一条消息会开始新的任务，并带上这次的记录",
    "diverged_unasked": "重放始终没有请求日志中的下一项。下一条消息会开始新的任务，并带上这次的记录",
    "journal_newer": (
        "它由更新版本的 Threadfast 开始，因此无法从停下的地方继续。下一条消息会开始新的任务，并带上这次的记录"
    ),
    "journal_other_version": (
        "它以 autogen {begun} 开始，而现在安装的是 {installed}，因此无法从停下的地方继续。"
        "下一条消息会开始新的任务，并带上这次的记录"
    ),
    "tool_gone": "它的工具 {tool} 已不再安装，因此无法从停下的地方继续。下一条消息会开始新的任务，并带上这次的记录",
    "tool_changed": (
        "它的工具 {tool} 在开始之后有了变化，因此无法从停下的地方继续。下一条消息会开始新的任务，并带上这次的记录"
    ),
    "cannot_be_kept": (
        "{what} 是 {type}，日志无法保存。请使用文本、数字、布尔值，以及由它们组成的列表、元组、集合和字典；"
        "引用代理时用名字，不要持有代理本身"
    ),
    "inside_effect": (
        "{agent} 在 {effect} 之内工作，无法恢复。请改用 register_nested_chats(..., use_async=True) 注册嵌套对话"
    ),
    "sync_chat": (
        "{agent} 开始了同步对话，会绕过日志。请使用 a_initiate_chat；"
        "嵌套对话请使用 register_nested_chats(..., use_async=True)，并各自带上 chat_id"
    ),
    "sync_reply": "{agent} 被要求同步回复，会绕过日志。请使用 a_generate_reply",
    "sync_question": "{agent} 同步地询问用户，会绕过日志。请使用 a_get_human_input",
    "sync_tool": ("{agent} 以过时的形式 `function_call` 调用 {tool}，会绕过批准和日志。请使用带 tool_calls 的消息"),
    "sync_model": (
        "同步的模型调用会绕过日志，并阻塞所有其他对话。"
        "请使用 a_initiate_chat、a_generate_reply、带 use_async=True 的嵌套对话"
    ),
    "code_without_executor": (
        "{agent} 在没有执行器的情况下运行代码。请给它一个执行器，或关闭代码执行：code_execution_config=False"
    ),
    "chat_apart": "{agent} 在任务之外开始了对话，无法恢复。请使用 a_initiate_chat",
    "chance_unrecorded": "random.{name} 不会记入日志：任务不能使用它",
    "model_cache": "{agent} 带有缓存，会把一个人的回答显示给另一个人。请去掉缓存",
    "tool_unapprovable": "工具 {tool} 的调用方式使任何人都无法批准。请以工具的形式调用",
    "waits_for_nothing": "团队在等待，却没有提出问题",
    "decides_nothing": "现在没有需要决定的事：“{text}”不起作用，也不会保留。",
    "run_from_kept": "刚才所说的内容开始新的任务：{text}",
    "answer_looped": "一个回答无止境地重复自己；重复的部分已被省略。",
    "ended_by_person": "由人结束",
    "ended_by_word": "团队表示已经完成",
    "ended_by_turns": "已有 {count} 次发言，达到团队的上限",
    "ended_by_rounds": "已有 {count} 轮，达到团队的上限",
    "ended_by_replies": "一个代理在没有人参与时的回复次数已达到上限",
    "ended_without_reply": "没有人再说什么",
    "ended_without_speaker": "没有代理接着发言",
}
