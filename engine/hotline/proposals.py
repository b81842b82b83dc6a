"""Intelligent consultation 智能咨询: which entries and precedents answer an order, and by which words in common.

A word counts by how few entries have it, twice where it stands in a title or among the tags. RapidFuzz adds titles that
are written like the subject. It is a proposal with its reason: a person reads, picks and answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from rapidfuzz import fuzz
from sqlalchemy import select

from engine.db import db
from engine.hotline import knowledge, wording
from engine.hotline.models import Review

MOST = 5  # proposals
LOOKED_AT = 2000  # entries, and as many precedents, the newest first; wording.pairs remembers about so many
WORTH = 0.3  # of the best one's score: what is less is no answer
ALIKE = 0.8  # a title written like the subject
HEAD = 2.0  # how much more a word of the title counts
LONG = 3  # characters of a word in common that says enough by itself; else it takes two words

# form -> the field an answer goes into, and what else the form must say for the field to be shown
ANSWERS: dict[str, tuple[str, dict[str, str]]] = {
    "consult/look_up": ("online_answer", {"answered_online": "是"}),
    "consult/answer": ("reply_points", {"answer_kind": "答复"}),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry of the knowledge base, or a precedent (then `entry` is None), and why it may answer the order."""

    title: str
    text: str
    basis: str | None
    words: tuple[str, ...]  # in common with the order
    score: float
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    title: str
    text: str
    basis: str | None
    head: str  # title and tags
    entry: int | None


def proposals(subject: str, content: str | None = None) -> list[Proposal]:
    """The best matches for the words of an order, the best first; none when nothing tells."""
    asked = f"{subject}\n{content or ''}"
    words = wording.pairs(asked)
    candidates = _candidates()
    common = [(words & wording.pairs(each.head), words & wording.pairs(each.text)) for each in candidates]
    seen = Counter(pair for head, text in common for pair in head | text)
    weights = {pair: log(1 + len(candidates) / count) for pair, count in seen.items()}
    judged = (
        _judge(candidate, subject, asked, head, head | text, weights)
        for candidate, (head, text) in zip(candidates, common, strict=True)
        if head  # an answer says in its title what it answers
    )
    found = sorted((each for each in judged if each), key=lambda proposal: (-proposal.score, proposal.title))
    return [each for each in found[:MOST] if each.score >= WORTH * found[0].score]


def _judge(
    candidate: _Candidate,
    subject: str,
    asked: str,
    head: frozenset[str],
    common: frozenset[str],
    weights: Mapping[str, float],
) -> Proposal | None:
    """The pairs in common decide: `head` those of the title and tags, `common` all of them."""
    words = wording.shared(asked, common)
    if len(words) < 2 and len(max(words, key=len, default="")) < LONG:
        return None
    score = sum(weights[pair] * (HEAD if pair in head else 1.0) for pair in common)
    alike = fuzz.partial_ratio(subject, candidate.title) / 100
    score += HEAD * alike if alike >= ALIKE else 0.0
    told = tuple(sorted(words, key=len, reverse=True)[:6])
    return Proposal(candidate.title, candidate.text, candidate.basis, told, score, candidate.entry)


def _candidates() -> Sequence[_Candidate]:
    entries = [
        _Candidate(e.title, e.body, e.basis, f"{e.title}\n{e.tags or ''}\n{e.category or ''}", e.id)
        for e in knowledge.listed(limit=LOOKED_AT)
    ]
    query = select(Review).where(Review.state == "decided", Review.line.is_not(None)).order_by(Review.decided_at.desc())
    precedents = [
        _Candidate(r.question, str(r.line), r.basis, f"{r.question}\n{r.tags or ''}", None)
        for r in db.session.scalars(query.limit(LOOKED_AT))
    ]
    return [*entries, *precedents]
