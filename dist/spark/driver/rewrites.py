"""What DuckDB means by an expression, in words that Spark has."""

from sqlglot import exp, parse_one

import regex
from errors import Unsupported

# The same name and meaning in both, or nearly: sqlglot knows the other name.
SAME = (
    exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Coalesce, exp.Nullif, exp.Abs, exp.Floor, exp.Ceil, exp.Round,
    exp.Ln, exp.Exp, exp.Sqrt, exp.Pow, exp.Lower, exp.Upper, exp.Length, exp.Left, exp.Right, exp.Substring, exp.Concat,
    exp.ConcatWs, exp.If, exp.Case, exp.Cast, exp.Greatest, exp.Least, exp.StartsWith, exp.EndsWith, exp.Contains,
    exp.Array, exp.ArrayContains, exp.StddevSamp, exp.Stddev, exp.StddevPop, exp.Variance, exp.VariancePop, exp.Corr,
    exp.LogicalOr, exp.LogicalAnd, exp.ArgMax, exp.ArgMin, exp.FirstValue, exp.LastValue, exp.Lag, exp.Lead, exp.RowNumber,
    exp.Rank, exp.DenseRank, exp.Chr, exp.Explode, exp.Posexplode, exp.Year, exp.Month, exp.Day, exp.Sign, exp.IsNan,
    exp.And, exp.Or, exp.Xor, exp.RegexpLike, exp.Exists, exp.CurrentTimestamp, exp.ArrayToString, exp.Replace,
    exp.SplitPart, exp.Unicode, exp.Ascii, exp.Translate, exp.Transform, exp.ArrayFilter, exp.ArraySize, exp.Struct, exp.Log, exp.Reverse, exp.Repeat, exp.CountIf, exp.Trim, exp.Ntile, exp.CovarSamp, exp.CovarPop,
)  # fmt: skip
_SAME_NAMES = {"ascii", "split_part", "translate", "octet_length", "isnan", "log10", "log2", "replace", "ltrim", "rtrim"}
_INTEGERS = {"BIGINT", "INT", "SMALLINT", "TINYINT", "UINT", "USMALLINT", "UTINYINT"}
_TEXTS = {"VARCHAR", "TEXT", "CHAR", "NVARCHAR"}


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


def rewrite(node: exp.Expression) -> exp.Expression:
    """One node, whose children are done when it is asked."""
    if isinstance(node, (exp.Cast, exp.TryCast)):
        return _cast(node)
    if isinstance(node, exp.Case):
        return _json(node) or node
    if isinstance(node, exp.Div):
        return _divided(node)
    if isinstance(node, exp.AtTimeZone):
        if node.args["zone"].name != "UTC":
            raise Unsupported("AT TIME ZONE other than UTC")
        return node.this
    if isinstance(node, exp.Anonymous):
        return _named(node)
    made = _KNOWN.get(type(node))
    if made is not None:
        return made(node)
    if isinstance(node, exp.Func) and not isinstance(node, SAME):
        raise Unsupported(f"the function {node.sql_name().lower()}()")
    if isinstance(node, exp.Join) and node.args.get("method"):
        raise Unsupported(f"{node.args['method']} JOIN")
    return node


def _cast(node) -> exp.Expression:
    value, to = node.this, node.args["to"]
    kind = to.this.name if isinstance(to.this, exp.DataType.Type) else str(to.this)
    attempt = isinstance(node, exp.TryCast)
    if kind in _TEXTS:
        return _text_of(value)
    if kind == "UBIGINT":
        bound = _is_integer(value) and isinstance(node.parent, (exp.LT, exp.LTE, exp.GT, exp.GTE))
        # Hashes have 63 bits here, and so have their bounds.
        return number(int(value.this) >> 1) if bound else cast(value, "BIGINT")
    if kind in ("INT128", "UINT128", "HUGEINT"):
        return cast(value, "DECIMAL(38, 0)")
    if kind in _INTEGERS:
        if attempt or _is_integer(value) or isinstance(value, (exp.Sum, exp.Count, exp.Coalesce, exp.Null)):
            return cast(value, "BIGINT")
        # DuckDB rounds, Spark cuts.
        rounded = cast(call("rint", cast(value.copy(), "DOUBLE")), "BIGINT")
        return typed(value, ("double", "float"), rounded, cast(value.copy(), "BIGINT"))
    if kind == "DOUBLE":
        if isinstance(value, exp.Literal) and not value.is_string:
            return cast(text(value.this), "DOUBLE")
        if isinstance(value, exp.Neg) and isinstance(value.this, exp.Literal):
            return cast(text(f"-{value.this.this}"), "DOUBLE")
        if attempt:
            signed = exp.In(this=exp.Lower(this=value.copy()), expressions=[text("+nan"), text("-nan")])
            return exp.Paren(this=exp.case().when(signed, cast(text("NaN"), "DOUBLE")).else_(cast(value, "DOUBLE")))
        return cast(value, "DOUBLE")
    if kind in ("TIMESTAMPTZ", "TIMESTAMP", "TIMESTAMPNTZ", "DATE", "TIMESTAMPLTZ"):
        wanted = cast(value, "DATE" if kind == "DATE" else "TIMESTAMP")
        if not attempt or isinstance(value, exp.Cast):
            return wanted
        # DuckDB takes the year 0 for one before Christ and does not write it so.
        first = exp.EQ(this=exp.Left(this=cast(value.copy(), "STRING"), expression=number(4)), expression=text("0000"))
        return exp.Paren(this=exp.case().when(exp.Not(this=first), wanted))
    if kind in ("BOOLEAN", "FLOAT", "DECIMAL") or (kind == "ARRAY" and to.expressions):
        return cast(value, to.sql("spark"))
    raise Unsupported(f"CAST to {kind}")


def _is_integer(value) -> bool:
    return isinstance(value, exp.Literal) and not value.is_string and value.this.isdigit()


def _text_of(value) -> exp.Expression:
    if isinstance(value, (exp.Cast, exp.TryCast)):
        to = value.args["to"].this
        name = to.name if isinstance(to, exp.DataType.Type) else str(to)
        if name not in ("DOUBLE", "FLOAT"):
            return cast(value, "STRING")
    if isinstance(value, exp.Literal) or isinstance(value, exp.Null):
        return cast(value, "STRING")
    if isinstance(value, exp.Anonymous) and value.name.lower() in ("plumbline_plain_json", "plumbline_double_text"):
        return value
    written = call("plumbline_double_text", cast(value.copy(), "DOUBLE"))
    return typed(value, ("double", "float"), written, cast(value.copy(), "STRING"))


def _json(node: exp.Case) -> exp.Expression | None:
    """`CASE WHEN json_valid(x) THEN … WHEN x IS NOT NULL THEN false END`: the strict parser of Python says it at once."""
    first = node.args["ifs"][0].this
    if not (isinstance(first, exp.Anonymous) and first.name == "plumbline_strict_json"):
        return None
    return first


def _divided(node: exp.Div) -> exp.Expression:
    """DuckDB divides as doubles: x / 0 is infinite, and 0 / 0 is NaN; in Spark both are NULL."""
    a, b = cast(node.this, "DOUBLE"), cast(node.expression, "DOUBLE")
    divided = exp.Div(this=a, expression=b)
    divisor = node.expression.unnest()
    if isinstance(divisor, exp.Cast):
        divisor = divisor.this
    constant = isinstance(divisor, exp.Literal) and not divisor.is_string and float(divisor.this) != 0
    if constant or isinstance(divisor, exp.Nullif) or divisor.find(exp.Nullif) is not None:
        return exp.Paren(this=divided)
    zero = lambda: cast(number(0), "DOUBLE")  # noqa: E731
    endless = (
        exp.case()
        .when(exp.GT(this=a.copy(), expression=zero()), cast(text("Infinity"), "DOUBLE"))
        .when(exp.LT(this=a.copy(), expression=zero()), cast(text("-Infinity"), "DOUBLE"))
        .when(exp.Not(this=exp.Is(this=a.copy(), expression=exp.Null())), cast(text("NaN"), "DOUBLE"))
    )
    return exp.Paren(this=exp.case().when(exp.EQ(this=b.copy(), expression=zero()), endless).else_(divided))


def _hash(node) -> exp.Expression:
    # xxhash64 passes over NULL, so that (NULL, 1) would equal (1, NULL). 63 bits, for Spark has no unsigned numbers.
    parts = [part for one in node.expressions for part in (exp.Is(this=one.copy(), expression=exp.Null()), _hashed(one))]
    return call("shiftrightunsigned", call("xxhash64", *parts), number(1))


def _hashed(one) -> exp.Expression:
    is_list = isinstance(one, exp.Column) and (one.name == "bad" or one.name.endswith("_bad"))
    return call("to_json", one) if is_list else one


def _pattern(node, options: str = "") -> str:
    expression = node.args["expression"]
    if not (isinstance(expression, exp.Literal) and expression.is_string):
        raise Unsupported("a pattern that is no constant")
    return regex.to_java(expression.this, options)


def _like(subject, pattern: str) -> exp.Expression:
    found = exp.RegexpLike(this=subject, expression=text(pattern))
    return exp.Paren(this=found)


def _full_match(node) -> exp.Expression:
    pattern = _pattern(node)
    flags, _, rest = pattern.partition(")")
    return _like(node.this, f"{flags})\\A(?:{rest})\\z")


def _search(node) -> exp.Expression:
    return _like(node.this, _pattern(node, node.args["flag"].name if node.args.get("flag") else ""))


def _replaced(node) -> exp.Expression:
    options = node.args["modifiers"].name if node.args.get("modifiers") else ""
    by = node.args.get("replacement")
    if "g" not in options or not isinstance(by, exp.Literal):
        raise Unsupported("regexp_replace() without 'g'")
    return call("regexp_replace", node.this, text(_pattern(node, options)), text(regex.replacement(by.this)))


def _extracted(node) -> exp.Expression:
    group = node.args.get("group") or number(0)
    return call("regexp_extract", node.this, text(_pattern(node)), group)


def _split(node) -> exp.Expression:
    separator = node.expression
    if not (isinstance(separator, exp.Literal) and separator.is_string):
        raise Unsupported("string_split() by what is no constant")
    if separator.this == "":
        return call("regexp_extract_all", node.this, text("(?s)."), number(0))
    return call("split", node.this, text("\\Q" + separator.this + "\\E"), number(-1))


def _finite(x) -> exp.Expression:
    bounds = [exp.NEQ(this=x.copy(), expression=cast(text(one), "DOUBLE")) for one in ("Infinity", "-Infinity")]
    return exp.Paren(this=exp.and_(exp.Not(this=call("isnan", x)), *bounds))


def _truncated(node) -> exp.Expression:
    # From 2**53 on a double has no fraction.
    small = exp.LT(this=exp.Abs(this=node.this.copy()), expression=cast(text("9007199254740992"), "DOUBLE"))
    whole = cast(cast(node.this.copy(), "BIGINT"), "DOUBLE")
    return exp.Paren(this=exp.case().when(small, whole).else_(cast(node.this, "DOUBLE")))


def _seconds(x) -> exp.Expression:
    micros = cast(call("unix_micros", cast(x, "TIMESTAMP")), "DOUBLE")
    divided = exp.Div(this=micros, expression=cast(text("1000000"), "DOUBLE"))
    return exp.Paren(this=divided)


def _quantile(node) -> exp.Expression:
    return call("percentile", node.this, node.expression)


def _discrete(node) -> exp.Expression:
    ordered = exp.Order(expressions=[exp.Ordered(this=node.this.copy(), nulls_first=True)])
    found = exp.PercentileDisc(this=node.expression)
    return exp.WithinGroup(this=found, expression=ordered)


def _passing_nulls(node) -> exp.Expression:
    if isinstance(node.this, exp.Anonymous) and node.this.name == "first":
        return node.this
    raise Unsupported("IGNORE NULLS")


def _of_extreme(node) -> exp.Expression:
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


def _skewness(node) -> exp.Expression:
    return _moment(node, "CASE WHEN count(x) > 2 THEN sqrt(count(x) * (count(x) - 1D)) / (count(x) - 2D) * skewness(x) END")


def _kurtosis(node) -> exp.Expression:
    return _moment(
        node,
        "CASE WHEN count(x) > 3 THEN (count(x) - 1D) / ((count(x) - 2D) * (count(x) - 3D)) * ((count(x) + 1D) * kurtosis(x) + 6D) END",
    )


def _named(node: exp.Anonymous) -> exp.Expression:
    name = node.name.lower()
    arguments = node.expressions
    if name == "hash":
        return _hash(node)
    if name == "isfinite":
        return _finite(arguments[0])
    if name == "json_valid":
        return call("plumbline_strict_json", arguments[0])
    if name in ("nfc_normalize", "strip_accents"):
        return call(f"plumbline_{name}", arguments[0])
    if name == "try_strptime":
        formats = arguments[1] if isinstance(arguments[1], exp.Array) else exp.Array(expressions=[arguments[1]])
        return cast(call("plumbline_try_strptime", arguments[0], formats), "TIMESTAMP")
    if name == "to_json":
        row = arguments[0]
        if isinstance(row, exp.Column) and not row.table:
            row = call("struct", exp.Column(this=exp.Star(), table=row.this))
        written = call("to_json", row, call("map", text("ignoreNullFields"), text("false")))
        return call("plumbline_plain_json", written)
    if name == "strlen":
        return call("octet_length", arguments[0])
    if name == "list_reduce":
        listed, step, *first = arguments
        rest = listed if first else call("slice", listed.copy(), number(2), call("size", listed.copy()))
        start = first[0] if first else exp.Bracket(this=listed, expressions=[number(0)])
        return call("aggregate", rest, start, step)
    if name == "map_values":
        return _histogram(arguments[0])
    if name in _SAME_NAMES:
        return node
    raise Unsupported(f"the function {name}()")


def _histogram(node) -> exp.Expression:
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


_KNOWN = {
    exp.RegexpFullMatch: _full_match,
    exp.RegexpLike: _search,
    exp.RegexpReplace: _replaced,
    exp.RegexpExtract: _extracted,
    exp.ArgMax: _of_extreme,
    exp.Split: _split,
    exp.ByteLength: lambda node: call("octet_length", node.this),
    exp.TimeToUnix: lambda node: _seconds(node.this),
    exp.Trunc: _truncated,
    exp.PercentileCont: _quantile,
    exp.PercentileDisc: _discrete,
    exp.IgnoreNulls: _passing_nulls,
    exp.AnyValue: lambda node: call("first", node.this, exp.true()),
    exp.Skewness: _skewness,
    exp.Kurtosis: _kurtosis,
}
