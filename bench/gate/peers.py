"""
The metrics of evaluate-gate by scikit-learn on the same files, joined by pandas:

    python3 -m venv peers && peers/bin/pip install scikit-learn pandas pyarrow
    BENCH_PYTHON=$PWD/peers/bin/python npm run bench gate

`python peers.py FOLDER` prints seconds of the process, CPU seconds and the most memory in MB as one line of JSON. Intervals,
paired tests and the slices of two conditions, which scikit-learn does not have, are left out; those of one condition are by
pandas' groupby.
"""
import json
import os
import resource
import sys
import time

START = time.perf_counter()


def main(folder):
    import pandas
    from sklearn import metrics
    from sklearn.calibration import calibration_curve

    rows = pandas.read_parquet(os.path.join(folder, "test.parquet"))
    for name in ["candidate", "baseline"]:
        answers = pandas.read_parquet(os.path.join(folder, name + ".parquet")).rename(columns={"score": name})
        rows = rows.merge(answers, on="id")
    truth = rows["y"]
    for name in ["candidate", "baseline"]:
        score = rows[name]
        label = score > 0.5
        metrics.roc_auc_score(truth, score)
        metrics.average_precision_score(truth, score)
        metrics.log_loss(truth, score)
        metrics.brier_score_loss(truth, score)
        calibration_curve(truth, score, n_bins=15, strategy="quantile")
        metrics.recall_score(truth, label)
        metrics.precision_score(truth, label)
        metrics.f1_score(truth, label)
        rows["loss"] = (score - truth) ** 2
        for feature in ["f1", "f2", "f3", "f4", "f5"]:
            rows.groupby(feature)["loss"].mean()


if __name__ == "__main__":
    main(sys.argv[1])
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
