"""People at their browsers, in a process of their own: sign in, complete tasks, look at the worklist, over HTTP.

`python -m tests.benchmarks.http_clients` reads a plan as JSON from standard input and prints what came of it. The
requests are those of the pages: a session cookie, the CSRF token, an idempotency key, the form's values as JSON.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

TASK = re.compile(r"/tasks/(\d+)$")
CSRF = re.compile(r'name="csrf-token" content="([^"]+)"')
PATIENCE = 30  # seconds for one answer


class Browser:
    """One person's browser: a connection that is kept, cookies, the CSRF token of the last page."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies, self.token = port, dict[str, str](), ""
        self.reader: asyncio.StreamReader | None = None

    async def send(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """One request; a connection that the server has closed meanwhile is opened again."""
        for attempt in (1, 2):
            if self.reader is None:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            lines = [
                f"{method} {path} HTTP/1.1",
                "Host: 127.0.0.1",
                f"Content-Length: {len(body)}",
                f"Cookie: {cookies}",
            ]
            lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
            try:
                self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
                return await asyncio.wait_for(self._answer(), PATIENCE)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.reader = None
                if attempt == 2:
                    raise
        raise AssertionError

    async def _answer(self) -> tuple[int, dict[str, str], bytes]:
        assert self.reader is not None
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in head[1:-2]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
            if name.lower() == "set-cookie":
                cookie, _, kept = value.strip().partition(";")[0].partition("=")
                self.cookies[cookie] = kept
        text = await self.reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection") == "close":
            self.reader = None
        return int(head[0].split()[1]), headers, text

    async def page(self, path: str) -> int:
        status, _headers, text = await self.send("GET", path, Accept="text/html")
        if found := CSRF.search(text.decode()):
            self.token = found[1]
        return status

    async def sign_in(self, name: str, password: str) -> None:
        await self.page("/login")
        form = urlencode({"username": name, "password": password, "csrf_token": self.token}).encode()
        status, _headers, _text = await self.send(
            "POST", "/login", form, Content_Type="application/x-www-form-urlencoded", X_CSRFToken=self.token
        )
        if status != 302:
            raise RuntimeError(f"{name} could not sign in: {status}")
        await self.page("/account")


class Clients:
    """All of them. `times` are the milliseconds of each kind of request, `errors` what was answered instead of 200."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.times: dict[str, list[float]] = {"complete": [], "worklist": []}
        self.errors: Counter[str] = Counter()

    async def run(self) -> dict[str, Any]:
        plan = self.plan
        browsers = [Browser(plan["port"]) for _ in plan["people"]]
        for start in range(0, len(browsers), 8):  # signing in costs a password's hash
            some = zip(browsers[start : start + 8], plan["people"][start : start + 8], strict=True)
            await asyncio.gather(*(browser.sign_in(name, plan["password"]) for browser, name in some))
        self.begun = time.perf_counter()
        self.end = self.begun + plan["seconds"]
        await asyncio.gather(*(self._person(n, browser) for n, browser in enumerate(browsers)))
        return {"seconds": time.perf_counter() - self.begun, "times": self.times, "errors": dict(self.errors)}

    async def _person(self, number: int, browser: Browser) -> None:
        dice = random.Random(number)
        if self.plan["what"] == "complete":
            await self._complete(number, browser, dice)
        while self.plan["what"] == "worklist" and await self._pause(dice):
            path = dice.choice(self.plan["pages"])
            begun = time.perf_counter()
            status = await browser.page(path)
            self._note("worklist", begun, status)

    async def _complete(self, number: int, browser: Browser, dice: random.Random) -> None:
        """Case after case, task after task, each where the answer to the one before leads to."""
        for first in self.plan["tasks"][number]:
            task = first
            for n, (element, values) in enumerate(self.plan["steps"]):
                if not await self._pause(dice):
                    return
                body = json.dumps({"values": values}).encode()
                begun = time.perf_counter()
                status, _headers, text = await browser.send(
                    "POST", f"/tasks/{task}", body, Content_Type="application/json", Accept="application/json",
                    X_CSRFToken=browser.token, Idempotency_Key=uuid4().hex,
                )  # fmt: skip
                self._note("complete", begun, status)
                if status != 200:
                    self.errors[f"{element} {status} {json.loads(text).get('detail')}"] += 1
                    break
                if n + 1 < len(self.plan["steps"]):
                    task = int(TASK.search(json.loads(text)["location"])[1])  # type: ignore[index]
        raise RuntimeError("more time than cases")

    async def _pause(self, dice: random.Random) -> bool:
        """Think, when the plan says how often all of them together ask in a second. False when time is up."""
        rate = self.plan.get("rate")
        if rate:
            await asyncio.sleep(min(dice.expovariate(rate / len(self.plan["people"])), 30.0))
        return time.perf_counter() < self.end

    def _note(self, kind: str, begun: float, status: int) -> None:
        self.times[kind].append(round((time.perf_counter() - begun) * 1000, 2))
        if status != 200:
            self.errors[f"{kind} {status}"] += 1


if __name__ == "__main__":
    print(json.dumps(asyncio.run(Clients(json.load(sys.stdin)).run())))
