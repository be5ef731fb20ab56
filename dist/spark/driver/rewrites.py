"""What DuckDB means by an expression, in words that Spark has."""

from sqlglot import exp

from build import call, cast, number, text, typed
from errors import Unsupported
from rewrite_aggregates import discrete, histogram, kurtosis, median, of_extreme, quantile, skewness
from rewrite_hash import exclusive_or, hash_of
from rewrite_patterns import extracted, full_match, replaced, search, split
from rewrite_sums import checked, exact_sum

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
    exp.LastDay, exp.ArrayDistinct, exp.ArraySort,
)  # fmt: skip
_SAME_NAMES = {"ascii", "split_part", "translate", "octet_length", "isnan", "log10", "log2", "replace", "ltrim", "rtrim"}
# Written by ourselves.
_SAME_NAMES |= {"hex", "conv", "plumbline_hash_each"}
# Seconds and the like have fractions in one and none in the other.
_DATE_PARTS = {"year", "month", "day", "hour", "minute", "quarter"}
_INTEGERS = {"BIGINT", "INT", "SMALLINT", "TINYINT", "UINT", "USMALLINT", "UTINYINT"}
_TEXTS = {"VARCHAR", "TEXT", "CHAR", "NVARCHAR"}


def rewrite(node: exp.Expression) -> exp.Expression:
    """One node, whose children are done when it is asked."""
    if isinstance(node, (exp.Cast, exp.TryCast)):
        return _cast(node)
    if isinstance(node, exp.Case):
        return _json(node) or node
    if isinstance(node, exp.Div):
        return _divided(node)
    if isinstance(node, (exp.Sum, exp.Filter, exp.Window)):
        return exact_sum(node)
    if isinstance(node, (exp.Mul, exp.Add, exp.Sub)):
        return checked(node)
    if isinstance(node, exp.IntDiv):
        # Spark's has 64 bits with a sign, whatever it divides.
        by = node.expression.unnest()
        by = by.this if isinstance(by, exp.Cast) else by
        return node.this if isinstance(by, exp.Literal) and by.this == "1" else node
    if isinstance(node, exp.AtTimeZone):
        if node.args["zone"].name != "UTC":
            raise Unsupported("AT TIME ZONE other than UTC")
        return node.this
    if isinstance(node, exp.Anonymous):
        return _named(node)
    if isinstance(node, exp.Bracket) and isinstance(node.expressions[0], exp.Slice):
        first, last = node.expressions[0].this, node.expressions[0].expression
        length = number(int(last.this) - int(first.this) + 1) if isinstance(last, exp.Literal) else None
        return call("slice", node.this, first, length) if length is not None else node
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
        return cast(text(value.this) if _is_integer(value) else value, "DECIMAL(20, 0)")
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
    if kind == "ARRAY" and to.expressions and to.expressions[0].this == exp.DataType.Type.UBIGINT:
        return cast(value, "ARRAY<DECIMAL(20, 0)>")
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


def _passing_nulls(node) -> exp.Expression:
    if isinstance(node.this, exp.Anonymous) and node.this.name == "first":
        return node.this
    raise Unsupported("IGNORE NULLS")


def _named(node: exp.Anonymous) -> exp.Expression:
    name = node.name.lower()
    arguments = node.expressions
    if name == "hash":
        return hash_of(node)
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
    if name == "date_part" and arguments[0].name.lower() in _DATE_PARTS:
        return call("date_part", *arguments)
    if name == "list_position":
        return call("nullif", call("array_position", *arguments), number(0))
    if name == "list_unique":
        return call("size", call("array_distinct", call("array_compact", arguments[0])))
    if name == "array_length":
        return call("size", arguments[0])
    if name == "strlen":
        return call("octet_length", arguments[0])
    if name == "list_reduce":
        listed, step, *first = arguments
        rest = listed if first else call("slice", listed.copy(), number(2), call("size", listed.copy()))
        start = first[0] if first else exp.Bracket(this=listed, expressions=[number(0)])
        return call("aggregate", rest, start, step)
    if name == "histogram" and isinstance(node.parent, exp.Anonymous) and node.parent.name.lower() == "map_values":
        return node
    if name == "map_values":
        return histogram(arguments[0])
    if name in _SAME_NAMES:
        return node
    raise Unsupported(f"the function {name}()")


def _json_at(node, texts: str) -> exp.Expression:
    pointers = node.args.get("expression")
    if not isinstance(pointers, exp.Array):
        raise Unsupported("JSON at a path that is no list of constants")
    return call(texts, node.this, pointers)


def _json_kind(node) -> exp.Expression:
    return call("plumbline_json_kind", node.this) if node.args.get("expression") is None else _json_at(node, "plumbline_json_kinds")


def _day(node: exp.TimeToStr) -> exp.Expression:
    form = node.args["format"]
    if not (isinstance(form, exp.Literal) and form.this == "%Y-%m-%d"):
        raise Unsupported("strftime() with another format than '%Y-%m-%d'")
    return call("date_format", node.this, text("yyyy-MM-dd"))


def _period(node) -> exp.Expression:
    return call("date_trunc", text(node.args["unit"].name.lower()), node.this)


_KNOWN = {
    exp.TimeToStr: _day,
    exp.DateTrunc: _period,
    exp.TimestampTrunc: _period,
    exp.BitwiseXor: exclusive_or,
    exp.JSONExtractScalar: lambda node: _json_at(node, "plumbline_json_texts"),
    exp.JSONType: _json_kind,
    exp.JSONKeys: lambda node: _json_at(node, "plumbline_json_keys"),
    exp.RegexpFullMatch: full_match,
    exp.RegexpLike: search,
    exp.RegexpReplace: replaced,
    exp.RegexpExtract: extracted,
    exp.ArgMax: of_extreme,
    exp.Split: split,
    exp.ByteLength: lambda node: call("octet_length", node.this),
    exp.TimeToUnix: lambda node: _seconds(node.this),
    exp.Trunc: _truncated,
    exp.PercentileCont: quantile,
    exp.PercentileDisc: discrete,
    exp.Median: median,
    exp.IgnoreNulls: _passing_nulls,
    exp.AnyValue: lambda node: call("first", node.this, exp.true()),
    exp.Skewness: skewness,
    exp.Kurtosis: kurtosis,
}
