"""Functions of DuckDB that Spark SQL cannot express. They run where the data are, with the standard library alone."""

import json
import re
import unicodedata
from datetime import datetime


def double_text(value):
    """A double as DuckDB writes it: the shortest text that reads back as the same number."""
    return None if value is None else repr(value)


def nfc_normalize(text):
    return None if text is None else unicodedata.normalize("NFC", text)


def strip_accents(text):
    if text is None:
        return None
    kept = (sign for sign in unicodedata.normalize("NFD", text) if unicodedata.category(sign) != "Mn")
    return unicodedata.normalize("NFC", "".join(kept))


def _no_constant(name):
    raise ValueError(name)


def strict_json(text):
    """Whether a text is JSON of RFC 8259, without NaN and the like."""
    if text is None:
        return None
    if text.strip(" \t\r\n") != text.strip():
        return False
    try:
        json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return False
    return True


def plain_json(text):
    """JSON with its numbers as DuckDB writes them: 1e16 as 10000000000000000.0, 1e300 as it is."""
    if text is None:
        return None
    numbers = []

    def keep(written):
        number = repr(float(written))
        digits, _, power = number.partition("e")
        if power and 0 < int(power) < 21:
            number = f"{int(float(written))}.0"
        elif power:
            number = f"{digits}e{int(power)}"
        numbers.append(number)
        return f"\ue000{len(numbers) - 1}\ue001"

    written = json.dumps(json.loads(text, parse_float=keep), ensure_ascii=False, separators=(",", ":"))
    return re.sub('"\ue000([0-9]+)\ue001"', lambda found: numbers[int(found.group(1))], written)


def try_strptime(text, formats):
    """The time that a text is written as in the first format that fits, as a text of ISO 8601; None for none."""
    if text is None:
        return None
    for form in formats:
        try:
            found = datetime.strptime(text, form)
        except (ValueError, OverflowError, TypeError):
            continue
        return found.isoformat(sep=" ")
    return None


def register(spark):
    """Registers them under names that no function of Spark has."""
    from pyspark.sql.types import BooleanType, StringType

    for function, result in (
        (double_text, StringType()),
        (nfc_normalize, StringType()),
        (strip_accents, StringType()),
        (strict_json, BooleanType()),
        (plain_json, StringType()),
        (try_strptime, StringType()),
    ):
        spark.udf.register(f"plumbline_{function.__name__}", function, result)
