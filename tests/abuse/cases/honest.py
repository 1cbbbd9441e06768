"""Honest work, which must go on working."""

from __future__ import annotations

from tests.abuse.attack import Attack

KIND = "honest work"
CODES = {
    "primes": "assert sum(n for n in range(2, 30) if all(n % d for d in range(2, n))) == 129",
    "files and folders": """
os.makedirs("out/a"); open("out/a/x.csv", "w").write("a,b\\n1,2\\n")
import csv, shutil
assert list(csv.DictReader(open("out/a/x.csv"))) == [{"a": "1", "b": "2"}]
shutil.make_archive("all", "zip", "out")
""",
    "programs": """
assert subprocess.run("seq 3 | wc -l", shell=True, capture_output=True, text=True).stdout.strip() == "3"
open("x.sh", "w").write("#!/bin/sh\\necho hi\\n"); os.chmod("x.sh", 0o755)
assert subprocess.check_output(["./x.sh"]) == b"hi\\n"
assert subprocess.check_output(["python3", "-c", "print(1)"]) == b"1\\n"
""",
    "many processes": """
import concurrent.futures
with concurrent.futures.ProcessPoolExecutor(2) as pool: assert list(pool.map(abs, [-1, 2])) == [1, 2]
""",
    "threads": """
import concurrent.futures
with concurrent.futures.ThreadPoolExecutor(16) as pool: assert sum(pool.map(abs, range(100))) == 4950
""",
    "a loop and a server of its own": """
import asyncio
async def main():
    async def echo(reader, writer): writer.write(await reader.readline()); await writer.drain(); writer.close()
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"hi\\n"); assert await reader.readline() == b"hi\\n"
    writer.close(); server.close()
asyncio.run(main())
""",
    "a database of its own": """
import sqlite3
with sqlite3.connect("own.db") as db:
    db.execute("create table t (x)"); db.execute("insert into t values (1)")
    assert db.execute("select x from t").fetchall() == [(1,)]
""",
    "temporary files": """
import tempfile
with tempfile.TemporaryDirectory() as folder: open(f"{folder}/x", "wb").write(bytes(1 << 20))
""",
    "200 MB of memory": "assert len(bytearray(200 << 20)) == 200 << 20",
    "much output": "print('x' * 150_000)",
    "other scripts": "print('质数 哈尔滨 עברית'); open('图.txt', 'w').write('质数')",
    "random numbers and time": "import random, secrets; secrets.token_bytes(8); random.random(); time.time()",
}

WORK = tuple(Attack(name=name, kind=KIND, code=f"{code}\nprint('DONE')", honest=True) for name, code in CODES.items())
