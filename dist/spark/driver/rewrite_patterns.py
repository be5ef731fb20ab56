"""Functions with a pattern, whose dialect is another one in Spark."""

from sqlglot import exp

import regex
from build import call, number, text
from errors import Unsupported


def _pattern(node, options: str = "") -> str:
    expression = node.args["expression"]
    if not (isinstance(expression, exp.Literal) and expression.is_string):
        raise Unsupported("a pattern that is no constant")
    return regex.to_java(expression.this, options)


def _like(subject, pattern: str) -> exp.Expression:
    found = exp.RegexpLike(this=subject, expression=text(pattern))
    return exp.Paren(this=found)


def full_match(node) -> exp.Expression:
    pattern = _pattern(node)
    flags, _, rest = pattern.partition(")")
    return _like(node.this, f"{flags})\\A(?:{rest})\\z")


def search(node) -> exp.Expression:
    return _like(node.this, _pattern(node, node.args["flag"].name if node.args.get("flag") else ""))


def replaced(node) -> exp.Expression:
    options = node.args["modifiers"].name if node.args.get("modifiers") else ""
    by = node.args.get("replacement")
    if "g" not in options or not isinstance(by, exp.Literal):
        raise Unsupported("regexp_replace() without 'g'")
    return call("regexp_replace", node.this, text(_pattern(node, options)), text(regex.replacement(by.this)))


def extracted(node) -> exp.Expression:
    group = node.args.get("group") or number(0)
    return call("regexp_extract", node.this, text(_pattern(node)), group)


def split(node) -> exp.Expression:
    separator = node.expression
    if not (isinstance(separator, exp.Literal) and separator.is_string):
        raise Unsupported("string_split() by what is no constant")
    if separator.this == "":
        return call("regexp_extract_all", node.this, text("(?s)."), number(0))
    return call("split", node.this, text("\\Q" + separator.this + "\\E"), number(-1))
