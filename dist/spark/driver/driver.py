"""
Started by `spark-submit driver.py SOCKET OPTIONS`: connects to the socket of the process that started it, and answers its
requests, a line of JSON each, one after the other. What Spark logs goes its own way.
"""

import json
import os
import socket
import sys
import time

# Times that Spark hands over are in the zone of this process.
os.environ["TZ"] = "UTC"
time.tzset()

NEEDED = (30, 0)


def main() -> int:
    path, options = sys.argv[1], json.loads(sys.argv[2])
    sys.setrecursionlimit(20_000)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        with connection.makefile("rw", encoding="utf-8", newline="\n") as stream:
            return _serve(stream, options)


def _serve(stream, options) -> int:
    def say(message) -> None:
        stream.write(json.dumps(message, ensure_ascii=True, allow_nan=False) + "\n")
        stream.flush()

    try:
        import sqlglot

        if tuple(int(part) for part in sqlglot.__version__.split(".")[:2]) < NEEDED:
            raise ImportError(f"sqlglot {sqlglot.__version__} is too old")
    except ImportError as error:
        say({"missing": "sqlglot", "message": str(error), "python": sys.executable})
        return 0
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("plumbline")
    # Times that Python on an executor is handed are in the zone of that process.
    spark = builder.config("spark.executorEnv.TZ", "UTC").getOrCreate()
    from session import Session

    session = Session(spark, bool(options.get("oneLineRecords")))
    say({"spark": spark.version, "master": spark.sparkContext.master})
    for line in stream:
        say(_answer(session, json.loads(line)))
    spark.stop()
    return 0


def _answer(session, request) -> dict:
    from errors import Refused, Unsupported
    from reasons import told

    try:
        wanted = dict(request)
        ask = session.asks[wanted.pop("ask")]
        return {"ok": ask(**wanted)}
    except Unsupported as error:
        return {"unsupported": error.part}
    except Refused as error:
        return {"refused": str(error)}
    except Exception as error:  # noqa: BLE001: whatever Spark raises is told to who asked
        return told(error)


if __name__ == "__main__":
    sys.exit(main())
