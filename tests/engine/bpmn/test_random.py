"""Random processes against an oracle that knows nothing of graphs: it plays the blocks the process was made of."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from .kit import MESSAGE, Case, boundary, end, flow, gateway, line, script, start, sub, user


class Task:
    """One user task; with a reminder, a boundary event that may fire beside it."""

    def __init__(self, name: str) -> None:
        self.name, self.done = name, False

    def begin(self) -> None:
        self.done = False

    def offered(self) -> Iterator[str]:
        if not self.done:
            yield self.name

    def complete(self, name: str) -> bool:
        hit = name == self.name and not self.done
        self.done |= hit
        return hit


class Sequence:
    """Blocks one after the other; `rounds` times over."""

    def __init__(self, blocks: list[Any], rounds: int = 1) -> None:
        self.blocks, self.rounds = blocks, rounds

    def begin(self) -> None:
        self.left, self.at, self.done = self.rounds, 0, False
        self.blocks[0].begin()
        self._advance()

    def _advance(self) -> None:
        while not self.done and self.blocks[self.at].done:
            self.at += 1
            if self.at == len(self.blocks):
                self.at, self.left = 0, self.left - 1
                self.done = self.left == 0
            if not self.done:
                self.blocks[self.at].begin()

    def offered(self) -> Iterator[str]:
        if not self.done:
            yield from self.blocks[self.at].offered()

    def complete(self, name: str) -> bool:
        hit = not self.done and self.blocks[self.at].complete(name)
        if hit:
            self._advance()
        return hit


class Together:
    """Some of several blocks side by side; which ones is decided when the process is made."""

    def __init__(self, blocks: list[Any]) -> None:
        self.blocks = blocks

    @property
    def done(self) -> bool:
        return all(block.done for block in self.blocks)

    def begin(self) -> None:
        for block in self.blocks:
            block.begin()

    def offered(self) -> Iterator[str]:
        for block in self.blocks:
            yield from block.offered()

    def complete(self, name: str) -> bool:
        return any(block.complete(name) for block in self.blocks)


class Maker:
    """Draws a random block as BPMN and builds its oracle beside it."""

    def __init__(self, seed: int) -> None:
        self.random, self.count, self.variables = random.Random(seed), 0, dict[str, Any]()

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def block(self, depth: int) -> tuple[str, str, str, Any]:
        """XML, first id, last id, oracle."""
        kinds = ["task", "sequence", "exclusive", "parallel", "inclusive", "loop", "sub"]
        kind = self.random.choice(kinds) if depth else "task"
        return getattr(self, kind)(depth - 1)

    def task(self, depth: int) -> tuple[str, str, str, Any]:
        name = self.name("u")
        return user(name), name, name, Task(name)

    def sequence(self, depth: int) -> tuple[str, str, str, Any]:
        a, b = self.block(depth), self.block(depth)
        return a[0] + b[0] + flow(a[2], b[1]), a[1], b[2], Sequence([a[3], b[3]])

    def parallel(self, depth: int) -> tuple[str, str, str, Any]:
        return self._split("parallel", depth, lambda chosen, n: range(n))

    def exclusive(self, depth: int) -> tuple[str, str, str, Any]:
        return self._split("exclusive", depth, lambda chosen, n: [next((i for i in chosen if i < n - 1), n - 1)])

    def inclusive(self, depth: int) -> tuple[str, str, str, Any]:
        return self._split("inclusive", depth, lambda chosen, n: [i for i in chosen if i < n - 1] or [n - 1])

    def _split(self, kind: str, depth: int, chosen_of: Any) -> tuple[str, str, str, Any]:
        split, join, number = self.name("g"), self.name("j"), self.random.randint(2, 3)
        blocks = [self.block(depth) for _ in range(number)]
        chosen = [i for i in range(number - 1) if self.random.random() < 0.6]
        self.variables.update({f"{split}_{i}": i in chosen for i in range(number)})
        default = "" if kind == "parallel" else f'default="{split}_{blocks[-1][1]}"'
        xml = gateway(kind, split, default) + gateway(kind, join)
        for i, block in enumerate(blocks):
            conditional = kind != "parallel" and i < number - 1
            xml += block[0] + flow(split, block[1], f"{split}_{i}" if conditional else "") + flow(block[2], join)
        return xml, split, join, Together([blocks[i][3] for i in chosen_of(chosen, number)])

    def loop(self, depth: int) -> tuple[str, str, str, Any]:
        merge, count, again, after = self.name("m"), self.name("c"), self.name("x"), self.name("k")
        block, rounds, counter = self.block(depth), self.random.randint(2, 3), self.name("n")
        reset, self.variables[counter] = self.name("r"), 0
        xml = script(reset, f"{{{counter}: 0}}") + gateway("exclusive", merge) + block[0]
        xml += script(count, f"{{{counter}: {counter} + 1}}") + script(after)
        xml += gateway("exclusive", again, f'default="{again}_{after}"') + line(reset, merge, block[1])
        xml += line(block[2], count, again, after) + flow(again, merge, f"{counter} &lt; {rounds}")
        return xml, reset, after, Sequence([block[3]], rounds)

    def sub(self, depth: int) -> tuple[str, str, str, Any]:
        name, block = self.name("sub"), self.block(depth)
        inside = (
            start(id=name + "s")
            + block[0]
            + end(id=name + "e")
            + line(name + "s", block[1])
            + line(block[2], name + "e")
        )
        reminder = boundary(name + "b", name, MESSAGE, False) + script(name + "h") + line(name + "b", name + "h")
        return sub(name, inside) + reminder, name, name, block[3]


@pytest.mark.parametrize("seed", range(120))
def test_a_random_process_offers_what_the_oracle_offers(seed: int) -> None:
    maker = Maker(seed)
    xml, first, last, oracle = maker.block(4)
    run = Case(start() + xml + end() + line("s", first) + line(last, "e"), maker.variables, restored=seed % 2 == 0)
    oracle.begin()
    for _ in range(400):
        assert sorted(run.tasks) == sorted(oracle.offered())
        if oracle.done:
            break
        messages = [wait for wait in run.waits if wait.kind == "message"]
        if messages and maker.random.random() < 0.2:
            run.deliver("reply")
            continue
        choice = maker.random.choice(sorted(oracle.offered()))
        assert oracle.complete(choice)
        run.complete(choice)
    assert oracle.done and run.effects.completed and not run.waits
