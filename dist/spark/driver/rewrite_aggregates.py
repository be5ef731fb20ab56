"""Aggregates that Spark has under another name, or by another definition."""

from sqlglot import exp, parse_one

from build import call
from errors import Unsupported


def quantile(node) -> exp.Expression:
    return call("percentile", node.this, node.expression)


def median(node) -> exp.Expression:
    return call("percentile", node.this, exp.Literal.number("0.5"))


def discrete(node) -> exp.Expression:
    ordered = exp.Order(expressions=[exp.Ordered(this=node.this.copy(), nulls_first=True)])
    found = exp.PercentileDisc(this=node.expression)
    return exp.WithinGroup(this=found, expression=ordered)


def of_extreme(node) -> exp.Expression:
    """Of equal ones DuckDB takes the first row, Spark any."""
    value, key = node.this, node.expression
    if not (isinstance(value, exp.Column) and value.name == "rowid" and isinstance(node, exp.ArgMax)):
        return node
    first = call("struct", key.copy(), exp.Neg(this=value.copy()))
    there = exp.Not(this=exp.Is(this=key.copy(), expression=exp.Null()))
    return call("max_by", value, exp.Paren(this=exp.case().when(there, first)))


def _moment(node, formula: str) -> exp.Expression:
    """Those of DuckDB are corrected for the sample (G1, G2 of Joanes and Gill 1998), those of Spark are not."""
    found = parse_one(formula, read="spark")
    for place in list(found.find_all(exp.Column)):
        place.replace(node.this.copy())
    return exp.Paren(this=found)


def skewness(node) -> exp.Expression:
    return _moment(node, "CASE WHEN count(x) > 2 THEN sqrt(count(x) * (count(x) - 1D)) / (count(x) - 2D) * skewness(x) END")


def kurtosis(node) -> exp.Expression:
    return _moment(
        node,
        "CASE WHEN count(x) > 3 THEN (count(x) - 1D) / ((count(x) - 2D) * (count(x) - 3D)) * ((count(x) + 1D) * kurtosis(x) + 6D) END",
    )


def histogram(node) -> exp.Expression:
    """`map_values(histogram(y, cuts))`: counts of y in (-inf, c1], (c1, c2], …"""
    if not (isinstance(node, exp.Anonymous) and node.name.lower() == "histogram"):
        raise Unsupported("the function map_values()")
    y, cuts = node.expressions
    edges = (cuts.this if isinstance(cuts, exp.Cast) else cuts).expressions
    counts = []
    for i, edge in enumerate(edges):
        within = exp.LTE(this=y.copy(), expression=edge.copy())
        if i > 0:
            within = exp.and_(exp.GT(this=y.copy(), expression=edges[i - 1].copy()), within)
        counts.append(call("count_if", within))
    return call("array", *counts)
