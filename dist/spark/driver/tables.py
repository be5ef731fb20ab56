"""Tables of the session: views over data frames that are kept where the data are, with the index of each row."""

from pyspark.sql import functions as F
from pyspark.storagelevel import StorageLevel

ROW = "rowid"
FILE = "plumbline_file"
BLOCK = "plumbline_block"
# More parts than this are joined, fewer are written into the plan.
_FEW_PARTS = 200


class Tables:
    def __init__(self, spark):
        self.spark = spark
        self._kept = {}

    def has(self, name: str) -> bool:
        return name in self._kept

    def create(self, name: str, frame) -> None:
        """A table out of a query. Where `frame` has the columns FILE, BLOCK and ROW, rows are numbered in the order of the files."""
        kept = [frame.persist(StorageLevel.MEMORY_AND_DISK)]
        if FILE in frame.columns:
            # Within one part of a file `ROW` ascends by one, wherever it begins.
            frame = _numbered(self.spark, kept[0], [FILE, BLOCK]).drop(FILE, BLOCK)
        self._replace(name, frame, kept)

    def view(self, name: str, frame) -> None:
        self._replace(name, frame, [])

    def delete(self, name: str, condition: str) -> None:
        """Leaves the rows for which a condition is not true; they keep their index."""
        frame, kept = self._kept[name]
        frame.where(f"NOT coalesce({condition}, false)").createOrReplaceTempView(name)
        self._kept[name] = (self.spark.table(name), kept)

    def number(self, name: str) -> None:
        """Gives a table the index of each row, when it has none."""
        frame, kept = self._kept[name]
        if ROW in frame.columns:
            return
        at = frame.withColumn(ROW, F.monotonically_increasing_id()).withColumn(BLOCK, F.shiftright(F.col(ROW), 33))
        at = at.persist(StorageLevel.MEMORY_AND_DISK)
        self._replace(name, _numbered(self.spark, at, [BLOCK]).drop(BLOCK), [at, *kept], release=False)

    def drop(self, name: str) -> None:
        if name in self._kept:
            self.spark.catalog.dropTempView(name)
            for one in self._kept.pop(name)[1]:
                one.unpersist()

    def _replace(self, name: str, frame, kept, release: bool = True) -> None:
        before = self._kept.get(name)
        frame.createOrReplaceTempView(name)
        self._kept[name] = (frame, kept)
        if release and before is not None:
            for one in before[1]:
                one.unpersist()


def _numbered(spark, frame, keys):
    """`ROW`, which ascends by one within each part, as an index from 0 over all parts in the order of `keys`."""
    parts = frame.groupBy(*keys).agg(F.min(ROW).alias("first"), F.count(F.lit(1)).alias("n")).collect()
    if any(part[key] is None for part in parts for key in keys):
        raise RuntimeError("a row lies in no file that was asked for")
    shifts = {}
    start = 0
    for part in sorted(parts, key=lambda one: [one[key] for key in keys]):
        shifts[tuple(part[key] for key in keys)] = start - part["first"]
        start += part["n"]
    if len(set(shifts.values())) <= 1:
        shift = F.lit(next(iter(shifts.values()), 0))
        return frame.withColumn(ROW, (F.col(ROW) + shift).cast("bigint"))
    if len(shifts) <= _FEW_PARTS:
        key = F.concat_ws("/", *[F.col(one).cast("string") for one in keys])
        pairs = [F.lit(one) for key_, shift in shifts.items() for one in ("/".join(map(str, key_)), shift)]
        return frame.withColumn(ROW, (F.col(ROW) + F.element_at(F.create_map(*pairs), key)).cast("bigint"))
    rows = [(*key, shift) for key, shift in shifts.items()]
    names = ", ".join([*(f"{key} bigint" for key in keys), "plumbline_shift bigint"])
    joined = frame.join(F.broadcast(spark.createDataFrame(rows, names)), keys, "left")
    return joined.withColumn(ROW, (F.col(ROW) + F.col("plumbline_shift")).cast("bigint")).drop("plumbline_shift")
