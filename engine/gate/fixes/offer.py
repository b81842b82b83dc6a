"""What a fix says of itself, and what came of applying some."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.errors import Finding


@dataclass(frozen=True, slots=True)
class Offer:
    """A mend that can be made with one click.

    `id` is stable: "<kind>:<file>:<element id or place>[:<n>]". `zh` and `en` say what the fix does, `before` and
    `after` show it; `rule` is the code of the gate's finding (at the same element) that it answers, if any. An
    element may have several such findings: `words` are the names in another vocabulary of which this one tells one.
    `also` are the other findings (rule, element) of its file that it answers.
    Offers with the same `choice` exclude each other: a person picks one of them, and "all fixes" has none of them;
    `pick` are the few words (Chinese, English) that tell it from the others of its choice.
    """

    id: str
    kind: str
    file: str
    element: str | None
    zh: str
    en: str
    before: str
    after: str
    rule: str | None
    words: tuple[str, ...] = ()
    choice: str = ""
    pick: tuple[str, str] = ("", "")
    also: frozenset[tuple[str, str | None]] = frozenset()

    def answers(self, finding: Finding) -> bool:
        """Whether it mends what this finding tells."""
        here = (finding.rule, finding.element)
        same = self.file == finding.file and (here == (self.rule, self.element) or here in self.also)
        return same and (not self.words or any(f":{word} " in finding.zh for word in self.words))


@dataclass(frozen=True, slots=True)
class Applied:
    """The files after some fixes: those that were made, and the ids that were not on offer any more."""

    files: dict[str, bytes]
    done: list[Offer]
    lost: list[str]


@dataclass(frozen=True, slots=True)
class Fix:
    """An offer and how it is made: `edit` notes the change on the page of its file."""

    offer: Offer
    edit: Callable[[], None]
