"""Sums and products of whole numbers: DuckDB's sums have 128 bits and its products end in an error, where Spark's wrap around."""

from sqlglot import exp

_WHOLE = ("bigint", "int", "smallint", "tinyint")
_EXACT = "DECIMAL(38, 0)"
_FEW_NODES = 12
_CHECKED = {exp.Mul: ("try_multiply", "multiplication"), exp.Add: ("try_add", "addition"), exp.Sub: ("try_subtract", "subtraction")}


def _typeof(value) -> exp.Expression:
    kind = exp.Anonymous(this="typeof", expressions=[value])
    return exp.In(this=kind, expressions=[exp.Literal.string(one) for one in _WHOLE])


def exact_sum(node: exp.Expression) -> exp.Expression:
    """`sum(x)` with its FILTER and OVER: in decimals where x is whole. Spark chooses while it plans."""
    if isinstance(node.parent, (exp.Filter, exp.Window)) and node.parent.this is node:
        return node
    inner = node
    while isinstance(inner, (exp.Window, exp.Filter)):
        inner = inner.this
    if not isinstance(inner, exp.Sum) or isinstance(inner.this, exp.Distinct) or _is_not_whole(inner.this):
        return node
    exact = node.copy()
    within = exact
    while isinstance(within, (exp.Window, exp.Filter)):
        within = within.this
    within.set("this", exp.Cast(this=within.this, to=exp.DataType.build(_EXACT, dialect="spark")))
    asked = inner.this.copy() if isinstance(node, exp.Window) else inner.copy()
    return exp.Paren(this=exp.case().when(_typeof(asked), exact).else_(node.copy()))


def _is_not_whole(value) -> bool:
    value = value.unnest()
    if isinstance(value, exp.Cast):
        return value.args["to"].this in (exp.DataType.Type.DOUBLE, exp.DataType.Type.DECIMAL)
    return isinstance(value, exp.Div)


def checked(node: exp.Expression) -> exp.Expression:
    """`a * b` of plain columns, which ends in an error where it is beyond 64 bits."""
    function, named = _CHECKED[type(node)]
    a, b = node.this, node.expression
    if not all(one.find(exp.Column) and not one.find(exp.AggFunc) and len(list(one.walk())) <= _FEW_NODES for one in (a, b)):
        return node
    there = exp.and_(*[exp.Not(this=exp.Is(this=one.copy(), expression=exp.Null())) for one in (a, b)])
    message = exp.Literal.string(f"Out of Range Error: Overflow in {named} of INT64")
    told = exp.case().when(there, exp.Anonymous(this="raise_error", expressions=[message]))
    tried = exp.Coalesce(this=exp.Anonymous(this=function, expressions=[a.copy(), b.copy()]), expressions=[told])
    return exp.Paren(this=exp.case().when(_typeof(node.copy()), tried).else_(node.copy()))
