"""Intelligent consultation 智能咨询: which entries and precedents answer an order, and by which words in common.

A word counts by how few messages of citizens and how few entries have it; most where the subject says it and a title or
the tags do, for a long text mentions many things and an answer is full of words of office. RapidFuzz adds titles that
are written like the subject. What scores too little is not proposed: a wrong proposal costs the reader more than none.
It is a proposal with its reason: a person reads, picks and answers. `tests/engine/hotline/knowledge/` measures it.
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
WORTH = 0.5  # of the best one's score: what is less is no answer
LEAST = 0.9  # a score below which nothing is proposed: one word of the subject that says what it is about
ALIKE = 0.8  # a title written like the subject
ASIDE = 0.3  # how much a word counts that the subject does not have: a long text mentions many things
BODY = 0.2  # how much a word counts that only the answer has

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


def proposals(subject: str, content: str | None = None, topic: str = "") -> list[Proposal]:
    """The best matches for the words of an order and of its `topic` (its classes), the best first.

    None when nothing tells enough.
    """
    named, told = wording.pairs(subject), wording.pairs(f"{content or ''}\n{topic}")
    candidates = _candidates()
    heads, bodies = [wording.pairs(each.head) for each in candidates], [wording.pairs(each.text) for each in candidates]
    seen = Counter(pair for head, body in zip(heads, bodies, strict=True) for pair in (head | body) & (named | told))
    most = log(1 + len(candidates))
    weights = {
        pair: wording.tells(pair) * log(1 + len(candidates) / count) / most * (1.0 if pair in named else ASIDE)
        for pair, count in seen.items()
    }
    judged = (
        _judge(candidate, subject, f"{subject}\n{content or ''}\n{topic}", head, body, weights)
        for candidate, head, body in zip(candidates, heads, bodies, strict=True)
        if not head.isdisjoint(weights)  # an answer says in its title what it answers
    )
    found = sorted((each for each in judged if each), key=lambda proposal: (-proposal.score, proposal.title))
    return [each for each in found[:MOST] if each.score >= WORTH * found[0].score]


def _judge(
    candidate: _Candidate,
    subject: str,
    asked: str,
    head: frozenset[str],
    body: frozenset[str],
    weights: Mapping[str, float],
) -> Proposal | None:
    """The pairs in common decide: `head` those of the title and tags, `body` those of the answer itself."""
    score = sum(weights.get(pair, 0.0) for pair in head) + BODY * sum(weights.get(pair, 0.0) for pair in body - head)
    alike = fuzz.partial_ratio(subject, candidate.title) / 100
    score += alike if alike >= ALIKE else 0.0
    if score < LEAST:
        return None
    words = sorted(wording.shared(asked, weights.keys() & (head | body)), key=lambda word: -_said(word, weights))
    return Proposal(candidate.title, candidate.text, candidate.basis, tuple(words[:6]), score, candidate.entry)


def _said(word: str, weights: Mapping[str, float]) -> float:
    """How much a stretch of words says: the reason shown begins with what decided."""
    return sum(weights[pair] for pair in wording.pairs(word) if pair in weights)


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
