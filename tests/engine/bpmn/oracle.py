"""Random processes against an oracle that knows nothing of graphs: it plays the blocks the process was made of.

`python -m tests.engine.bpmn.oracle 10000` plays that many and says what it has seen.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from typing import Any

from .kit import MESSAGE, Case, boundary, catch, end, flow, gateway, line, script, start, sub, timer, user

STEPS = 1_000  # commands to one process; none needs nearly as many
HOUR = timer("timeDuration", "PT1H")


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


class Several:
    """One task for several people, all at once or one after the other."""

    def __init__(self, name: str, number: int, together: bool) -> None:
        self.name, self.number, self.together = name, number, together

    def begin(self) -> None:
        self.left = self.number

    @property
    def done(self) -> bool:
        return self.left == 0

    def offered(self) -> Iterator[str]:
        yield from [self.name] * (self.left if self.together else min(self.left, 1))

    def complete(self, name: str) -> bool:
        hit = name == self.name and self.left > 0
        self.left -= hit
        return hit


class Race:
    """A first choice of several events, each with what follows; the first to happen withdraws the others.

    A task with a deadline is such a race as well: between its completion and the timer.
    """

    def __init__(self, events: list[str], blocks: list[Any]) -> None:
        self.events, self.blocks = events, blocks

    def begin(self) -> None:
        self.chosen: Any = None

    @property
    def done(self) -> bool:
        return self.chosen is not None and self.chosen.done

    def offered(self) -> Iterator[str]:
        yield from self.events if self.chosen is None else self.chosen.offered()

    def complete(self, name: str) -> bool:
        if self.chosen is not None:
            return bool(self.chosen.complete(name))
        if name not in self.events:
            return False
        self.chosen = self.blocks[self.events.index(name)]
        self.chosen.begin()
        return True


class Nothing:
    """What follows the completion of a task with a deadline: nothing more."""

    done = True

    def begin(self) -> None:
        """It is over at once."""

    def offered(self) -> Iterator[str]:
        return iter(())

    def complete(self, name: str) -> bool:
        return False


class Maker:
    """Draws a random block as BPMN and builds its oracle beside it."""

    def __init__(self, seed: int) -> None:
        self.random, self.count, self.variables = random.Random(seed), 0, dict[str, Any]()

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def block(self, depth: int) -> tuple[str, str, str, Any]:
        """XML, first id, last id, oracle."""
        kinds = ["task", "sequence", "exclusive", "parallel", "inclusive", "loop", "sub", "deadline", "race", "several"]
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

    def deadline(self, depth: int) -> tuple[str, str, str, Any]:
        """A task that a timer interrupts, and what is done instead."""
        task, join, instead = self.name("u"), self.name("j"), self.block(depth)
        xml = user(task) + boundary(task + "t", task, HOUR) + instead[0] + gateway("exclusive", join)
        xml += line(task, join) + line(task + "t", instead[1]) + flow(instead[2], join)
        return xml, task, join, Race([task, task + "t"], [Nothing(), instead[3]])

    def race(self, depth: int) -> tuple[str, str, str, Any]:
        """An event gateway before two timers."""
        split, join, events = self.name("v"), self.name("j"), [self.name("t"), self.name("t")]
        blocks = [self.block(depth), self.block(depth)]
        xml = gateway("eventBased", split) + gateway("exclusive", join)
        for event, block in zip(events, blocks, strict=True):
            xml += catch(event, HOUR) + block[0] + line(split, event, block[1]) + flow(block[2], join)
        return xml, split, join, Race(events, [block[3] for block in blocks])

    def several(self, depth: int) -> tuple[str, str, str, Any]:
        """A multi-instance task."""
        name, number, together = self.name("u"), self.random.randint(2, 3), self.random.random() < 0.5
        said = f'isSequential="{str(not together).lower()}" banjie:collection="{list(range(number))}" banjie:item="i"'
        xml = user(name, inside=f"<multiInstanceLoopCharacteristics {said}/>")
        return xml, name, name, Several(name, number, together)


def play(seed: int) -> int:
    """Make a process, run it beside the oracle with random choices, and count the commands. Raises AssertionError."""
    maker = Maker(seed)
    xml, first, last, oracle = maker.sequence(5)
    run = Case(start() + xml + end() + line("s", first) + line(last, "e"), maker.variables, restored=seed % 2 == 0)
    oracle.begin()
    for step in range(STEPS):
        timers = [wait.element for wait in run.waits if wait.kind == "timer"]
        assert sorted(run.tasks + timers) == sorted(oracle.offered()), seed
        if oracle.done:
            assert run.effects.completed and not run.waits, seed
            return step
        messages = [wait for wait in run.waits if wait.kind == "message"]
        if messages and maker.random.random() < 0.2:
            run.deliver("reply")
            continue
        choice = maker.random.choice(sorted(oracle.offered()))
        assert oracle.complete(choice), seed
        if choice in timers:
            run.fire(choice)
        else:
            run.complete(choice)
    raise AssertionError(f"process {seed} does not end")


if __name__ == "__main__":
    wanted, began, commands, wrong = int(sys.argv[1]), time.monotonic(), 0, list[int]()
    for number in range(wanted):
        try:
            commands += play(1_000_000 + number)
        except Exception as problem:
            wrong.append(1_000_000 + number)
            print(f"process {1_000_000 + number}: {type(problem).__name__}: {problem}"[:200])
    spent = f"{time.monotonic() - began:.0f} s"
    print(f"{wanted} random processes, {commands} commands, {len(wrong)} unlike the oracle: {spent}")
    sys.exit(1 if wrong else 0)
