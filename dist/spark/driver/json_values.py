"""JSON as DuckDB reads it, for who runs where the data are: values, kinds and keys at JSON pointers (RFC 6901)."""

import json
import re

_BLANK = " \t\r\n"


class _Number(str):
    """A number that is not whole, as DuckDB writes it."""


class _Object(list):
    """Pairs in the order of the text: a key may stand twice."""


def _written(text: str) -> _Number:
    number = repr(float(text))
    digits, _, power = number.partition("e")
    if power and 0 < int(power) < 21:
        return _Number(f"{int(float(text))}.0")
    return _Number(f"{digits}e{int(power)}" if power else number)


def _whole(text: str):
    # A minus sign makes no other number of zero, and DuckDB keeps it.
    return _Number("-0.0") if text == "-0" else int(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_Object, parse_float=_written, parse_int=_whole, parse_constant=lambda name: _Number(name)
)


def _parsed(text: str):
    try:
        value = _DECODER.decode(text)
        text.encode("utf-8")
        return value
    except (ValueError, RecursionError) as error:
        raise ValueError(f"Malformed JSON: {error}") from None


def _at(value, pointer: str):
    """What lies at a pointer, and whether anything does."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, _Object):
            found = [one for name, one in value if name == key]
            if not found:
                return None, False
            value = found[0]
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None, False
    return value, True


def _plain(value) -> str:
    """Compact JSON."""
    if isinstance(value, _Object):
        return "{" + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{_plain(one)}" for name, one in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_plain, value)) + "]"
    if isinstance(value, _Number):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _text(value):
    if value is None:
        return None
    # Spark knows no texts but plain ones.
    return str(value) if isinstance(value, str) else _plain(value)


def _kind(value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, _Object):
        return "OBJECT"
    if isinstance(value, list):
        return "ARRAY"
    if isinstance(value, bool):
        return "BOOLEAN"
    if isinstance(value, _Number):
        return "DOUBLE"
    if isinstance(value, int):
        return "BIGINT" if value < 0 else "UBIGINT"
    return "VARCHAR"


def json_texts(text, pointers):
    """The value at each pointer as text; None where there is none, or null."""
    if text is None:
        return None
    value = _parsed(text)
    return [_text(_at(value, pointer)[0]) for pointer in pointers]


def json_kinds(text, pointers):
    """DuckDB's name for the kind of value at each pointer; None where there is none."""
    if text is None:
        return None
    value = _parsed(text)
    found = [_at(value, pointer) for pointer in pointers]
    return [_kind(one) if there else None for one, there in found]


def json_kind(text):
    return None if text is None else _kind(_parsed(text))


def json_keys(text, pointers):
    """The keys of the object at each pointer, in its order; none of what is no object."""
    if text is None:
        return None
    value = _parsed(text)
    found = [_at(value, pointer)[0] for pointer in pointers]
    return [[name for name, _ in one] if isinstance(one, _Object) else [] for one in found]


def json_objects(text, is_array):
    """The texts of the values of a file: the elements of an array, or values one after the other."""
    text = text.removeprefix("\ufeff")
    at = _past_blank(text, 0)
    found = []
    if is_array:
        if text[at : at + 1] != "[":
            raise ValueError("Malformed JSON: an array is expected")
        at = _past_blank(text, at + 1)
        if text[at : at + 1] == "]":
            return found
    while at < len(text):
        try:
            _, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"Malformed JSON: {error}") from None
        found.append(text[at:end])
        at = _past_blank(text, end)
        if is_array:
            if text[at : at + 1] not in (",", "]"):
                raise ValueError(f"Malformed JSON: a comma is expected at character {at}")
            if text[at] == "]":
                if _past_blank(text, at + 1) != len(text):
                    raise ValueError("Malformed JSON: something stands after the array")
                return found
            at = _past_blank(text, at + 1)
        elif text[at : at + 1] == ",":
            at = _past_blank(text, at + 1)
    if is_array:
        raise ValueError("Malformed JSON: the array has no end")
    return found


_NOT_BLANK = re.compile(rf"[^{_BLANK}]")


def _past_blank(text: str, at: int) -> int:
    found = _NOT_BLANK.search(text, at)
    return len(text) if found is None else found.start()


def register(spark):
    from pyspark.sql.types import ArrayType, StringType

    texts = ArrayType(StringType())
    for function, result in (
        (json_texts, texts),
        (json_kinds, texts),
        (json_kind, StringType()),
        (json_keys, ArrayType(texts)),
        (json_objects, texts),
    ):
        spark.udf.register(f"plumbline_{function.__name__}", function, result)
