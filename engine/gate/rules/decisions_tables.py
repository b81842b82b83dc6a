"""Decision tables that answer every case, and each case in one way.

What. Every table of the bundle is looked at before any case comes: combinations that no rule covers (gaps), rules that
match at once where the hit policy promises one (overlaps, under U and A), rules that never act because earlier ones
take all (under F; the finding names them) or because a cell accepts no value there is (the finding names the cell and
the values there are), inputs no rule asks, columns without a type. Each gap and overlap is shown with one combination
of values; a rule that overlaps many others is told once, with all of them. Cells that compute or call functions are
never blamed.
Why. An overlap gives no answer on the day the case comes, so it refuses the deployment. A gap gives null, which may be
meant; a rule that never acts or a value nobody checks is a mistake, but changes no other answer: these are warnings.
A table without any condition gives every case the same; where flows ask for another answer, no case would go on, and
where its columns ask for nothing that the process has, it has only been made and not been filled in.
Mend. Draw the boundary once ([..10) and [10..]), add the missing rule or a last row of dashes, delete what never acts.

决策表须对每种情形有且只有一个答案：检查空缺（没有规则适用）、重叠（多条规则同时相符）、永远轮不到或不可能相符的规则、没有用到
的输入和没有数据类型的列；空缺与重叠附具体示例，同一条规则与多条重叠时合并为一条。重叠拒绝部署，其余为提醒。
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from engine import feel
from engine.dmn import Decision, Model, Remark, Table
from engine.dmn.analysis import MAX_PAIRS, analyse_table
from engine.dmn.item_types import Allowed
from engine.errors import Finding
from engine.feel import tree
from engine.feel.types import Type
from engine.gate import answers, facts, tables
from engine.gate.bundle import Bundle
from engine.gate.finding import in_file
from engine.gate.model import shown
from engine.gate.near import listed, near
from engine.gate.rules import expressions
from engine.gate.scope import Reader

Say = tuple[str, str]
_MENDS: dict[str, Say] = {  # by code, which is `table-` and the kind of remark
    "table-gap": ("为这种情形加一条规则，或在最后加一条全是“-”的规则", "add a rule for it, or a last rule of dashes"),
    "table-overlap": (
        "划清两条规则的界限，或把命中策略改为 F（第一条）",
        "separate the two, or let the hit policy be F (first)",
    ),
    "table-unreachable": ("删去这条规则，或把它移到前面", "delete the rule, or move it up"),
    "table-impossible": ("改正这个单元格", "correct this cell"),
    "table-unused": ("删去这一列，或用上它", "delete the column, or use it"),
    "table-blank": (
        '打开决策表，把条件和结果的列换成这项决策的，再逐行填写，如：条件 < 10，结果 "通过"',
        'open the table, give its columns the names of this decision, and fill in row by row, such as < 10 and "yes"',
    ),
    "table-untyped": ("为这些列选择数据类型", "choose a type for these columns"),
    "table-large": ("把表拆成几张", "split the table"),
}
_FOLDED = 2  # overlaps of one rule beyond which they are told as one


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about what the tables of the bundle say."""
    asked = _asked(bundle)
    decided = {node.extension("decision") for node in bundle.nodes}
    for file, model in tables.models(bundle).items():
        if not isinstance(model, Model):
            continue  # the rule before this one has told it
        types = {item.name: item.type for item in model.items.values() if item.type is not None}
        for item in model.own:
            if not isinstance(item, Decision):
                continue
            for table in item.tables:
                if _says_nothing(table):
                    conditions = {words for key in (item.id, item.name) for words in asked[key]}
                    used = bool({item.id, item.name} & decided)
                    yield _blank(file, item.name, table, conditions, used and _untouched(item, table, bundle))
                    continue
                for remark in _folded(analyse_table(table, item.name, types, item.type)):
                    yield from _told(file, table, types, remark)


def _asked(bundle: Bundle) -> dict[str, set[str]]:
    """The conditions of flows that read what the tasks asking a decision set, by the decision's name or id."""
    read: dict[str, set[str]] = defaultdict(set)
    for place, expression, _ in expressions.readable(bundle) if bundle.tables else ():
        if place.name == "condition":
            for name in expression.names:
                read[name].add(place.text)
    found: dict[str, set[str]] = defaultdict(set)
    reader = Reader(bundle)
    for node in bundle.nodes if read else ():
        if decision := node.extension("decision"):
            names = {name for name, _, _ in reader.settings(node)}
            if not names:  # its answer goes nowhere yet: the next gateway must mean it
                found[decision] |= {flow.condition for flow in answers.next_flows(node) if flow.condition}
            for name in names:
                found[decision] |= read[name]
    return found


def _untouched(decision: Decision, table: Table, bundle: Bundle) -> bool:
    """Whether a table asks for nothing that the bundle has, as one that has been made and not been filled in."""
    known = facts.of(bundle)
    names = [column.expression.tree.name for column in table.columns if isinstance(column.expression.tree, tree.Name)]
    unset = decision.loose - known.variables.keys()
    return bool(names) and not known.wild and unset.issuperset(names)


def _blank(file: str, name: str, table: Table, conditions: set[str], untouched: bool) -> Finding:
    """A table that gives every case the same: an error where flows ask for other answers, which never come then, and
    where it is asked and has not been filled in yet."""
    answers = [output.text for rule in table.rules[:1] for output in rule.outputs]
    useless = bool(conditions) and not any(answer in words for answer in answers for words in conditions)
    same = f"每个办件都得到 {shown('、'.join(answers))}", f"every case gets {shown(', '.join(answers))}"
    if not answers:
        same = "什么也决定不了", "it decides nothing"
    zh, en = (
        f"决策表“{shown(name)}”没有填写任何条件，{same[0]}",
        f"the table “{shown(name)}” has no conditions: {same[1]}",
    )
    if useless:
        asked = "；".join(sorted(conditions)[:3]), "; ".join(sorted(conditions)[:3])
        zh, en = f"{zh}，而连线要的是 {shown(asked[0], 120)}", f"{en}, while flows ask for {shown(asked[1], 120)}"
    return in_file("table-blank" if useless or untouched else "table-unused", file, zh, en, *_MENDS["table-blank"])


def _told(file: str, table: Table, types: dict[str, Type], remark: Remark) -> Iterator[Finding]:
    code, name = "table-" + remark.kind, shown(remark.decision)
    said = [(remark.zh, remark.en, _MENDS[code])]
    if remark.kind == "impossible":
        said = list(_cells(table, types, remark)) or said
    for zh, en, mend in said:
        yield in_file(code, file, f"决策表“{name}”：{zh}", f"the table “{name}”: {en}", *mend)


def _says_nothing(table: Table) -> bool:
    """Whether no rule of a table asks anything, as in one that has just been made."""
    return bool(table.columns) and not any(test is not None for rule in table.rules for test in rule.tests)


def _folded(remarks: list[Remark]) -> Iterator[Remark]:
    """The remarks, where the overlaps of one rule with many others are one."""
    left = [remark for remark in remarks if remark.kind == "overlap"]
    least = ("至少 ", "at least ") if len(left) >= MAX_PAIRS else ("", "")  # more are not looked for
    yield from (remark for remark in remarks if remark.kind != "overlap")
    while left:
        counts: dict[int, int] = {}
        for remark in left:
            for number in remark.rules:
                counts[number] = counts.get(number, 0) + 1
        worst = max(counts, key=lambda number: (counts[number], -number))
        mine = [remark for remark in left if worst in remark.rules]
        left = [remark for remark in left if worst not in remark.rules]
        if len(mine) <= _FOLDED:
            yield from mine
            continue
        others = sorted({number for remark in mine for number in remark.rules} - {worst})
        all_zh, all_en = "、".join(map(str, others)), ", ".join(map(str, others))
        such_zh, such_en = _example(mine[0].zh), _example(mine[0].en)
        zh = f"第 {worst} 条规则与另外 {least[0]}{len(others)} 条（第 {all_zh} 条）同时相符，如：{such_zh}"
        en = f"rule {worst} matches at once with {least[1]}{len(others)} others ({all_en}), such as: {such_en}"
        yield Remark("overlap", mine[0].decision, (worst, *others), zh, en, mine[0].example)


def _example(sentence: str) -> str:
    return sentence.partition("：")[2] or sentence.partition(": ")[2]


def _cells(table: Table, types: dict[str, Type], remark: Remark) -> Iterator[tuple[str, str, Say]]:
    """Every cell of a rule that no value of its column passes, with the values there are."""
    number = remark.rules[0]
    for column, test in zip(table.columns, table.rules[number - 1].tests, strict=True):
        if test is None or column.label not in remark.columns:
            continue
        type_ = column.type
        if type_ is None and isinstance(column.expression.tree, tree.Name):
            type_ = types.get(column.expression.tree.name)
        zh = f"第 {number} 条规则“{shown(column.label)}”列的 {shown(test.text)} 永远不会相符"
        en = f"{shown(test.text)} in rule {number}, column “{shown(column.label)}”, can never match"
        mend = _MENDS["table-impossible"]
        narrow = type_.allowed.tests if type_ is not None and isinstance(type_.allowed, Allowed) else ()
        options = [text for tests in (column.allowed, *narrow) if tests is not None for text in _texts(tests)]
        if options:
            zh, en = f"{zh}：该列的值只有 {listed(options)[0]}", f"{en}: the column's values are {listed(options)[1]}"
            meant = [other for text in _texts(test) if text not in options and (other := near(text, options))]
            if meant:
                mend = f'是否指 "{meant[0]}"？', f'did you mean "{meant[0]}"?'
        elif type_ is not None:
            zh, en = f"{zh}：该列的数据类型是 {type_.name or type_.kind}", f"{en}: the column's type is {type_.kind}"
        yield zh, en, mend


def _texts(tests: feel.UnaryTests) -> list[str]:
    return [part.value for part in tree.parts(tests.tree) if isinstance(part, tree.Text)]
