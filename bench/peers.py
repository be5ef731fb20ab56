"""
The checks of data/inputs.mjs by tools of Python, as their users write them, on the same CSV file:

    python3 -m venv peers && peers/bin/pip install great_expectations pandera evidently frictionless 'pandas<3'
    BENCH_PYTHON=$PWD/peers/bin/python npm run bench data

`python peers.py TOOL FILE` prints seconds of the process, CPU seconds and the most memory in MB as one line of JSON. What
the tools do not do at all (power of features, conflicting labels, order, duplicates but the id, a page) is left out, and
Evidently makes its summary of the columns, for it has no contract.
"""
import json
import resource
import sys
import time

START = time.perf_counter()
DATES = ["d", "ts"]


def read(file):
    import pandas

    return pandas.read_csv(file, parse_dates=DATES)


def pandera(file):
    import pandera.pandas as pa

    data = read(file)
    amount = data["amount"]
    schema = pa.DataFrameSchema(
        {
            "id": pa.Column(int),
            "hex": pa.Column(str, pa.Check.str_length(32, 32)),
            "d": pa.Column("datetime64[us]", pa.Check.in_range("2020-01-01", "2030-01-01"), coerce=True),
            "ts": pa.Column("datetime64[us]", nullable=True, coerce=True),
            "amount": pa.Column(
                float,
                [pa.Check.ge(0), pa.Check(lambda x: (abs(x - amount.mean()) > 6 * amount.std()).mean() <= 0.01)],
                nullable=True,
            ),
            "age": pa.Column(int, pa.Check.in_range(0, 120)),
            "big": pa.Column(int),
            "score": pa.Column(float, pa.Check.in_range(0, 100)),
            "cat": pa.Column(str),
            "city": pa.Column(str, nullable=True),
            "note": pa.Column(str, pa.Check.str_length(1, 40)),
            "flag": pa.Column(bool),
        }
    )
    schema.validate(data, lazy=True)


def great_expectations(file):
    import great_expectations as gx
    from great_expectations import expectations as e

    context = gx.get_context(mode="ephemeral")
    batch = (
        context.data_sources.add_pandas("bench")
        .add_dataframe_asset("data")
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": read(file)})
    )
    suite = gx.ExpectationSuite(name="bench")
    for name in ["id", "hex", "cat", "flag"]:
        suite.add_expectation(e.ExpectColumnValuesToNotBeNull(column=name))
    suite.add_expectation(e.ExpectColumnValuesToNotBeNull(column="amount", mostly=0.9))
    suite.add_expectation(e.ExpectColumnValueLengthsToEqual(column="hex", value=32))
    suite.add_expectation(e.ExpectColumnValueLengthsToBeBetween(column="note", min_value=1, max_value=40))
    for name, low, high in [("amount", 0, None), ("age", 0, 120), ("score", 0, 100)]:
        suite.add_expectation(e.ExpectColumnValuesToBeBetween(column=name, min_value=low, max_value=high))
    suite.add_expectation(
        e.ExpectColumnValueZScoresToBeLessThan(column="amount", threshold=6, double_sided=True, mostly=0.99)
    )
    for name, kind in [("id", "int64"), ("age", "int64"), ("big", "int64"), ("score", "float64"), ("flag", "bool")]:
        suite.add_expectation(e.ExpectColumnValuesToBeOfType(column=name, type_=kind))
    batch.validate(suite)


def evidently(file):
    from evidently import Dataset, Report
    from evidently.presets import DataSummaryPreset

    Report([DataSummaryPreset()]).run(Dataset.from_pandas(read(file)), None).json()


def frictionless(file):
    import os

    from frictionless import Resource, Schema, system

    fields = [
        {"name": "id", "type": "integer", "constraints": {"required": True}},
        {"name": "hex", "type": "string", "constraints": {"required": True, "minLength": 32, "maxLength": 32}},
        {"name": "d", "type": "date", "constraints": {"minimum": "2020-01-01", "maximum": "2030-01-01"}},
        {"name": "ts", "type": "datetime", "format": "%Y-%m-%d %H:%M:%S"},
        {"name": "amount", "type": "number", "constraints": {"minimum": 0}},
        {"name": "age", "type": "integer", "constraints": {"minimum": 0, "maximum": 120}},
        {"name": "big", "type": "integer"},
        {"name": "score", "type": "number", "constraints": {"minimum": 0, "maximum": 100}},
        {"name": "cat", "type": "string", "constraints": {"required": True}},
        {"name": "city", "type": "string"},
        {"name": "note", "type": "string", "constraints": {"minLength": 1, "maxLength": 40}},
        {"name": "flag", "type": "boolean", "constraints": {"required": True}},
    ]
    os.chdir(os.path.dirname(file))
    with system.use_context(trusted=True):
        Resource(path=os.path.basename(file), schema=Schema.from_descriptor({"fields": fields})).validate()


TOOLS = {tool.__name__: tool for tool in [pandera, great_expectations, evidently, frictionless]}

if __name__ == "__main__":
    TOOLS[sys.argv[1]](sys.argv[2])
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - START,
                "cpu": used.ru_utime + used.ru_stime,
                "megabytes": used.ru_maxrss / 1024,
            }
        )
    )
