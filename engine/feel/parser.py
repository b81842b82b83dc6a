"""Tokens to a tree: precedence climbing, with the names known at each place.

Weakest to strongest: or · and · comparison, between, in · + - · * / · ** · unary minus · instance of · path,
filter, call.
"""

from __future__ import annotations

from collections.abc import Iterable

from . import tree
from .errors import NOTHING, FeelError, FeelLimit
from .lexer import KEYWORDS, Token, number_of, text_of
from .limits import MAX_CHAIN
from .mistakes import hint_at
from .names import normal
from .reader import Reader
from .tree import Node
from .types_text import parse_type
from .values import CONTEXT

OR, AND, COMPARISON, ADDITION, PRODUCT, POWER, MINUS, INSTANCE = range(1, 9)
_BINARY = {
    "=": COMPARISON, "!=": COMPARISON, "<": COMPARISON, "<=": COMPARISON, ">": COMPARISON, ">=": COMPARISON,
    "+": ADDITION, "-": ADDITION, "*": PRODUCT, "/": PRODUCT, "**": POWER,
}  # fmt: skip
_WORDS = {"or": OR, "and": AND, "between": COMPARISON, "in": COMPARISON, "instance": INSTANCE}
_TESTS = frozenset({"<", "<=", ">", ">=", "=", "!="})
_KEY_SIGNS = frozenset({"+", "-", "*", "/", ".", "**"})
_CLOSES_RANGE = frozenset(
    {"", ")", ",", "]", "}", "and", "or", "then", "else", "return", "satisfies", "=", "!=", "in", "["}
)


def parse(text: str, names: Iterable[str] = ()) -> Node:
    """The tree of an expression; raises FeelError."""
    parser = Parser(text, names)
    node = parser.expression()
    parser.finish()
    return node


def parse_tests(text: str, names: Iterable[str] = ()) -> tree.Tests:
    """The tree of a decision-table cell; raises FeelError."""
    parser = Parser(text, names)
    node = parser.cell()
    parser.finish()
    return node


class Parser(Reader):
    """One pass over one text."""

    # --- expressions -------------------------------------------------------------------------------------------------

    def expression(self, level: int = 0, endpoint: bool = False) -> Node:
        """An expression of operators that bind at least as strongly as `level`."""
        self.deeper()
        left = self.prefix(endpoint)
        length = 0
        while True:
            token = self.token
            strength = (_BINARY if token.kind == "sign" else _WORDS if token.kind == "name" else {}).get(token.text, 0)
            if strength == 0 or strength < level:
                break
            length += 1
            if length > MAX_CHAIN:
                raise FeelLimit(("运算符过多，请拆开表达式", "too many operators in a row"), token.start)
            left = self.infix(left, self.advance(), strength, endpoint)
        self.depth -= 1
        return left

    def infix(self, left: Node, token: Token, strength: int, endpoint: bool) -> Node:
        word = token.text
        if word == "or" or word == "and":
            parts = [left, self.expression(strength + 1)]
            while self.take(word):
                parts.append(self.expression(strength + 1))
                if len(parts) > MAX_CHAIN:
                    raise FeelLimit(("运算符过多，请拆开表达式", "too many operators in a row"), token.start)
            return (tree.Or if word == "or" else tree.And)(tuple(parts), at=token.start)
        if word == "between":
            low = self.expression(ADDITION)
            self.need("and")
            return tree.Between(left, low, self.expression(ADDITION), at=token.start)
        if word == "in":
            return tree.In(left, self.tests_after_in(), at=token.start)
        if word == "instance":
            self.need("of")
            return tree.InstanceOf(left, parse_type(self), at=token.start)
        return tree.Binary(word, left, self.expression(strength + 1, endpoint), at=token.start)

    def prefix(self, endpoint: bool) -> Node:
        if self.sign("-"):
            start = self.advance().start
            self.deeper()
            operand = self.expression(INSTANCE, endpoint) if not self.sign("-") else self.prefix(endpoint)
            self.depth -= 1
            if isinstance(operand, tree.Number):
                return tree.Number(CONTEXT.minus(operand.value), at=start)
            return tree.Negation(operand, at=start)
        return self.postfix(self.primary(), endpoint)

    def postfix(self, node: Node, endpoint: bool) -> Node:
        length = 0
        while self.token.kind == "sign":
            token = self.token
            if token.text == ".":
                self.advance()
                if self.token.kind != "name":
                    raise self.error(("点号后面应为属性名", "expected a property name after the dot"))
                node = tree.Path(node, self.name(), at=token.start)
            elif token.text == "[":
                if endpoint and self.lexer.at(token.end).text in _CLOSES_RANGE:
                    break
                self.advance()
                condition = self.expression()
                self.close("]", token.start)
                node = tree.Filter(node, condition, at=token.start)
            elif token.text == "(":
                node = self.call(node)
            else:
                break
            length += 1
            if length > MAX_CHAIN:
                raise FeelLimit(("运算符过多，请拆开表达式", "too many operators in a row"), token.start)
        return node

    def call(self, function: Node) -> Node:
        start = self.advance().start
        arguments: list[Node] = []
        names: list[str] = []
        while not self.sign(")"):
            if arguments:
                self.comma(")", start)
            key = self.key()
            if key is None and names or key is not None and len(names) != len(arguments):
                raise self.error(("参数要么全部带名称，要么全部不带", "either all arguments have names or none"))
            if key is not None:
                names.append(key)
            arguments.append(self.expression())
        self.close(")", start)
        return tree.Call(function, tuple(arguments), tuple(names), at=start)

    # --- primaries ---------------------------------------------------------------------------------------------------

    def primary(self) -> Node:
        token = self.token
        if token.kind == "number":
            self.advance()
            return tree.Number(number_of(token), at=token.start)
        if token.kind == "text":
            self.advance()
            return tree.Text(text_of(token), at=token.start)
        if token.kind == "name":
            return self.named(token)
        if token.text == "(":
            return self.bracketed()
        if token.text == "[":
            return self.listed()
        if token.text == "]":
            self.advance()
            return self.interval(self.expression(ADDITION), False, token.start)
        if token.text == "{":
            return self.context()
        if token.text == "@":
            self.advance()
            if self.token.kind != "text":
                raise self.error(
                    (
                        '@ 后面应为引号内的日期或时间，例如 @"2026-01-31"',
                        'expected a quoted text after @, like @"2026-01-31"',
                    )
                )
            return tree.Temporal(text_of(self.advance()), at=token.start)
        missing = ("补上缺少的值，或去掉多余的运算符", "add the missing value, or drop the operator")
        raise self.error(("此处应为一个值", "expected a value"), missing if token.kind == "end" else NOTHING)

    def named(self, token: Token) -> Node:
        word = token.text
        if word not in KEYWORDS or self.known.longest(word, self.text, token.start):
            return tree.Name(self.name(), at=token.start)
        self.advance()
        if word in ("true", "false"):
            return tree.Boolean(word == "true", at=token.start)
        if word == "null":
            return tree.Null(at=token.start)
        if word == "if":
            return self.choice(token)
        if word == "for":
            mark = self.known.mark()
            iterations = self.iterations("return")
            self.known.declare("partial")
            body = self.expression()
            self.known.forget(mark)
            return tree.For(iterations, body, at=token.start)
        if word in ("some", "every"):
            mark = self.known.mark()
            iterations = self.iterations("satisfies")
            condition = self.expression()
            self.known.forget(mark)
            return tree.Quantified(word == "every", iterations, condition, at=token.start)
        if word == "function":
            return self.function(token)
        raise self.error(("此处应为一个值", "expected a value"), token=token)

    def name(self) -> str:
        """The name that begins here: the longest known one, else the word, joined with the plain words after it."""
        token = self.token
        found = self.known.longest(token.text, self.text, token.start)
        if found:
            self.jump(found[1])
            return found[0]
        self.advance()
        name = token.text
        if self.known.simple(name) or name == "?":
            return name
        while self.token.kind == "name" and self.token.text not in KEYWORDS and self.token.text != "?":
            name += " " + self.advance().text
        return name

    def bracketed(self) -> Node:
        start = self.advance().start
        if self.token.text in _TESTS and self.token.kind == "sign":
            node: Node = self.test()
        else:
            node = self.expression()
            if self.sign(".."):
                return self.interval(node, False, start)
        if self.sign(","):
            raise self.error(
                ("括号里只能有一个值", "one value in brackets"),
                ("列表请用方括号 [a, b]", "lists stand in square brackets: [a, b]"),
            )
        self.close(")", start)
        return node

    def listed(self) -> Node:
        start = self.advance().start
        items: list[Node] = []
        while not self.sign("]"):
            if items:
                self.comma("]", start)
            items.append(self.test() if self.token.text in _TESTS and self.token.kind == "sign" else self.expression())
            if len(items) == 1 and self.sign(".."):
                return self.interval(items[0], True, start)
        self.advance()
        return tree.Items(tuple(items), at=start)

    def interval(self, first: Node, included: bool, start: int) -> Node:
        self.need("..")
        last = self.expression(ADDITION, endpoint=True)
        close = self.token
        if close.kind != "sign" or close.text not in ("]", ")", "["):
            raise self.error(("区间应以 ] 或 ) 结束", "expected `]` or `)` at the end of the range"))
        self.advance()
        return tree.Interval(first, last, included, close.text == "]", at=start)

    def test(self) -> Node:
        token = self.advance()
        return tree.Test(token.text, self.expression(ADDITION), at=token.start)

    def context(self) -> Node:
        start = self.advance().start
        mark = self.known.mark()
        entries: list[tuple[str, Node]] = []
        while not self.sign("}"):
            if entries:
                self.comma("}", start)
            key = self.key()
            if key is None:
                raise self.error(("此处应为“名称: 值”", "expected `name: value`"))
            self.known.declare(key)
            entries.append((key, self.expression()))
        self.advance()
        self.known.forget(mark)
        return tree.Entries(tuple(entries), at=start)

    def key(self) -> str | None:
        """Step over `name:` or `"name":` and return the name; None, without a step, when no colon follows a name."""
        first = self.token
        if first.kind == "text" and self.lexer.at(first.end).text == ":":
            self.advance()
            self.advance()
            return text_of(first)
        token = first
        if first.kind != "name":
            return None
        while token.kind == "name" or token.kind == "number" or token.text in _KEY_SIGNS:
            token = self.lexer.at(token.end)
        if token.text != ":":
            return None
        self.jump(token.end)
        return normal(self.text[first.start : token.start])

    def choice(self, token: Token) -> Node:
        condition = self.expression()
        self.need("then")
        then = self.expression()
        if not self.word("else"):
            raise self.error(
                ("if 需要 else 部分", "`if` needs its `else`"),
                hint_at(self.text, self.token.start)
                if self.token.kind == "name"
                else ("没有其他值时请写 else null", "write `else null` if there is nothing else"),
            )
        self.advance()
        return tree.If(condition, then, self.expression(), at=token.start)

    def iterations(self, closing: str) -> tuple[tree.Iteration, ...]:
        found: list[tree.Iteration] = []
        while True:
            token = self.token
            if token.kind != "name":
                raise self.error(("此处应为变量名", "expected the name of a variable"))
            while self.token.kind == "name" and self.token.text != "in" or self.token.text in _KEY_SIGNS:
                self.advance()
            name = normal(self.text[token.start : self.token.start])
            self.need("in")
            source = self.expression(ADDITION)
            end = self.expression(ADDITION) if self.take("..") else None
            found.append(tree.Iteration(name, source, end, at=token.start))
            self.known.declare(name)
            if not self.take(","):
                break
        self.need(closing)
        return tuple(found)

    def function(self, token: Token) -> Node:
        self.need("(")
        mark = self.known.mark()
        parameters: list[tree.Parameter] = []
        while not self.sign(")"):
            if parameters:
                self.need(",")
            first = self.token
            if first.kind != "name":
                raise self.error(("此处应为参数名", "expected the name of a parameter"))
            while self.token.kind == "name" or self.token.kind == "number" or self.token.text in _KEY_SIGNS:
                self.advance()
            name = normal(self.text[first.start : self.token.start])
            kind = parse_type(self) if self.take(":") else None
            parameters.append(tree.Parameter(name, kind, at=first.start))
            self.known.declare(name)
        self.advance()
        external = self.take("external")
        body = self.expression()
        self.known.forget(mark)
        return tree.Lambda(tuple(parameters), body, external, at=token.start)

    # --- tests -------------------------------------------------------------------------------------------------------

    def tests_after_in(self) -> tuple[Node, ...]:
        if self.token.text in _TESTS and self.token.kind == "sign":
            return (self.test(),)
        if not self.sign("("):
            return (self.expression(ADDITION),)
        start = self.token.start
        self.advance()
        tests = self.tests()
        if len(tests) == 1 and self.sign(".."):
            return (self.interval(tests[0], False, start),)
        self.close(")", start)
        return tests

    def tests(self) -> tuple[Node, ...]:
        found: list[Node] = []
        while not found or self.take(","):
            found.append(self.test() if self.token.text in _TESTS and self.token.kind == "sign" else self.expression())
        return tuple(found)

    def cell(self) -> tree.Tests:
        start = self.token
        if self.sign("-") and self.lexer.at(start.end).kind == "end":
            self.advance()
            return tree.Tests((), at=start.start)
        if self.word("not") and self.lexer.at(start.end).text == "(":
            try:
                self.advance()
                self.advance()
                tests = self.tests()
                self.need(")")
                if self.token.kind == "end":
                    return tree.Tests(tests, True, at=start.start)
            except FeelError:
                pass  # then it is an expression that begins with not(…), or the error below tells more
            self.depth = 0
            self.jump(start.start)
        return tree.Tests(self.tests(), at=start.start)
