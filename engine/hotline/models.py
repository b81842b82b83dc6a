"""The hotline's tables. Columns of type `Sealed` hold personal data, encrypted by `privacy.py` and by nobody else."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from engine.db import Digest, Id, Instant, Name, db

Code = String(40)
Sealed = LargeBinary


class Money(TypeDecorator[Decimal]):
    """Yuan to the cent, kept as a whole number of cents: SQLite knows no decimals."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> int | None:
        return None if value is None else int(value.scaleb(2))

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-2)


class Unit(db.Model):  # type: ignore[name-defined]
    """A unit of the bureau. Level: 1 national, 2 province, 3 prefecture, 4 county, 5 station; one may be empty."""

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    name: Mapped[str] = mapped_column(Name)
    short: Mapped[str] = mapped_column(Name)
    level: Mapped[int]
    parent: Mapped[str | None] = mapped_column(ForeignKey("unit.code"))
    kind: Mapped[str] = mapped_column(
        Code
    )  # national bureau office section district station enforcement agency council
    district: Mapped[str | None] = mapped_column(Code)  # administrative code of the district it answers for
    active: Mapped[bool] = mapped_column(default=True)
    always_on: Mapped[bool] = mapped_column(default=False)  # 7×24: somebody is on duty at every hour


class Post(db.Model):  # type: ignore[name-defined]
    """Who holds a post of a unit, from when to when; whoever follows gets a row of their own. See `posts.py`."""

    __table_args__ = (Index("ix_post_unit", "unit", "kind"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    unit: Mapped[str] = mapped_column(ForeignKey(Unit.code))
    kind: Mapped[str] = mapped_column(Code)  # see posts.KINDS
    person: Mapped[str] = mapped_column(Name)
    account: Mapped[str | None] = mapped_column(Name)  # the user name, where there is one
    phone: Mapped[str | None] = mapped_column(Name)  # of the office
    since: Mapped[date]
    until: Mapped[date | None]  # the last day
    entered_by: Mapped[str] = mapped_column(Name)
    entered_at: Mapped[datetime] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(Name)


class Duty(db.Model):  # type: ignore[name-defined]
    """A shift of the duty roster 值班表. Written by `duty.py`."""

    __table_args__ = (UniqueConstraint("unit", "account", "begins"), Index("ix_duty_unit", "unit", "ends"))

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    unit: Mapped[str] = mapped_column(ForeignKey(Unit.code))
    account: Mapped[str] = mapped_column(Name)
    begins: Mapped[datetime] = mapped_column(Instant)
    ends: Mapped[datetime] = mapped_column(Instant)  # the first instant after it
    topic: Mapped[str | None] = mapped_column(Name)  # of the calls it is for; None: whatever comes
    rank: Mapped[int] = mapped_column(default=1)  # 1 is called first 主班, 2 next 备班
    entered_by: Mapped[str] = mapped_column(Name)
    entered_at: Mapped[datetime] = mapped_column(Instant)


class Substitution(db.Model):  # type: ignore[name-defined]
    """Somebody does the work of somebody absent 代理, on these days. Written by `substitutes.py`."""

    __table_args__ = (Index("ix_substitution_substitute", "substitute", "last"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    absent: Mapped[str] = mapped_column(Name)
    substitute: Mapped[str] = mapped_column(Name)
    first: Mapped[date]
    last: Mapped[date]  # ending it early moves this
    reason: Mapped[str | None] = mapped_column(Name)
    entered_by: Mapped[str] = mapped_column(Name)
    entered_at: Mapped[datetime] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(Name)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Recusal(db.Model):  # type: ignore[name-defined]
    """A person keeps out of an order 回避. Written by `recusal.py`."""

    __table_args__ = (Index("ix_recusal_person", "person"),)

    order_no: Mapped[str] = mapped_column(ForeignKey("work_order.order_no"), primary_key=True)
    person: Mapped[str] = mapped_column(Name, primary_key=True)
    ground: Mapped[str] = mapped_column(Code)  # see recusal.GROUNDS; who the relative is stands nowhere
    declared_by: Mapped[str] = mapped_column(Name)
    declared_at: Mapped[datetime] = mapped_column(Instant)
    lifted_by: Mapped[str | None] = mapped_column(Name)
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)


class Listening(db.Model):  # type: ignore[name-defined]
    """Since when which level answers the lines 接听模式. Written by `listening.py`."""

    since: Mapped[date] = mapped_column(primary_key=True)
    mode: Mapped[str] = mapped_column(Code)  # province prefecture
    source: Mapped[str] = mapped_column(Name)  # the decision it rests on
    entered_by: Mapped[str] = mapped_column(Name)
    entered_at: Mapped[datetime] = mapped_column(Instant)


class Order(db.Model):  # type: ignore[name-defined]
    """An order as it was received. Its flow is the instances with its number; here is what they are about."""

    __tablename__ = "work_order"
    __table_args__ = (
        UniqueConstraint("source", "ext_no"),
        Index("ix_work_order_received", "received_at", "id"),
        Index("ix_work_order_state", "state", "received_at"),
        Index("ix_work_order_unit", "unit", "received_at"),
        Index("ix_work_order_target", "target_name", "received_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    order_no: Mapped[str] = mapped_column(Name, unique=True)
    source: Mapped[str] = mapped_column(Code)  # 来源: 12345 12315 letter window … (organisation-independent codes)
    ext_no: Mapped[str | None] = mapped_column(Name)  # its number at the source
    channel: Mapped[str] = mapped_column(Code)
    line: Mapped[str | None] = mapped_column(Code)  # which of the five old lines it came by: 12315 12365 …
    line_code: Mapped[str | None] = mapped_column(Name)  # its class there; see lines_map.csv
    kind: Mapped[int] = mapped_column(default=0)  # 0 转办 1 督办 2 回访复核
    nature_hint: Mapped[str] = mapped_column(Code)  # by keywords, for the clerk who decides
    priority: Mapped[int]  # 0 紧急 1 普通 2 次紧急
    subject: Mapped[str] = mapped_column(Text)  # plain, for search; numbers of persons are masked in it
    category: Mapped[str | None] = mapped_column(Name)  # 内容分类
    domain: Mapped[str | None] = mapped_column(Name)  # 监管领域
    safety_tag: Mapped[str | None] = mapped_column(Code)
    district: Mapped[str | None] = mapped_column(Code)
    unit: Mapped[str] = mapped_column(Code)  # the receiving office
    rule_version: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(Instant)
    registered_at: Mapped[datetime] = mapped_column(Instant)
    registered_by: Mapped[str] = mapped_column(Name)
    state: Mapped[str] = mapped_column(Code, default="received")  # received in_progress closed
    intake_outcome: Mapped[str | None] = mapped_column(Name)  # the end event of the intake, once it has ended
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    anonymous: Mapped[bool] = mapped_column(default=False)
    keep_secret: Mapped[bool] = mapped_column(default=False)
    consent_public: Mapped[bool] = mapped_column(default=False)
    target_name: Mapped[str | None] = mapped_column(Name)  # 被投诉举报人
    target_uscc: Mapped[str | None] = mapped_column(String(18))
    target_address: Mapped[str | None] = mapped_column(Text)
    amount: Mapped[Decimal | None] = mapped_column(Money)
    stars: Mapped[int | None]  # of a review on 一网通办: 1 and 2 are bad ones
    knew_date: Mapped[date | None]  # since when the citizen has known (three-year limit)
    content: Mapped[bytes] = mapped_column(Sealed)
    request: Mapped[bytes | None] = mapped_column(Sealed)


class Party(db.Model):  # type: ignore[name-defined]
    """A person of an order: who complains or informs, or an agent. Everything that names the person is sealed."""

    __tablename__ = "party"
    __table_args__ = (Index("ix_party_phone_index", "phone_index"),)

    order_id: Mapped[int] = mapped_column(ForeignKey(Order.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1 is the citizen
    role: Mapped[str] = mapped_column(Code)  # citizen agent representative
    gender: Mapped[str | None] = mapped_column(Code)
    id_type: Mapped[str | None] = mapped_column(Code)
    name: Mapped[bytes | None] = mapped_column(Sealed)
    phone: Mapped[bytes | None] = mapped_column(Sealed)
    id_no: Mapped[bytes | None] = mapped_column(Sealed)
    address: Mapped[bytes | None] = mapped_column(Sealed)
    email: Mapped[bytes | None] = mapped_column(Sealed)
    phone_index: Mapped[bytes | None] = mapped_column(Digest)  # finds repeats without a readable number


class Matter(db.Model):  # type: ignore[name-defined]
    """One legal nature of an order, handled by one instance. Kept in step by `projections.py`, written nowhere else."""

    __table_args__ = (
        Index("ix_matter_order_no", "order_no", "state"),  # both: else closing an order looks at all that are open
        Index("ix_matter_instance_id", "instance_id"),
        Index("ix_matter_unit", "unit", "state"),
        Index("ix_matter_state", "state", "unit"),
        Index("ix_matter_received", "nature", "received_at"),
        Index("ix_matter_filed", "filed_at"),
    )

    matter_no: Mapped[str] = mapped_column(Name, primary_key=True)
    order_no: Mapped[str] = mapped_column(Name)
    instance_id: Mapped[int] = mapped_column(Id)
    process: Mapped[str] = mapped_column(Name)
    nature: Mapped[str] = mapped_column(Code)
    unit: Mapped[str | None] = mapped_column(Code)
    rule_version: Mapped[int]
    rule_basis: Mapped[str] = mapped_column(Code, default="received")  # why: received accepted override
    rule_at: Mapped[datetime | None] = mapped_column(Instant)  # the receipt, the acceptance, or when a person ruled
    rule_reason: Mapped[str | None] = mapped_column(Text)  # of an override
    rule_by: Mapped[str | None] = mapped_column(Name)
    received_at: Mapped[datetime] = mapped_column(Instant)
    dispatched_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(Code)  # in_progress closed cancelled
    outcome: Mapped[str | None] = mapped_column(Name)  # the end event
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    contacted: Mapped[str | None] = mapped_column(Code)  # 先行联系: 已联 未联 无法联系
    contacted_at: Mapped[datetime | None] = mapped_column(Instant)
    returned: Mapped[int] = mapped_column(default=0)  # how often a return was judged
    fact_finding: Mapped[str | None] = mapped_column(Code)
    claim_finding: Mapped[str | None] = mapped_column(Code)
    result: Mapped[str | None] = mapped_column(Code)
    reply_at: Mapped[datetime | None] = mapped_column(Instant)
    clue_complete: Mapped[str | None] = mapped_column(Code)  # of a tip-off: 是 否
    file_decision: Mapped[str | None] = mapped_column(Code)  # 立案 不予立案 移送公安
    filed_at: Mapped[datetime | None] = mapped_column(Instant)  # when that was decided


class Survey(db.Model):  # type: ignore[name-defined]
    """One call of the return visit: what the citizen said. Kept in step by `findings.py`."""

    __table_args__ = (Index("ix_survey_matter_no", "matter_no"), Index("ix_survey_unit", "unit", "at"))

    instance_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # of the call's event
    matter_no: Mapped[str] = mapped_column(Name)
    unit: Mapped[str | None] = mapped_column(Code)
    reached: Mapped[str] = mapped_column(Code)  # 接通 未接通 拒访; only who was reached has answered the rest
    contacted: Mapped[str | None] = mapped_column(Code)  # had the unit contacted them? 是 否
    attitude: Mapped[str | None] = mapped_column(Code)
    satisfaction: Mapped[str | None] = mapped_column(Code)
    solved: Mapped[str | None] = mapped_column(Code)
    at: Mapped[datetime] = mapped_column(Instant)


class Defect(db.Model):  # type: ignore[name-defined]
    """A flaw that a review found in a unit's report; counted in the bulletin. Kept in step by `findings.py`."""

    __table_args__ = (Index("ix_defect_matter_no", "matter_no"), Index("ix_defect_unit", "unit", "kind", "at"))

    instance_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # of the event that told of it
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    matter_no: Mapped[str] = mapped_column(Name)
    unit: Mapped[str | None] = mapped_column(Code)
    kind: Mapped[str] = mapped_column(Code)  # 勾选不准确 报告不规范 不属实失实
    rule: Mapped[str] = mapped_column(Code)  # the rule's number in the decision table
    at: Mapped[datetime] = mapped_column(Instant)


class Review(db.Model):  # type: ignore[name-defined]
    """A joint review 会审会商; once decided, its line is a precedent 统一承办口径. Kept in step by `findings.py`."""

    __table_args__ = (Index("ix_review_matter_no", "matter_no"), Index("ix_review_state", "state", "opened_at"))

    instance_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    matter_no: Mapped[str] = mapped_column(Name)
    order_no: Mapped[str | None] = mapped_column(Name)
    domain: Mapped[str | None] = mapped_column(Name)
    trigger: Mapped[str | None] = mapped_column(Name)  # why it was called
    question: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Code)  # open decided cancelled
    outcome: Mapped[str | None] = mapped_column(Name)  # the end event
    opened_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    option: Mapped[str | None] = mapped_column(Code)  # 甲方案 乙方案 另定
    finding: Mapped[str | None] = mapped_column(Code)  # 事实认定, where the question was one
    deadline: Mapped[str | None] = mapped_column(Code)  # 办理期限, an ISO day
    owner: Mapped[str | None] = mapped_column(Code)  # the unit it binds
    line: Mapped[str | None] = mapped_column(Text)  # 承办口径
    basis: Mapped[str | None] = mapped_column(Text)  # 法律依据
    tags: Mapped[str | None] = mapped_column(Text)  # words to find it by, parted by blanks
    minutes: Mapped[str | None] = mapped_column(Text)


class ClockRun(db.Model):  # type: ignore[name-defined]
    """One run of a clock in an instance, with its derivation. Kept in step by `projections.py`."""

    __table_args__ = (
        Index("ix_clock_run_late", "state", "operational"),
        Index("ix_clock_run_business_key", "business_key"),
        Index("ix_clock_run_next_at", "next_at"),
    )

    instance_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(Code, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # of the event that started it
    business_key: Mapped[str | None] = mapped_column(Name)  # order or matter number
    order_no: Mapped[str | None] = mapped_column(Name)
    unit: Mapped[str | None] = mapped_column(Code)
    rule_version: Mapped[int]
    started: Mapped[datetime] = mapped_column(Instant)
    restarted: Mapped[datetime | None] = mapped_column(Instant)
    due: Mapped[datetime | None] = mapped_column(Instant)  # legal end; None: it could not be computed, see trace
    operational: Mapped[datetime | None] = mapped_column(Instant)
    warn_at: Mapped[datetime | None] = mapped_column(Instant)  # 50 %
    urge_at: Mapped[datetime | None] = mapped_column(Instant)  # 80 %
    state: Mapped[str] = mapped_column(Code)  # running paused stopped
    paused: Mapped[datetime | None] = mapped_column(Instant)
    pauses: Mapped[str] = mapped_column(Text, default="[]")  # JSON: [[first day, day that counts again], …]
    extensions: Mapped[str] = mapped_column(Text, default="[]")  # JSON: [[amount, reason, who, when], …]
    reached: Mapped[int] = mapped_column(default=0)  # the level of the last point it has passed, see thresholds.py
    next_at: Mapped[datetime | None] = mapped_column(Instant)  # when the next one comes, while it runs
    stopped: Mapped[datetime | None] = mapped_column(Instant)
    kept: Mapped[bool | None]  # stopped before it was due?
    trace: Mapped[str] = mapped_column(Text)  # the derivation as JSON, see Deadline.trace


class Reminder(db.Model):  # type: ignore[name-defined]
    """A clock has passed a point: what follows, and whom it tells. Kept in step by `clock_runs.py`."""

    __table_args__ = (
        Index("ix_reminder_recipient", "recipient", "unit"),
        Index("ix_reminder_business_key", "business_key"),
    )

    instance_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(Code, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    effect: Mapped[str] = mapped_column(Code, primary_key=True)  # 提示 催办 超期 …
    recipient: Mapped[str] = mapped_column(Name, primary_key=True)  # a user name, or @role: all of it in the unit
    business_key: Mapped[str | None] = mapped_column(Name)
    order_no: Mapped[str | None] = mapped_column(Name)
    unit: Mapped[str | None] = mapped_column(Code)
    due: Mapped[datetime | None] = mapped_column(Instant)  # the end of the clock as it stood then
    at: Mapped[datetime] = mapped_column(Instant)
    seen_by: Mapped[str | None] = mapped_column(Name)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)


class Reading(db.Model):  # type: ignore[name-defined]
    """Somebody has read personal data in clear: who, of which order, which fields, why, when."""

    __table_args__ = (Index("ix_reading_order", "order_id", "at"), Index("ix_reading_person", "person", "at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    order_id: Mapped[int] = mapped_column(ForeignKey(Order.id))
    person: Mapped[str] = mapped_column(Name)
    fields: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    order: Mapped[Order] = relationship()


class OrderNote(db.Model):  # type: ignore[name-defined]
    """What a colleague has written about an order; sealed, because people write names and numbers into notes."""

    __table_args__ = (Index("ix_order_note_order", "order_id", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    order_id: Mapped[int] = mapped_column(ForeignKey(Order.id))
    author: Mapped[str] = mapped_column(Name)
    text: Mapped[bytes] = mapped_column(Sealed)
    at: Mapped[datetime] = mapped_column(Instant)


class TransferCall(db.Model):  # type: ignore[name-defined]
    """One attempt at a three-party call 三方转接, for the rate of those answered. Written by `transfers.py`."""

    __table_args__ = (Index("ix_transfer_call_order_no", "order_no"), Index("ix_transfer_call_at", "at"))

    job_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    order_no: Mapped[str] = mapped_column(Name)
    topic: Mapped[str] = mapped_column(Name)
    unit: Mapped[str | None] = mapped_column(Code)  # the department that answered, else the last one rung
    rings: Mapped[int]  # departments rung
    answered: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Name)  # why the last one did not answer
    result: Mapped[str | None] = mapped_column(Name)  # 当场解决 需要办理 未接通
    at: Mapped[datetime] = mapped_column(Instant)


class Extension(db.Model):  # type: ignore[name-defined]
    """An application for more time 延期. Kept in step by `extensions.py`."""

    __table_args__ = (Index("ix_extension_matter_no", "matter_no"), Index("ix_extension_quota", "unit", "quarter"))

    instance_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    matter_no: Mapped[str] = mapped_column(Name)
    unit: Mapped[str | None] = mapped_column(Code)
    clock: Mapped[str] = mapped_column(Code)
    reason: Mapped[str] = mapped_column(Name)  # 法定时限 特殊疑难
    days: Mapped[int]  # working days asked for
    quarter: Mapped[str] = mapped_column(Code)  # 2026Q2, of the application
    state: Mapped[str] = mapped_column(Code)  # requested approved refused cancelled
    requested_at: Mapped[datetime] = mapped_column(Instant)
    requested_by: Mapped[str] = mapped_column(Name)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class Shelving(db.Model):  # type: ignore[name-defined]
    """A matter that cannot be solved for now 挂账: counted apart from the others. Kept in step by `extensions.py`."""

    __table_args__ = (Index("ix_shelving_matter_no", "matter_no"), Index("ix_shelving_state", "state", "review_at"))

    instance_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    matter_no: Mapped[str] = mapped_column(Name)
    unit: Mapped[str | None] = mapped_column(Code)
    reason: Mapped[str] = mapped_column(Name)
    state: Mapped[str] = mapped_column(Code)  # requested shelved refused ended
    requested_at: Mapped[datetime] = mapped_column(Instant)
    shelved_at: Mapped[datetime | None] = mapped_column(Instant)
    review_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class BadReview(db.Model):  # type: ignore[name-defined]
    """What 一网通办 says about a bad review 差评, and what became of it. Kept in step by `bad_reviews.py`."""

    __table_args__ = (Index("ix_bad_review_matter_no", "matter_no"), Index("ix_bad_review_item", "item"))

    instance_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    matter_no: Mapped[str] = mapped_column(Name)
    item: Mapped[str] = mapped_column(Name)  # 政务服务事项
    channel: Mapped[str] = mapped_column(Name)
    stars: Mapped[int]
    real_name: Mapped[bool]
    unit: Mapped[str | None] = mapped_column(Code)  # the owner of the window
    kind: Mapped[str | None] = mapped_column(Name)  # 可立即整改 需计划整改 恶意或误评
    second_stars: Mapped[int | None]
    cause: Mapped[str | None] = mapped_column(Name)
    outcome: Mapped[str | None] = mapped_column(Name)  # rectified explained invalid_review
    received_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)


class CaseDecision(db.Model):  # type: ignore[name-defined]
    """What the case system decided in a case that a tip-off had opened. Written by `credit.py`."""

    matter_no: Mapped[str] = mapped_column(Name, primary_key=True)
    case_no: Mapped[str] = mapped_column(Name)
    decision: Mapped[str] = mapped_column(Name)  # 行政处罚 不予行政处罚 撤销案件 移送司法机关
    document_no: Mapped[str | None] = mapped_column(Name)  # of the written decision
    decided_at: Mapped[datetime] = mapped_column(Instant)
    told_at: Mapped[datetime] = mapped_column(Instant)


class Export(db.Model):  # type: ignore[name-defined]
    """Somebody has taken a list out of the house: what, by which filter, how many rows, when. For the auditor."""

    __table_args__ = (Index("ix_export_at", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    person: Mapped[str] = mapped_column(Name)
    kind: Mapped[str] = mapped_column(Code)  # clues credit
    form: Mapped[str] = mapped_column(Code)  # csv xlsx json
    filter: Mapped[str] = mapped_column(Text)
    rows: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)


class LineNumber(db.Model):  # type: ignore[name-defined]
    """A telephone number, or a range of them, that the hotline answers on 号码段. Written by `lines.py`."""

    number: Mapped[str] = mapped_column(Name, primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(Name)
    purpose: Mapped[str] = mapped_column(Name)
    valid_to: Mapped[date | None]  # the last day
    approval: Mapped[str] = mapped_column(Name)  # who approved it, under which number


class LineDay(db.Model):  # type: ignore[name-defined]
    """A day of a line as the exchange counted it. Written by `lines.py`."""

    day: Mapped[date] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(Name, primary_key=True)
    offered: Mapped[int]
    answered: Mapped[int]
    within: Mapped[int]  # of these within 15 seconds
    lost: Mapped[int]
    wait: Mapped[int]  # seconds, of the answered ones together
    talk: Mapped[int]  # seconds together


class Knowledge(db.Model):  # type: ignore[name-defined]
    """An entry of the knowledge base 知识库 as it stands. It names no person. Written by `knowledge.py`."""

    __table_args__ = (
        UniqueConstraint("instance_id", "seq"),
        Index("ix_knowledge_state", "state", "expires_on"),
        Index("ix_knowledge_review", "state", "review_on"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    title: Mapped[str] = mapped_column(Name)
    body: Mapped[str] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(Name)  # 咨询主题
    tags: Mapped[str | None] = mapped_column(Text)  # words to find it by, parted by blanks
    basis: Mapped[str | None] = mapped_column(Text)  # the text it rests on
    unit: Mapped[str | None] = mapped_column(Code)  # the owner, who confirms and reviews it
    review_on: Mapped[date]  # the day by which it is to be looked at again
    expires_on: Mapped[date | None]  # the last day it holds
    state: Mapped[str] = mapped_column(Code)  # draft valid withdrawn
    version: Mapped[int] = mapped_column(default=1)
    author: Mapped[str] = mapped_column(Name)  # of this version
    at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(Text)  # what was changed, and why
    matter_no: Mapped[str | None] = mapped_column(Name)  # the consultation whose task wrote it
    instance_id: Mapped[int | None] = mapped_column(Id)
    seq: Mapped[int | None]  # of the event that told of it


class KnowledgeVersion(db.Model):  # type: ignore[name-defined]
    """What an entry said before it was changed. Written once, by `knowledge.py`."""

    entry_id: Mapped[int] = mapped_column(ForeignKey(Knowledge.id), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(Name)
    body: Mapped[str] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(Name)
    tags: Mapped[str | None] = mapped_column(Text)
    basis: Mapped[str | None] = mapped_column(Text)
    unit: Mapped[str | None] = mapped_column(Code)
    review_on: Mapped[date]
    expires_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(Code)
    author: Mapped[str] = mapped_column(Name)
    at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(Text)


class KnowledgeUse(db.Model):  # type: ignore[name-defined]
    """An entry was put into the answer of a task; once for each task. Written by `knowledge.py`."""

    entry_id: Mapped[int] = mapped_column(ForeignKey(Knowledge.id), primary_key=True)
    task_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    person: Mapped[str] = mapped_column(Name)
    at: Mapped[datetime] = mapped_column(Instant)


class Training(db.Model):  # type: ignore[name-defined]
    """A training 业务培训: what was taught to people of one unit, by whom, against which defect. See `trainings.py`."""

    __table_args__ = (Index("ix_training_unit", "unit", "held_on"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    topic: Mapped[str] = mapped_column(Name)
    held_on: Mapped[date]
    unit: Mapped[str] = mapped_column(Code)  # whose people were trained
    trainer: Mapped[str] = mapped_column(Name)
    rule: Mapped[str | None] = mapped_column(Code)  # of the defects it is to mend: R07 P8 …
    note: Mapped[str | None] = mapped_column(Text)
    registered_by: Mapped[str] = mapped_column(Name)
    registered_at: Mapped[datetime] = mapped_column(Instant)


class Trainee(db.Model):  # type: ignore[name-defined]
    """Who took part in a training: an account, or somebody of the unit by name."""

    training_id: Mapped[int] = mapped_column(ForeignKey(Training.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person: Mapped[str] = mapped_column(Name)  # as it was typed
    account: Mapped[str | None] = mapped_column(Name)  # the user name, where there is one


class Campaign(db.Model):  # type: ignore[name-defined]
    """A campaign 专项 of the office: orders that use its words while it runs are tagged. See `campaigns.py`."""

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(Name, unique=True)
    words: Mapped[str] = mapped_column(Text)  # parted by blanks; any of them marks an order
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # the last day; None: it goes on
    unit: Mapped[str | None] = mapped_column(Code)  # who leads it
    note: Mapped[str | None] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(Name)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    read_to: Mapped[int] = mapped_column(Id, default=0)  # the last order that was read for the words as they stand


class CampaignTag(db.Model):  # type: ignore[name-defined]
    """An order belongs to a campaign, by its words or by hand. A tag taken off stays, so that words do not renew it."""

    __table_args__ = (Index("ix_campaign_tag_order", "order_id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey(Campaign.id), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey(Order.id), primary_key=True)
    words: Mapped[str | None] = mapped_column(Text)  # found in the order; None: put on by hand
    by: Mapped[str] = mapped_column(Name)
    at: Mapped[datetime] = mapped_column(Instant)
    removed_by: Mapped[str | None] = mapped_column(Name)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
