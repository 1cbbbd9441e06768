"""Whether a line before a call says that the model makes it now, and does not only speak of it. Pure."""

from __future__ import annotations

import re

_LONGEST = 300
"""Characters of a lead-in: who writes more explains something."""
_DO = (
    r"look|check|call|use|get|fetch|search|find|query|retrieve|run|execute|invoke|calculate|compute|determine"
    r"|send|read|open|list|start|try|obtain|gather|do"
)
_DOING = (
    r"looking|checking|calling|using|getting|fetching|searching|finding|querying|retrieving|running|executing"
    r"|invoking|calculating|computing|sending|reading|opening|listing|starting"
)
_SOON = r"(?: (?:now|first|just|quickly|then|also|need to|have to|want to|going to|try to|go and))*"
_ITSELF = re.compile(
    r"(?:(?:ok(?:ay)?|sure|certainly|alright|great|yes|first|now|next|then|to [\w' ]{1,60})[,! ]+)*"
    rf"(?:(?:let me|let['’]?s|let us){_SOON} (?:{_DO}|see)\b"
    rf"|(?:i|we)(?:['’]ll| will| can| must| need to| have to| want to|['’]m going to| am going to){_SOON} (?:{_DO})\b"
    r"|(?:i|we) (?:look|check|search|calculate|query|fetch)\b"
    rf"|(?:(?:i['’]m|i am|we['’]re) )?(?:now )?(?:{_DOING})\b(?: [^\s,]+){{0,6}}\Z"
    r"|(?:(?:好的?|首先|现在|接下来|然后|那么|当然|没问题)[，,、！! ]*)*"
    r"(?:让?我们?|正在|现在|马上|开始)(?:将|来|会|可以|要|需要|先|正在|现在|马上|去|帮忙)*"
    r"(?:查|调用|使用|用|搜索|获取|计算|看|检查|发送|读取|执行|运行))",
    re.IGNORECASE,
)
"""A call that is made is announced by the one who makes it, as what he does next."""
_MENTIONS = re.compile(
    r"\b(?:no|not|never|nothing|none|nobody|cannot|unable|without|instead|avoid\w*|refus\w+|declin\w+|ignor\w+|reject\w*"
    r"|would|could|might|should|if|how (?:to|it|this|you)|examples?|samples?|tests?|shows?|demo\w*|explain\w*"
    r"|describ\w+|such as|like (?:this|so)|looks? like|e\.g|as follows|following|thus|usage|syntax|document\w*|manual"
    r"|says?|said|reads|wrote|written|writ\w+|contain\w*|quot\w+|instruct\w+|injec\w+|suspicious|danger\w*|attack\w*"
    r"|is|are|was|were|has|had|takes|works|made|used|called|got|received|found|saw|seen|told|sent|wants|means"
    r"|asked|asks|json|yaml|code|programs?|scripts?|snippets?|format|config\w*|payload|attached)\b"
    r"|n['’]t\b|[?？<]|不|没|别|勿|未|无法|例|如果|假如|假设|比如|要是|怎么|怎样|你|您|说|写|代码|程序|脚本|格式|配置"
    r"|如下|方法|用法|发现|收到|看到|过|了|解释|演示|展示|示范|文档|用户|攻击|恶意|注入|拒绝|忽略|避免|要求|指令",
    re.IGNORECASE,
)
"""Words of one who denies, asks, quotes, reports or explains; and tags, which are none of a sentence."""
_SENTENCES = re.compile(r"[.!?。！？]+\s*")


def announces(line: str) -> bool:
    """Return whether a line says no more than that its writer makes a call now: `I will look it up:`.

    In doubt it does not: a call that stays text does no harm.
    """
    if len(line) > _LONGEST or _MENTIONS.search(line):
        return False
    last = [said for said in _SENTENCES.split(line.strip(" :：…")) if said][-1:]
    return any(_ITSELF.match(said) for said in last)
