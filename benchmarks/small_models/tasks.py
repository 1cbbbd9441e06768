"""The forty tasks. They were fixed before any result was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.small_models.checks import (
    Check,
    answers,
    names,
    prints,
    prints_at_last,
    prints_word,
    returns,
    says_and_ends,
    speak_first,
)


class Group(StrEnum):
    """What kind of task it is."""

    PROGRAMS = "programs"
    ARITHMETIC = "arithmetic"
    EXTRACTION = "extraction"
    TERMINATION = "termination"
    SPEAKERS = "speakers"
    TOOLS = "tools"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What somebody asks of a team, and whether what came of it is right."""

    name: str
    group: Group
    team: str
    """The team of `benchmarks.small_models.teams` that is asked."""
    words: str
    solved: Check


def _programs() -> list[Task]:
    asked: list[tuple[str, str, Check]] = [
        (
            "primes",
            "开发一个python程序计算30以内的质数，然后 user_proxy agent 执行这个程序",
            prints(2, 3, 5, 7, 11, 13, 17, 19, 23, 29),
        ),
        ("primes-between", "Print the prime numbers between 50 and 80.", prints(53, 59, 61, 67, 71, 73, 79)),
        (
            "fibonacci",
            "Print the first ten Fibonacci numbers, beginning with 0 and 1.",
            prints(0, 1, 1, 2, 3, 5, 8, 13, 21, 34),
        ),
        ("sum", "Write a Python program that adds up the whole numbers from 1 to 100.", prints_at_last(5050)),
        ("factorial", "用python程序计算10的阶乘", prints_at_last(3628800)),
        ("squares", "Print the squares of the numbers from 1 to 10.", prints(*(n * n for n in range(1, 11)))),
        ("gcd", "What is the greatest common divisor of 84 and 126? Use a program.", prints_at_last(42)),
        ("divisors", "Print all divisors of 36.", prints(1, 2, 3, 4, 6, 9, 12, 18, 36)),
        ("binary", "Write a program that prints the number 37 in binary.", prints_at_last(100101)),
        ("sorted", "Sort the list [9, 4, 7, 1, 8] from the largest to the smallest.", prints(9, 8, 7, 4, 1)),
        ("vowels", 'Count the vowels in the text "threadfast makes teams" with a program.', prints_at_last(7)),
        ("reversed", 'Print the word "harbin" backwards.', prints_word("nibrah")),
        ("sevens", "编写程序，输出1到50之间所有能被7整除的数", prints(7, 14, 21, 28, 35, 42, 49)),
        ("leap-years", "Print the leap years from 2000 to 2020, both included.", prints(*range(2000, 2021, 4))),
    ]
    return [
        Task(name=name, group=Group.PROGRAMS, team="coder", words=words, solved=check) for name, words, check in asked
    ]


def _arithmetic() -> list[Task]:
    asked = [
        ("plus", "How much is 17 + 26?", "43"),
        ("times", "How much is 9 times 8?", "72"),
        ("eggs", "A box holds 4 rows of 6 eggs. 5 eggs are broken. How many eggs are whole?", "19"),
        ("minutes", "A train leaves at 9:15 and arrives at 11:45. How many minutes does it take?", "150"),
        ("apples", "小明有15个苹果，吃了4个，又买了7个。他现在有几个苹果？", "18"),
        ("percent", "What is 15 percent of 200?", "30"),
    ]
    return [
        Task(
            name=name,
            group=Group.ARITHMETIC,
            team="calculating",
            words=words,
            solved=answers("assistant", expected),
        )
        for name, words, expected in asked
    ]


def _extraction() -> list[Task]:
    asked: list[tuple[str, str, Sequence[str], Sequence[str]]] = [
        (
            "addresses",
            "List only the e-mail addresses in this text: Please write to anna@example.org or, in urgent cases, to "
            "desk.night@example.com. Our shop is at www.example.net.",
            (r"anna@example\.org", r"desk\.night@example\.com"),
            (r"www\.example\.net",),
        ),
        (
            "total",
            "What is the total of this invoice? Give the amount only. Invoice 4711, 3 May. Tea 12.50, cups 30.00, "
            "delivery 4.90. Total 47.40, to be paid within 14 days.",
            (r"47\.40?",),
            ("4711", r"12\.50?", r"4\.90?"),
        ),
        (
            "date",
            "On which date is the meeting? Give the date only. The plan was written on 2 March. The meeting, first set "
            "for 9 March, is now on 16 March at ten.",
            ("(?:16 march|march 16)",),
            ("(?:2 march|march 2)", "(?:9 march|march 9)"),
        ),
        (
            "people",
            "Who came to the meeting? Name only them. Bruno and Carla came to the meeting. David was ill and stayed "
            "at home.",
            ("bruno", "carla"),
            ("david",),
        ),
        (
            "telephone",
            "从下面的文字中找出电话号码，只写号码：王女士住在北京路88号，订单号是20260115，电话是13900001234，请下午三点以后联系。",
            ("139[ -]?0000[ -]?1234",),
            ("20260115",),
        ),
        (
            "cheapest",
            "Which of these is the cheapest? Give only its name and its price. Lamp 35 euros; kettle 28 euros; clock "
            "19 euros; radio 42 euros.",
            ("clock", "(?:€ ?)?19"),
            ("lamp", "kettle", "radio"),
        ),
    ]
    return [
        Task(
            name=name,
            group=Group.EXTRACTION,
            team="reading",
            words=words,
            solved=names("assistant", expected, others),
        )
        for name, words, expected, others in asked
    ]


_COLOURS = (
    "red",
    "blue",
    "green",
    "yellow",
    "orange",
    "purple",
    "pink",
    "brown",
    "black",
    "white",
    "grey",
    "gray",
    "violet",
)


def _termination() -> list[Task]:
    asked = [
        ("capital", "asking", "What is the capital of France?", says_and_ends("expert", ["paris"])),
        ("tea", "shopping", "How much is a cup of tea?", says_and_ends("clerk", ["3", "three"])),
        ("colours", "teaching", "Please name three colours.", says_and_ends("pupil", _COLOURS, least=3)),
        ("french", "reviewing", 'Translate "good morning" into French.', says_and_ends("translator", ["bonjour"])),
        ("spring", "editing", "请写一句关于春天的话。", says_and_ends("writer", ["春"])),
    ]
    return [
        Task(name=name, group=Group.TERMINATION, team=team, words=words, solved=check)
        for name, team, words, check in asked
    ]


def _speakers() -> list[Task]:
    asked = [
        ("by-description", "desk", "How much is 12 plus 30?", ("mathematician",)),
        ("by-name", "desk", 'Translator, please put "good morning" into French.', ("translator",)),
        (
            "in-order",
            "office",
            "The writer writes one sentence about the sea, and then the critic says what is wrong with it.",
            ("writer", "critic"),
        ),
        ("panel", "panel", "Plan a day in Beijing for two people.", ("planner", "researcher", "critic")),
    ]
    return [
        Task(name=name, group=Group.SPEAKERS, team=team, words=words, solved=speak_first(("person",), *expected))
        for name, team, words, expected in asked
    ]


def _tools() -> list[Task]:
    asked = [
        ("product", "How much is 1234 * 5678?", returns("calculate", "7006652")),
        ("brackets", "What is (17 + 25) * 3 - 8?", returns("calculate", "118")),
        ("time", "What time is it in Shanghai now?", returns("current_time", ".*CST", "(?i)asia/shanghai")),
        (
            "shop",
            "A shop sells 23 boxes for 17 yuan each and takes 50 yuan off the sum. How much is to be paid?",
            returns("calculate", "341"),
        ),
        ("division", "Divide 1001 by 7.", returns("calculate", "143")),
    ]
    return [
        Task(name=name, group=Group.TOOLS, team="equipped", words=words, solved=check) for name, words, check in asked
    ]


TASKS = (*_programs(), *_arithmetic(), *_extraction(), *_termination(), *_speakers(), *_tools())
