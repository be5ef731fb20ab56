"""Files as Spark reads them: text as text, in the order of the files."""

import re
from urllib.parse import unquote

from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType
from sqlglot import exp

from errors import Unsupported
from tables import BLOCK, FILE, ROW

_JSON = {"read_ndjson_objects": "lines", "read_json_objects": "whole"}
# Where Java has another name than Python.
_CHARSETS = {"latin-1": "ISO-8859-1", "utf-16le": "UTF-16LE", "utf-16be": "UTF-16BE", "utf-16": "UTF-16"}
_MOST_COLUMNS = 1_000_000
_FEW_FILES = 200


class Reader:
    def __init__(self, spark, one_line_records: bool, remote):
        self.spark = spark
        self.one_line_records = one_line_records
        self.remote = remote
        self.views = 0

    def bind(self, tree: exp.Expression) -> list:
        """Puts a view in the place of each table function that reads files. Returns the names of the views."""
        made = []
        for table in list(tree.find_all(exp.Table)):
            function = table.this
            if isinstance(function, exp.ReadCSV):
                frame = self._csv(function)
            elif isinstance(function, exp.ReadParquet):
                frame = self._parquet(function)
            elif isinstance(function, exp.Anonymous) and function.name.lower() in _JSON:
                frame = self._json(function)
            elif isinstance(function, exp.Func):
                raise Unsupported(_formats(function))
            else:
                continue
            self.views += 1
            name = f"plumbline_read_{self.views}"
            frame.createOrReplaceTempView(name)
            made.append(name)
            _keep_places(table)
            table.replace(exp.Table(this=exp.to_identifier(name), alias=table.args.get("alias")))
        return made

    def forget(self, views) -> None:
        for name in views:
            self.spark.catalog.dropTempView(name)

    def _csv(self, function):
        paths = _texts(function.this)
        # All files of a source are written alike.
        written = self.remote.of(paths[0])
        paths = [self.remote.of(path)["address"] for path in paths]
        options = _options(function)
        columns = [pair.name or pair.this.name for pair in options["columns"].expressions]
        nothing = [one for one in _texts(options["nullstr"]) if one != ""]
        schema = StructType([StructField(name, StringType()) for name in columns])
        frame = (
            self.spark.read.format("csv")
            .schema(schema)
            .option("header", _is_true(options["header"]))
            .option("sep", options["delim"].name)
            .option("quote", options["quote"].name)
            .option("escape", options["escape"].name)
            .option("multiLine", not self.one_line_records)
            .option("mode", "FAILFAST")
            .option("encoding", _CHARSETS.get(written["encoding"], written["encoding"]) or "UTF-8")
            .option("comment", written["comment"] or "")
            .option("nullValue", "")
            .option("emptyValue", "")
            .option("ignoreLeadingWhiteSpace", False)
            .option("ignoreTrailingWhiteSpace", False)
            .option("maxColumns", _MOST_COLUMNS)
            .option("maxCharsPerColumn", -1)
            .load([_exactly(path) for path in paths])
        )
        read = []
        for name in columns:
            value = F.col(name)
            # A quoted text of nothing is no value either.
            empty = (value == "") | value.isin(nothing) if nothing else value == ""
            read.append(F.when(~empty, value).alias(name))
        return self._placed(frame.select(*read, *_places()), frame, paths)

    def _parquet(self, function):
        paths = [self.remote.of(path)["address"] for path in _texts(function.expressions[0])]
        reader = self.spark.read
        if any(_option_name(one) == "union_by_name" and _is_true(one.expression) for one in function.expressions[1:]):
            reader = reader.option("mergeSchema", True)
        frame = reader.parquet(*[_exactly(path) for path in paths])
        return self._placed(frame.select("*", *_places()), frame, paths)

    def _json(self, function):
        """A column `json` with the text of each row. A file that is no JSON Lines is read as one value of one executor."""
        paths = [self.remote.of(path)["address"] for path in _texts(function.expressions[0])]
        whole = _JSON[function.name.lower()] == "whole"
        options = {_option_name(one): one.expression for one in function.expressions[1:]}
        is_array = whole and options["format"].name == "array"

        def read(some):
            frame = self.spark.read.text([_exactly(path) for path in some], wholetext=whole, lineSep=None if whole else "\n")
            if not whole:
                # Lines of blanks are no rows.
                return frame.where(F.trim(F.translate("value", "\r\t", "  ")) != "").select(F.col("value").alias("json"), *_places())
            text = F.expr(f"plumbline_json_objects(value, {str(is_array).lower()})")
            placed = frame.select(text.alias("texts"), F.input_file_name().alias(FILE), F.lit(0).cast("bigint").alias(BLOCK))
            opened = placed.select(F.explode("texts").alias("json"), FILE, BLOCK)
            return opened.withColumn(ROW, F.monotonically_increasing_id())

        # The first row of all is that of the first file, which decides on the order of columns.
        frame = read(paths[:1])
        if len(paths) > 1:
            frame = frame.union(read(paths[1:]))
        return self._placed(frame, frame, paths)

    def _placed(self, frame, read, paths):
        index = {_plain(path): i for i, path in enumerate(paths)}
        known = [(uri, index.get(_plain(uri))) for uri in read.inputFiles()]
        if len(known) <= _FEW_FILES:
            pairs = [F.lit(one) for pair in known for one in pair]
            placed = frame.withColumn(FILE, F.element_at(F.create_map(*pairs), F.col(FILE)).cast("bigint"))
        else:
            rows = self.spark.createDataFrame(known, f"{FILE} string, plumbline_index bigint")
            placed = frame.join(F.broadcast(rows), FILE, "left").drop(FILE).withColumnRenamed("plumbline_index", FILE)
        return placed.withColumn("file_index", F.col(FILE))


def _formats(function) -> str:
    name = (function.name if isinstance(function, exp.Anonymous) else function.sql_name()).lower()
    return f"reading by {name}()"


def _places():
    return [
        F.input_file_name().alias(FILE),
        F.expr("input_file_block_start()").alias(BLOCK),
        F.monotonically_increasing_id().alias(ROW),
    ]


def _exactly(path: str) -> str:
    """A path whose brackets and stars are no pattern."""
    return re.sub(r"([\\{}\[\]*?])", r"\\\1", path)


def _plain(path: str) -> str:
    """A path as it is compared: `file:///tmp/a%20b` is `/tmp/a b`."""
    text = unquote(path) if ":/" in path else path
    if text.startswith("file:"):
        return "/" + text[5:].lstrip("/")
    return text


def _keep_places(table: exp.Table) -> None:
    """Hands the place of each row up through the SELECTs around a reader, which have no other source."""
    node = table
    while True:
        select = node.find_ancestor(exp.Select)
        if select is None or select.args.get("group") or select.args.get("distinct") or select.args.get("joins"):
            return
        if any(one.find(exp.AggFunc) for one in select.expressions):
            return
        if not any(isinstance(one, exp.Star) for one in select.expressions):
            for name in (FILE, BLOCK, ROW):
                select.append("expressions", exp.column(name))
        node = select


def _texts(array) -> list:
    return [one.name for one in array.expressions]


def _option_name(one) -> str:
    return one.this.name.lower() if isinstance(one, (exp.EQ, exp.PropertyEQ, exp.Kwarg)) else ""


def _options(function) -> dict:
    return {_option_name(one): one.expression for one in function.expressions}


def _is_true(node) -> bool:
    return bool(isinstance(node, exp.Boolean) and node.this)
