"""Parts that expressions are put together from."""

from sqlglot import exp


def call(name: str, *arguments) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))


def text(value: str) -> exp.Literal:
    return exp.Literal.string(value)


def number(value) -> exp.Literal:
    return exp.Literal.number(value)


def cast(value, to: str) -> exp.Cast:
    return exp.Cast(this=value, to=exp.DataType.build(to, dialect="spark"))


def typed(value, types: tuple, then, otherwise) -> exp.Expression:
    """A choice by the type of a value. Spark makes it while it plans, and forgets the other side."""
    kind = call("typeof", value.copy())
    return exp.Paren(this=exp.case().when(exp.In(this=kind, expressions=[text(one) for one in types]), then).else_(otherwise))
