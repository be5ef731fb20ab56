"""Hashes. Those that choose a sample are DuckDB's to the bit; those that only tell equal from different are Spark's own."""

from sqlglot import exp

from build import call, cast

_UNSIGNED = "DECIMAL(20, 0)"
_SIGNED_END = "9223372036854775807"
_WORD = "18446744073709551616"


def unsigned(bits) -> exp.Expression:
    """A BIGINT as the number that its bits are without a sign: Spark has no such type, and so it is a decimal."""
    digits = call("conv", call("hex", bits), exp.Literal.number(16), exp.Literal.number(10))
    return cast(digits, _UNSIGNED)


def _bits(value) -> exp.Expression:
    negative = exp.GT(this=value.copy(), expression=cast(exp.Literal.string(_SIGNED_END), _UNSIGNED))
    less = exp.Sub(this=cast(value.copy(), "DECIMAL(38, 0)"), expression=cast(exp.Literal.string(_WORD), "DECIMAL(38, 0)"))
    chosen = exp.case().when(negative, exp.Paren(this=less)).else_(cast(value, "DECIMAL(38, 0)"))
    return cast(exp.Paren(this=chosen), "BIGINT")


def hash_of(node: exp.Anonymous) -> exp.Expression:
    if _only_compared(node):
        # xxhash64 passes over NULL, so that (NULL, 1) would equal (1, NULL).
        parts = [part for one in node.expressions for part in (exp.Is(this=one.copy(), expression=exp.Null()), _plain(one))]
        return call("xxhash64", *parts)
    return unsigned(call("plumbline_duckdb_hash", *node.expressions))


def _plain(one) -> exp.Expression:
    is_list = isinstance(one, exp.Column) and (one.name == "bad" or one.name.endswith("_bad"))
    return call("to_json", one) if is_list else one


def _only_compared(node) -> bool:
    """`GROUP BY hash(…)` and `count(DISTINCT hash(…))`: no value of the hash leaves the statement."""
    parent = node.parent
    return isinstance(parent, exp.Group) or (isinstance(parent, exp.Distinct) and isinstance(parent.parent, exp.Count))


def exclusive_or(node: exp.BitwiseXor) -> exp.Expression:
    """`xor(xor(a, b), c)` of hashes, at its outermost: each is turned into bits once."""
    if isinstance(node.parent, exp.BitwiseXor):
        return node
    leaves = []
    waiting = [node]
    while waiting:
        one = waiting.pop().unnest()
        if isinstance(one, exp.BitwiseXor):
            waiting += [one.expression, one.this]
        else:
            leaves.append(_bits(one.copy()))
    joined = leaves[0]
    for leaf in leaves[1:]:
        joined = exp.BitwiseXor(this=joined, expression=leaf)
    return unsigned(exp.Paren(this=joined))


def hash_each(tree: exp.Expression) -> exp.Expression:
    """`list_transform(list, lambda x: hash(x))`: what runs in Python has no place within a lambda."""
    for node in list(tree.find_all(exp.Transform)):
        body = node.expression.this if isinstance(node.expression, exp.Lambda) else None
        if not isinstance(body, exp.Anonymous) or body.name.lower() != "hash" or len(body.expressions) != 1:
            continue
        each = call("plumbline_hash_each", node.this.copy())
        name = exp.to_identifier("bits_")
        node.replace(exp.Transform(this=each, expression=exp.Lambda(this=unsigned(name.copy()), expressions=[name])))
    return tree
