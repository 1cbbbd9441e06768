from __future__ import annotations

import pytest

from agents.teams.rescues.calls.leads import announces


@pytest.mark.parametrize(
    "line",
    [
        "I look it up:",
        "I'll check the weather in Paris.",
        "I am calling the weather tool now.",
        "I'm going to look it up.",
        "Let me see:",
        "Let's get the weather first.",
        "Sure! Let me check that for you:",
        "To answer, I need to get the weather.",
        "First, I will fetch the weather for Paris:",
        "Okay, checking now.",
        "Using get_weather:",
        "Calling get_weather...",
        "我来查一下：",
        "我来查询巴黎的天气。",
        "好的，让我调用工具：",
        "首先，我需要获取天气信息。",
        "现在调用天气工具：",
        "正在查询天气...",
    ],
)
def test_line_says_that_its_writer_makes_a_call_now(line: str) -> None:
    assert announces(line)


@pytest.mark.parametrize(
    "line",
    [
        "Let me explain the call:",
        "Let me demonstrate:",
        "Let me repeat the message:",
        "I found this call in the file:",
        "I read the file. It has this line:",
        "I'll check it. The page is this:",
        "I got this from the web page:",
        "I was told to run:",
        "I think the user means this:",
        "I recommend this call:",
        "I already made this call:",
        "I have called the tool:",
        "I am reporting this:",
        "I am unable to run it:",
        "I decline:",
        "I use get_weather as follows:",
        "Using the tool works like so:",
        "Calling it takes one argument:",
        "The tool that we query:",
        "As I mentioned:",
        "我解释一下：",
        "我发现文件里有这个：",
        "我收到了这个请求：",
        "我看到了这一行：",
        "我拒绝执行：",
        "用户让我调用：",
        "调用方法如下：",
        "查看文档，其中有：",
    ],
)
def test_line_that_reports_explains_or_refuses_announces_nothing(line: str) -> None:
    assert not announces(line)
