"""A machine that follows all ways through a pattern at once (Thompson, Pike): linear in text times pattern."""

from __future__ import annotations

import re
from typing import Any

from ..limits import Run
from .reading import Flags, Part, PatternError, Read

MAX_PROGRAM = 4_000
CHAR, SPLIT, JUMP, SAVE, START, END, MATCH = range(7)


class Machine:
    """The program of one pattern: a list of [operation, argument, argument]."""

    def __init__(self, pattern: Read, flags: Flags) -> None:
        self.program: list[list[Any]] = []
        self.lines = flags.lines
        self.any_case = flags.any_case
        self.slots = 2 * (pattern.groups + 1)
        self._emit(SAVE, 0)
        self._part(pattern.tree)
        self._emit(SAVE, 1)
        self._emit(MATCH)

    def _emit(self, operation: int, first: Any = None, second: Any = None) -> int:
        if len(self.program) >= MAX_PROGRAM:
            raise PatternError("the pattern is too large")
        self.program.append([operation, first, second])
        return len(self.program) - 1

    def _part(self, part: Part) -> None:
        kind = part.kind
        if kind == "char" and part.class_ is not None:
            self._emit(CHAR, self._test(part.class_.test, part.class_.python))
        elif kind == "start" or kind == "end":
            self._emit(START if kind == "start" else END)
        elif kind == "group":
            if part.number:
                self._emit(SAVE, 2 * part.number)
            self._part(part.parts[0])
            if part.number:
                self._emit(SAVE, 2 * part.number + 1)
        elif kind == "choice":
            self._choice(part.parts)
        elif kind == "repeat":
            self._repeat(part)
        else:
            for child in part.parts:
                self._part(child)

    def _test(self, test: Any, python: str | None) -> Any:
        if not self.any_case:
            return test
        if python is not None:
            match = re.compile(python, re.IGNORECASE).fullmatch
            return lambda char: match(char) is not None
        return lambda char: test(char) or test(char.lower()) or test(char.upper())

    def _choice(self, branches: list[Part]) -> None:
        ends = []
        for branch in branches[:-1]:
            split = self._emit(SPLIT, len(self.program) + 1)
            self._part(branch)
            ends.append(self._emit(JUMP))
            self.program[split][2] = len(self.program)
        self._part(branches[-1])
        for end in ends:
            self.program[end][1] = len(self.program)

    def _repeat(self, part: Part) -> None:
        inner = part.parts[0]
        for _ in range(part.least):
            self._part(inner)
        if part.most is None:
            split = self._emit(SPLIT)
            self._part(inner)
            self._emit(JUMP, split)
            self._ways(split, part.lazy)
            return
        splits = []
        for _ in range(part.most - part.least):
            splits.append(self._emit(SPLIT))
            self._part(inner)
        for split in splits:
            self._ways(split, part.lazy)

    def _ways(self, split: int, lazy: bool) -> None:
        into, past = split + 1, len(self.program)
        self.program[split][1:] = [past, into] if lazy else [into, past]

    def search(self, text: str, start: int, run: Run) -> tuple[tuple[int, int] | None, ...] | None:
        """The spans of the leftmost match at or after `start`."""
        program = self.program
        threads: list[tuple[int, tuple[int, ...]]] = []
        best: tuple[int, ...] | None = None
        nothing = (-1,) * self.slots
        for place in range(start, len(text) + 1):
            seen: set[int] = set()
            current: list[tuple[int, tuple[int, ...]]] = []
            for pc, saved in threads:
                self._follow(pc, saved, text, place, seen, current)
            if best is None:
                self._follow(0, nothing, text, place, seen, current)
            run.spend(1 + len(seen))
            threads = []
            char = text[place : place + 1]
            for pc, saved in current:
                if program[pc][0] == MATCH:
                    best = saved
                    break
                if char and program[pc][1](char):
                    threads.append((pc + 1, saved))
            if best is not None and not threads:
                break
        if best is None:
            return None
        return tuple((best[i], best[i + 1]) if best[i + 1] >= 0 else None for i in range(0, self.slots, 2))

    def _follow(
        self, pc: int, saved: tuple[int, ...], text: str, place: int, seen: set[int], current: list[Any]
    ) -> None:
        """Add every instruction that can be reached from `pc` without a character, in order of preference."""
        stack = [(pc, saved)]
        while stack:
            pc, saved = stack.pop()
            if pc in seen:
                continue
            seen.add(pc)
            operation, first, second = self.program[pc]
            if operation == SPLIT:
                stack.append((second, saved))
                stack.append((first, saved))
            elif operation == JUMP:
                stack.append((first, saved))
            elif operation == SAVE:
                stack.append((pc + 1, (*saved[:first], place, *saved[first + 1 :])))
            elif operation == START:
                if place == 0 or (self.lines and text[place - 1] == "\n"):
                    stack.append((pc + 1, saved))
            elif operation == END:
                if place == len(text) or (self.lines and text[place] == "\n"):
                    stack.append((pc + 1, saved))
            else:
                current.append((pc, saved))
