"""Rows of Spark as columns of JSON."""

import datetime
import decimal
import math

from pyspark.sql import types as T

_SAFE = 2**53


def columns_of(frame, lists: bool = False) -> dict:
    """
    `names`, `kinds` (integer, float, boolean, text) and `cells` by column. Whole numbers beyond 2**53 and what is not finite are
    text, and so are lists unless `lists` says that they stay some, of texts, with the kind `list`.
    """
    fields = frame.schema.fields
    rows = frame.collect()
    kinds = ["list" if lists and isinstance(field.dataType, T.ArrayType) else _kind(field.dataType) for field in fields]
    cells = [[(_list if kinds[i] == "list" else _cell)(row[i]) for row in rows] for i in range(len(fields))]
    return {"names": [field.name for field in fields], "kinds": kinds, "cells": cells}


def _kind(kind) -> str:
    if isinstance(kind, (T.ByteType, T.ShortType, T.IntegerType, T.LongType)):
        return "integer"
    if isinstance(kind, T.DecimalType):
        return "integer" if kind.scale == 0 else "text"
    if isinstance(kind, (T.FloatType, T.DoubleType)):
        return "float"
    return "boolean" if isinstance(kind, T.BooleanType) else "text"


def _list(value):
    return None if value is None else [None if one is None else str(_cell(one)) for one in value]


def _cell(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if -_SAFE <= value <= _SAFE else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, decimal.Decimal):
        whole = value.as_tuple().exponent == 0
        return _cell(int(value)) if whole else format(value, "f")
    if isinstance(value, datetime.datetime):
        text = value.isoformat(sep=" ")
        return text.rstrip("0") if "." in text else text
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return value.decode("utf-8", "replace")
    if isinstance(value, (list, tuple)):
        return f"[{', '.join('NULL' if one is None else str(_cell(one)) for one in value)}]"
    return str(value)
