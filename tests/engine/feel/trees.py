"""Random trees of the language, for laws that must hold for all of them."""

from __future__ import annotations

from hypothesis import strategies as st

from engine.feel import tree

words = st.sampled_from(["a", "b", "金额", "类别", "full name", "x1", "order"])
keys = st.sampled_from(["a", "b", "金额", "first name", "k-1", "说明 2"])
numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=3, allow_nan=False).map(
    lambda d: tree.Number(d.normalize() + 0)
)
texts = st.text(max_size=8).map(tree.Text)
temporals = st.sampled_from(["2026-01-31", "09:00:00", "2026-01-31T09:00:00Z", "P1D", "P1Y2M"]).map(tree.Temporal)
leaves = st.one_of(
    numbers, texts, temporals, words.map(tree.Name), st.booleans().map(tree.Boolean), st.just(tree.Null())
)
types = st.recursive(
    st.sampled_from(["number", "string", "date and time", "years and months duration", "Any", "tLoan"]).map(tree.Type),
    lambda inner: st.one_of(
        inner.map(lambda t: tree.Type("list", (t,))),
        inner.map(lambda t: tree.Type("range", (t,))),
        st.lists(inner, max_size=2).flatmap(lambda ts: inner.map(lambda r: tree.Type("function", (*ts, r)))),
        st.lists(inner, min_size=1, max_size=2).map(
            lambda ts: tree.Type("context", tuple(ts), ("a", "first name")[: len(ts)])
        ),
    ),
    max_leaves=4,
)
parameters = st.lists(st.sampled_from(["p", "q", "r"]), unique=True, max_size=3)


def _chain(made: type) -> object:
    return lambda parts: made(tuple(parts))


def _nested(inner: st.SearchStrategy[tree.Node]) -> st.SearchStrategy[tree.Node]:
    operators = st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">="])
    tests = st.builds(tree.Test, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), inner)
    iterations = st.lists(
        st.builds(tree.Iteration, st.sampled_from(["i", "j", "每项"]), inner, st.none() | inner), min_size=1, max_size=2
    ).map(tuple)
    negations = inner.filter(lambda node: not isinstance(node, tree.Number)).map(tree.Negation)
    lambdas = st.builds(
        lambda names, kind, body: tree.Lambda(tuple(tree.Parameter(name, kind) for name in names), body),
        parameters, st.none() | types, inner,
    )  # fmt: skip
    return st.one_of(
        st.builds(tree.Binary, operators, inner, inner),
        negations,
        st.lists(inner.filter(lambda n: not isinstance(n, tree.And)), min_size=2, max_size=3).map(_chain(tree.And)),
        st.lists(inner.filter(lambda n: not isinstance(n, tree.Or)), min_size=2, max_size=3).map(_chain(tree.Or)),
        st.builds(tree.Between, inner, inner, inner),
        st.builds(tree.In, inner, st.lists(inner | tests, min_size=1, max_size=3).map(tuple)),
        st.builds(tree.Interval, inner, inner, st.booleans(), st.booleans()),
        st.lists(inner | tests, max_size=3).map(_chain(tree.Items)),
        st.lists(st.tuples(keys, inner), max_size=3, unique_by=lambda e: e[0]).map(_chain(tree.Entries)),
        st.builds(tree.If, inner, inner, inner),
        st.builds(tree.For, iterations, inner),
        st.builds(tree.Quantified, st.booleans(), iterations, inner),
        st.builds(tree.Path, inner, st.sampled_from(["a", "first name", "年"])),
        st.builds(tree.Filter, inner, inner),
        st.builds(tree.Call, inner, st.lists(inner, max_size=3).map(tuple)),
        st.builds(lambda f, a: tree.Call(f, (a,), ("first name",)), inner, inner),
        st.builds(tree.InstanceOf, inner, types),
        lambdas,
    )


trees = st.recursive(leaves, _nested, max_leaves=12)
