"""Subqueries and lists that Spark knows in fewer places than DuckDB."""

import re

from sqlglot import exp

_DATASET = re.compile(r"dataset_\d+")
_OWN_NAME = re.compile(r"c\d+|bad|gone|content|file|rowid")
_KEY = "plumbline_key"
# A longer list of constants is a table that is joined.
_MOST_CONSTANTS = 10_000


def _own(select: exp.Select, kind) -> list:
    """Nodes of a kind that belong to this SELECT and to none within it."""
    return [node for node in select.find_all(kind) if node.find_ancestor(exp.Select) is select]


def explode_lists(tree: exp.Expression) -> exp.Expression:
    """`unnest(list) AS v, generate_subscripts(list, 1) AS i` side by side as one LATERAL VIEW POSEXPLODE."""
    for select in list(tree.find_all(exp.Select)):
        places = [one for one in _own(select, exp.Anonymous) if one.name.lower() == "generate_subscripts"]
        values = _own(select, exp.Explode)
        counted = [one for one in values if isinstance(one.this, exp.GenerateSeries)]
        first = 1
        if not places and len(values) == 2 and len(counted) == 1:
            # `unnest(range(n)) AS i, unnest(list of n) AS v`
            places, first = counted, 0
            values = [one for one in values if one is not counted[0]]
        if not places:
            continue
        if len(places) != 1 or len(values) != 1:
            continue
        listed = values[0].this.copy()
        view = exp.Lateral(
            this=exp.Posexplode(this=listed),
            view=True,
            alias=exp.TableAlias(this=exp.to_identifier("exploded"), columns=[exp.to_identifier("at_"), exp.to_identifier("one_")]),
        )
        values[0].replace(exp.column("one_"))
        at = exp.column("at_")
        places[0].replace(exp.Paren(this=exp.Add(this=at, expression=exp.Literal.number(1))) if first else at)
        select.append("laterals", view)
    return tree


def unframed(tree: exp.Expression) -> exp.Expression:
    """lead() and lag() over a named window that has a frame, which means nothing to them and is an error in Spark."""
    for select in list(tree.find_all(exp.Select)):
        named = {one.name: one for one in select.args.get("windows") or []}
        for window in _own(select, exp.Window):
            found = named.get(window.alias)
            if found is None or found.args.get("spec") is None or not isinstance(window.this, (exp.Lead, exp.Lag)):
                continue
            partition = [one.copy() for one in found.args.get("partition_by") or []]
            order = found.args.get("order")
            window.replace(exp.Window(this=window.this.copy(), partition_by=partition, order=order and order.copy(), over="OVER"))
    return tree


def inline_names(tree: exp.Expression) -> exp.Expression:
    """A name that a SELECT gives and its WHERE uses, which only DuckDB allows, as what it stands for. Tables of ours have none such."""
    for select in list(tree.find_all(exp.Select)):
        where = select.args.get("where")
        source = select.args.get("from_") or select.args.get("from")
        if where is None or source is None or not isinstance(source.this, exp.Table):
            continue
        if not _DATASET.fullmatch(source.this.name) or select.args.get("joins"):
            continue
        given = {one.alias: one.this for one in select.expressions if isinstance(one, exp.Alias)}
        for column in list(where.find_all(exp.Column)):
            if column.name in given and not _OWN_NAME.fullmatch(column.name) and column.find_ancestor(exp.Select) is select:
                column.replace(exp.Paren(this=given[column.name].copy()))
    return tree


def lift_scalars(tree: exp.Expression) -> exp.Expression:
    """A subquery within the argument of an aggregate as a column of what is aggregated."""
    number = 0
    for select in list(tree.find_all(exp.Select)):
        lifted = []
        for aggregate in _own(select, (exp.AggFunc, exp.Filter)):
            for query in [one for one in aggregate.find_all(exp.Subquery) if one.find_ancestor(exp.Select) is select]:
                number += 1
                name = f"plumbline_scalar_{number}"
                query.replace(exp.column(name))
                lifted.append(exp.alias_(query, name))
        source = select.args.get("from_") or select.args.get("from")
        if lifted and source is not None and not select.args.get("joins"):
            source.set("this", exp.select("*", *lifted).from_(source.this.copy()).subquery(f"plumbline_lifted_{number}"))
    return tree


def join_sets(tree: exp.Expression) -> exp.Expression:
    """
    `x IN (SELECT …)` where Spark refuses it: of constants as a list, else as a join with the different values, and with how
    many rows and values there are: a NULL in the set leaves open whether what is not found is in it.
    """
    number = 0
    for select in list(tree.find_all(exp.Select)):
        for node in _own(select, exp.In):
            query = node.args.get("query")
            if query is None:
                continue
            inner = query.this if isinstance(query, exp.Subquery) else query
            constants = _constants(inner)
            if constants is not None and len(constants) <= _MOST_CONSTANTS:
                node.replace(exp.In(this=node.this, expressions=constants))
                continue
            if not isinstance(inner, exp.Select) or len(inner.expressions) != 1 or _spark_knows(node, select):
                continue
            number += 1
            key = f"{_KEY}_{number}"
            inner = inner.copy()
            inner.set("expressions", [exp.alias_(inner.expressions[0].unalias(), key)])
            wanted = exp.select(exp.column(key)).distinct().from_(inner.subquery(f"set_of_{key}"))
            rows, values = f"{key}_rows", f"{key}_values"
            sizes = exp.select(exp.alias_(exp.Count(this=exp.Star()), rows), exp.alias_(exp.Count(this=exp.column(key)), values))
            sizes = sizes.from_(inner.copy().subquery(f"size_of_{key}"))
            is_null = lambda one: exp.Is(this=one, expression=exp.Null())  # noqa: E731
            known = exp.EQ(this=exp.column(rows), expression=exp.column(values))
            answer = (
                exp.case()
                .when(exp.Not(this=is_null(exp.column(key))), exp.true())
                .when(exp.EQ(this=exp.column(rows), expression=exp.Literal.number(0)), exp.false())
                .when(exp.and_(exp.Not(this=is_null(node.this.copy())), known), exp.false())
            )
            condition = exp.EQ(this=node.this.copy(), expression=exp.column(key))
            node.replace(exp.Paren(this=answer))
            select.append("joins", exp.Join(this=wanted.subquery(f"sets_{key}"), side="LEFT", on=condition))
            select.append("joins", exp.Join(this=sizes.subquery(f"sizes_{key}"), kind="CROSS"))
    return tree


def _constants(inner) -> list | None:
    """The elements of `SELECT unnest([…])`."""
    if not isinstance(inner, exp.Select) or len(inner.expressions) != 1 or inner.args.get("from_") or inner.args.get("from"):
        return None
    listed = inner.expressions[0].unalias()
    if not isinstance(listed, (exp.Explode, exp.Unnest)):
        return None
    array = listed.this if isinstance(listed, exp.Explode) else listed.expressions[0]
    return [one.copy() for one in array.expressions] if isinstance(array, exp.Array) else None


def _spark_knows(node: exp.In, select: exp.Select) -> bool:
    """Whether it stands alone, or with others joined by AND, in the WHERE of its SELECT."""
    at = node
    if isinstance(at.parent, exp.Not):
        at = at.parent
    while isinstance(at.parent, (exp.And, exp.Paren)):
        at = at.parent
    return isinstance(at.parent, exp.Where) and at.parent.parent is select
