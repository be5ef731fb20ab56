"""Statements in the dialect of DuckDB, answered by Spark."""

from sqlglot import exp

import answer
import functions
import hashing
import json_values
from errors import Unsupported
from reading import Reader
from remote import Remote
from tables import ROW, Tables
from translate import parse, to_spark

_SETTINGS = {
    # As DuckDB here: what cannot be cast is NULL, times are in UTC, text is compared by bytes.
    "spark.sql.ansi.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.csv.parser.columnPruning.enabled": "false",
    # What looks like a variable in a text of the data is none.
    "spark.sql.variable.substitute": "false",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
}
# The name of what is pulled, in the statement that goes on elsewhere.
PULLED = "plumbline_pulled"


class Session:
    def __init__(self, spark, one_line_records: bool):
        self.spark = spark
        for name, value in _SETTINGS.items():
            spark.conf.set(name, value)
        for module in (functions, hashing, json_values):
            spark.sparkContext.addPyFile(module.__file__)
            module.register(spark)
        self.tables = Tables(spark)
        self.remote = Remote(spark)
        self.reader = Reader(spark, one_line_records, self.remote)
        self.asks = {
            "query": self.query,
            "run": self.run,
            "pull": self.pull,
            "list": self.remote.list,
            "stand-in": self.remote.stand_in,
        }

    def query(self, sql: str) -> dict:
        tree = parse(sql)
        if not isinstance(tree, exp.Query):
            raise Unsupported(f"{tree.key.upper()} as a query")
        return self._with_files(tree, lambda frame: answer.columns_of(frame))

    def run(self, sql: str) -> dict:
        tree = parse(sql)
        if isinstance(tree, exp.Create):
            self._create(tree)
        elif isinstance(tree, exp.Drop):
            self.tables.drop(tree.find(exp.Table).name)
        elif isinstance(tree, exp.Delete):
            name = tree.find(exp.Table).name
            condition = tree.args["where"].this
            self._number(condition, [name])
            self.tables.delete(name, to_spark(exp.select(condition)).removeprefix("SELECT "))
        else:
            raise Unsupported(f"the statement {tree.key.upper()}")
        return {}

    def pull(self, sql: str) -> dict:
        """
        The rows of what an INSERT reads from, and the INSERT as it goes on with them as a table of the name PULLED. Groups are made
        here: of a SELECT that has some, its result is what is pulled.
        """
        tree = parse(sql)
        select = tree.expression
        source = (select.args.get("from_") or select.args.get("from")).this
        if isinstance(source, exp.Subquery) and not select.args.get("group"):
            alias = source.args.get("alias")
            rows = self._with_files(source.this.copy(), lambda frame: answer.columns_of(frame, True))
            source.replace(exp.Table(this=exp.to_identifier(PULLED), alias=alias))
        else:
            named = lambda frame: frame.toDF(*[f"p{i}" for i in range(len(frame.columns))])  # noqa: E731
            rows = self._with_files(select.copy(), lambda frame: answer.columns_of(named(frame), True))
            tree.set("expression", exp.select("*").from_(exp.Table(this=exp.to_identifier(PULLED))))
        return {**rows, "rest": tree.sql(dialect="duckdb")}

    def _create(self, tree: exp.Create) -> None:
        target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
        if tree.expression is None:
            raise Unsupported("CREATE TABLE without a query")
        name = target.name
        if tree.kind == "VIEW":
            self._with_files(tree.expression, lambda frame: self.tables.view(name, frame))
        else:
            self._with_files(tree.expression, lambda frame: self.tables.create(name, frame))

    def _with_files(self, query, use):
        views = self.reader.bind(query)
        try:
            self._number(query, [table.name for table in query.find_all(exp.Table)])
            return use(self.spark.sql(to_spark(query)))
        finally:
            self.reader.forget(views)

    def _number(self, tree, names) -> None:
        """Rows have an index as soon as somebody asks for it."""
        if any(column.name == ROW for column in tree.find_all(exp.Column)):
            for name in names:
                if self.tables.has(name):
                    self.tables.number(name)
