"""
The 64-bit hash that DuckDB 1.5 calls hash(), for who runs where the data are: samples that are chosen by it are the same in
both engines. Murmur's finaliser for numbers; texts eight bytes at a time; of several values one after the other.
"""

import datetime
import struct

_WORD = (1 << 64) - 1
_FACTOR = 0xD6E8FEB86659FD93
_SEED = 0xE17A1465
_BY_LENGTH = 0xC6A4A7935BD1E995
_NULL = 0xBF58476D1CE4E5B9
_EPOCH = datetime.datetime(1970, 1, 1)
_FIRST_DAY = datetime.date(1970, 1, 1).toordinal()
_MICROSECOND = datetime.timedelta(microseconds=1)


def _mixed(word: int) -> int:
    word ^= word >> 32
    word = word * _FACTOR & _WORD
    word ^= word >> 32
    word = word * _FACTOR & _WORD
    return word ^ (word >> 32)


def _of_text(text: str) -> int:
    data = text.encode("utf-8")
    found = _SEED ^ (len(data) * _BY_LENGTH & _WORD)
    padded = data + bytes(-len(data) % 8)
    for (word,) in struct.iter_unpack("<Q", padded):
        found = (found ^ word) * _FACTOR & _WORD
    return _mixed(found)


def _of_float(value: float) -> int:
    if value == 0:
        return 0
    if value != value:
        value = float("nan")
    return _mixed(struct.unpack("<Q", struct.pack("<d", value))[0])


def _of_whole(value: int) -> int:
    # A number of 128 bits is both of its halves; one that fits into the lower half has nothing in the other.
    if -(1 << 63) <= value <= _WORD:
        return _mixed(value & _WORD)
    return _mixed(value & _WORD) ^ _mixed((value >> 64) & _WORD)


def _joined(hashes) -> int:
    found = None
    for one in hashes:
        if found is None:
            found = one
            continue
        found ^= found >> 32
        found = (found * _FACTOR & _WORD) ^ one
    return _NULL if found is None else found


def _of(value) -> int:
    if value is None:
        return _NULL
    if isinstance(value, str):
        return _of_text(value)
    if isinstance(value, bool):
        return _mixed(int(value))
    if isinstance(value, int):
        return _of_whole(value)
    if isinstance(value, float):
        return _of_float(value)
    if isinstance(value, datetime.datetime):
        return _mixed(((value - _EPOCH) // _MICROSECOND) & _WORD)
    if isinstance(value, datetime.date):
        # Days are numbers of 32 bits.
        return _mixed((value.toordinal() - _FIRST_DAY) & 0xFFFFFFFF)
    if isinstance(value, (list, tuple)):
        return _joined(_of(one) for one in value)
    return _of_whole(int(value))


def _signed(word: int) -> int:
    return word - (1 << 64) if word >> 63 else word


def duckdb_hash(*values):
    """The hash as the number that its 64 bits are with a sign."""
    return _signed(_joined(_of(value) for value in values))


def hash_each(values):
    """That of each element of a list."""
    return None if values is None else [_signed(_of(value)) for value in values]


def register(spark):
    from pyspark.sql.types import ArrayType, LongType

    spark.udf.register("plumbline_duckdb_hash", duckdb_hash, LongType())
    spark.udf.register("plumbline_hash_each", hash_each, ArrayType(LongType()))
