"""Statements in the dialect of DuckDB as statements of Spark SQL."""

import sqlglot
from sqlglot import exp
from sqlglot.dialects.spark import Spark
from sqlglot.errors import ParseError, UnsupportedError

from errors import Refused, Unsupported
from joins import explode_lists, inline_names, join_sets, lift_scalars, unframed
from rewrite_hash import hash_each
from rewrites import rewrite


class _Dialect(Spark):
    """Spark's, but for what sqlglot would write otherwise than Spark 3.4 reads it."""

    class Generator(Spark.Generator):
        TRANSFORMS = {
            **Spark.Generator.TRANSFORMS,
            exp.NullSafeEQ: lambda self, e: f"({self.sql(e, 'this')} <=> {self.sql(e, 'expression')})",
            exp.NullSafeNEQ: lambda self, e: f"(NOT ({self.sql(e, 'this')} <=> {self.sql(e, 'expression')}))",
            exp.IntDiv: lambda self, e: f"({self.sql(e, 'this')} DIV {self.sql(e, 'expression')})",
            exp.Div: lambda self, e: f"{self.sql(e, 'this')} / {self.sql(e, 'expression')}",
        }


def parse(sql: str) -> exp.Expression:
    """The tree of one statement. Raises `Refused` for what is none."""
    try:
        found = [one for one in sqlglot.parse(sql, read="duckdb") if one is not None]
    except ParseError as error:
        raise Refused(f"Parser Error: {str(error).splitlines()[0]}") from error
    if len(found) != 1:
        raise Refused("one statement is expected")
    if isinstance(found[0], exp.Command):
        raise Unsupported(f"the statement {sql.strip().split(None, 1)[0].upper()}")
    return found[0]


def to_spark(tree: exp.Expression) -> str:
    """A query as Spark SQL. Raises `Unsupported` for what Spark has no like of."""
    tree = spell_out(tree)
    tree = explode_lists(inline_names(hash_each(unframed(tree))))
    tree = lift_scalars(join_sets(tree))
    tree = _bottom_up(tree)
    _name_sources(tree)
    try:
        return tree.sql(dialect=_Dialect, identify=True, copy=False, unsupported_level=sqlglot.ErrorLevel.RAISE, comments=False)
    except UnsupportedError as error:
        raise Unsupported(str(error).splitlines()[0]) from error


def _bottom_up(tree: exp.Expression) -> exp.Expression:
    for node in reversed(list(tree.dfs())):
        made = rewrite(node)
        if made is node:
            continue
        if node is tree:
            tree = made
        else:
            node.replace(made)
    return tree


def _name_sources(tree: exp.Expression) -> None:
    """Spark takes the WHERE of `FROM (SELECT …) WHERE (x)` for the name of the subquery when it has none."""
    for i, query in enumerate(tree.find_all(exp.Subquery)):
        if isinstance(query.parent, (exp.From, exp.Join)) and query.args.get("alias") is None:
            query.set("alias", exp.TableAlias(this=exp.to_identifier(f"plumbline_source_{i}")))


def spell_out(tree: exp.Expression) -> exp.Expression:
    """GROUP BY ALL and ORDER BY ALL as numbers of columns."""
    for select in list(tree.find_all(exp.Select)):
        group = select.args.get("group")
        if group is not None and group.args.get("all"):
            plain = [i + 1 for i, one in enumerate(select.expressions) if one.find(exp.AggFunc) is None]
            select.set("group", exp.Group(expressions=[exp.Literal.number(i) for i in plain]) if plain else None)
        order = select.args.get("order")
        if order is not None and len(order.expressions) == 1:
            sole = order.expressions[0].this if isinstance(order.expressions[0], exp.Ordered) else order.expressions[0]
            if isinstance(sole, exp.Column) and sole.name.upper() == "ALL" and not sole.this.quoted:
                numbers = range(1, len(select.expressions) + 1)
                ordered = [exp.Ordered(this=exp.Literal.number(i), nulls_first=False) for i in numbers]
                select.set("order", exp.Order(expressions=ordered))
    return tree
