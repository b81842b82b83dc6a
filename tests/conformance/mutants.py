"""Mutants of valid and evil files: the gate and the engine never disagree, and nothing crashes or hangs.

    python -m tests.conformance.mutants 100000 --suites FOLDER --record   # `make soak-mutants`
    python -m tests.conformance.mutants --only 4711                # one mutant, told in full

A mutant is a seed bundle (see seeds) and a few mutations of it (see mutations), both chosen by the run's seed and the
mutant's number. A worker process with a limit of memory judges it (see verdicts); one that does not answer within the
time of a mutant is killed, which is a defect too. Every new kind of defect is made small, first by leaving mutations
out, then elements, and saved under build/mutants.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from . import mutations, page
from .seeds import ROOT, Files, Seeds

SECONDS = 5.0  # of processor time for one mutant; on a busy machine the wall clock may show more
PATIENCE = 60.0  # seconds on the wall, after which a worker that does nothing is killed as well
MEMORY = 2**31  # bytes of address space of a worker
HANGS = "hangs"
BUILD = ROOT / "build" / "mutants"
Case = dict[str, Any]  # what a worker is asked: "index" and the mutations to "keep" of it, or the "files" themselves


def mutant(seeds: Seeds, seed: int, index: int, keep: list[int] | None = None) -> tuple[Files, list[mutations.Step]]:
    """The files of one mutant, with all of its mutations or those to `keep`."""
    dice = random.Random(f"{seed}:{index}")
    files = seeds.choose(dice)
    steps = mutations.choose(dice, files)
    return mutations.apply(files, steps if keep is None else [steps[at] for at in keep]), steps


class Worker:
    """The process that judges. Started again after it has been killed."""

    def __init__(self, seed: int, suites: Path | None) -> None:
        self.command = [sys.executable, "-m", __name__ if __name__ != "__main__" else "tests.conformance.mutants"]
        self.command += ["--worker", "--seed", str(seed), *(["--suites", str(suites)] if suites else [])]
        self.killed = 0
        self._start()

    def _start(self) -> None:
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen(self.command, cwd=ROOT, text=True, bufsize=1, **pipes)
        if self._answer(PATIENCE, PATIENCE) is None:  # it says when it is ready
            raise RuntimeError("the worker does not start")

    def ask(self, case: Case) -> dict[str, Any]:
        """The verdict; a worker that hangs or dies is a verdict as well."""
        try:
            print(json.dumps(case), file=self.process.stdin, flush=True)
            answer = self._answer(SECONDS, PATIENCE)
        except BrokenPipeError:
            answer = None
        if answer is not None:
            return answer
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(0.5)
        code = self.process.poll()
        self.close()
        self.killed += 1
        self._start()
        return {"end": "defect", "defects": [HANGS if code is None else f"dies ({code})"], "rules": [], "memory": 0}

    def _answer(self, seconds: float, patience: float) -> dict[str, Any] | None:
        before, until = None, time.monotonic() + patience
        while not select.select([self.process.stdout], [], [], 0.5)[0]:
            before = self._spent() - 0.5 if before is None else before
            if self._spent() - before > seconds or time.monotonic() > until:
                return None
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return json.loads(line) if line else None

    def _spent(self) -> float:
        """Seconds of processor time the worker has used."""
        try:
            words = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return time.monotonic()  # no such account here: then the wall clock
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def worker(seed: int, suites: Path | None) -> None:
    """Judge what comes in, line by line."""
    import resource

    from engine import forms

    from . import verdicts

    forms.load = lru_cache(maxsize=64)(forms.load)  # most mutants have the same one; reading it takes long
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seeds, say = Seeds(suites), os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what anybody prints is no answer
    print("{}", file=say)
    for line in sys.stdin:
        case = json.loads(line)
        if "files" in case:
            files = {name: bytes.fromhex(data) for name, data in case["files"].items()}
        else:
            files, _ = mutant(seeds, seed, case["index"], case.get("keep"))
        print(json.dumps(verdicts.judge(files, case.get("index", 0))), file=say)


def smallest(asked: Worker, seeds: Seeds, seed: int, index: int, defect: str) -> tuple[Files, list[mutations.Step]]:
    """The fewest mutations, and then the fewest elements, that still show the defect."""
    _, steps = mutant(seeds, seed, index)
    keep = list(range(len(steps)))
    for at in list(keep):
        fewer = [other for other in keep if other != at]
        if defect in asked.ask({"index": index, "keep": fewer})["defects"]:
            keep = fewer
    files, _ = mutant(seeds, seed, index, keep)
    if defect == HANGS:  # every try takes its time
        return files, [steps[at] for at in keep]

    def shows(fewer: Files) -> bool:
        said = {"index": index, "files": {name: data.hex() for name, data in fewer.items()}}
        return defect in asked.ask(said)["defects"]

    for name in sorted(files):
        if len(files) > 1 and shows(fewer := {other: data for other, data in files.items() if other != name}):
            files = fewer
        else:
            files = mutations.shrink(files, name, shows)
    return files, [steps[at] for at in keep]


def save(files: Files, steps: list[mutations.Step], seed: int, index: int, defects: list[str]) -> None:
    folder = BUILD / f"{seed}-{index}"
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    folder.mkdir(parents=True, exist_ok=True)
    told = [f"seed {seed}, mutant {index}", *defects, *(f"{file}: {name} {die}" for file, name, die in steps)]
    (folder / "mutant.txt").write_text("\n".join(told) + "\n", "utf-8")


class Run:
    """What has been found so far, by one worker or several side by side."""

    def __init__(self, seed: int, suites: Path | None) -> None:
        self.seed, self.suites, self.began = seed, suites, time.monotonic()
        self.seeds = Seeds(suites)
        self.ends, self.rules, self.found = Counter[str](), Counter[str](), Counter[str]()
        self.memory: list[int] = []
        self.killed = 0

    def judge(self, indices: range) -> None:
        """Ask a worker of its own about these mutants."""
        asked = Worker(self.seed, self.suites)
        for index in indices:
            verdict = asked.ask({"index": index})
            self.ends[verdict["end"]] += 1
            self.rules.update(set(verdict["rules"]))
            for defect in verdict["defects"]:
                self.found[defect] += 1
                if self.found[defect] == 1:
                    print(f"mutant {index}: {defect}", flush=True)
                    small = smallest(asked, self.seeds, self.seed, index, defect)
                    save(*small, self.seed, index, verdict["defects"])
            if verdict["memory"]:
                self.memory.append(verdict["memory"] >> 20)
            if sum(self.ends.values()) % 5_000 == 0:
                print(f"{dict(self.ends)} {self.memory[-1:]} MB {time.monotonic() - self.began:.0f} s", flush=True)
        self.killed += asked.killed
        asked.close()

    def figures(self) -> dict[str, Any]:
        return {
            "mutants": sum(self.ends.values()),
            "seed": self.seed,
            "ends": dict(self.ends.most_common()),
            "defects": dict(self.found.most_common()),
            "killed": self.killed,
            "refused by": dict(self.rules.most_common()),
            "megabytes": self.memory,
            "seconds": round(time.monotonic() - self.began),
        }


def run(count: int, seed: int, suites: Path | None, first: int = 0, workers: int = 1) -> dict[str, Any]:
    """Judge `count` mutants, tell what was found, and give the figures."""
    it = Run(seed, suites)
    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(it.judge, range(first + n, first + count, workers)) for n in range(workers)]:
            done.result()
    return it.figures()


def told(figures: dict[str, Any]) -> str:
    """The figures as the page about conformance tells them."""
    wrong, ends, memory = sum(figures["defects"].values()), figures["ends"], figures["megabytes"]
    played = figures["mutants"] - ends.get("refused", 0) - ends.get("defect", 0)
    grown = f", {memory[len(memory) // 10]} MB early on and {memory[-1]} MB at the end" if memory else ""
    return f"{figures['mutants'] - wrong:,} of {figures['mutants']:,} ({played:,} played{grown})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first mutant")
    parser.add_argument("--suites", type=Path, help="a folder with further diagrams")
    parser.add_argument("--workers", type=int, default=1, help="how many work side by side")
    parser.add_argument("--only", type=int, help="judge this one mutant here, without a worker")
    parser.add_argument("--record", action="store_true", help="write the figures into the page about conformance")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.worker:
        worker(said.seed, said.suites)
        return 0
    if said.only is not None:
        from . import verdicts

        files, steps = mutant(Seeds(said.suites), said.seed, said.only)
        save(files, steps, said.seed, said.only, [])
        print(*steps, json.dumps(verdicts.judge(files, said.only, told=True), indent=1, ensure_ascii=False), sep="\n")
        return 0
    figures = run(said.count, said.seed, said.suites, said.first, said.workers)
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "figures.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if said.record:
        known = json.loads(page.RESULTS.read_text("utf-8")) | {"mutants": told(figures)}
        page.RESULTS.write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n", "utf-8")
        page.PAGE.write_text(page.page(), "utf-8")
    print({name: said for name, said in figures.items() if name != "refused by"})
    return 1 if figures["defects"] or figures["killed"] else 0


if __name__ == "__main__":
    sys.exit(main())
