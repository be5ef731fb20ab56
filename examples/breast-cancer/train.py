"""Trains a logistic regression on data/train.csv, writes it as model/model.onnx, and its metrics as metrics.json.

Parameters come from PLUMBLINE_PARAMS (JSON), the seed from PLUMBLINE_SEED. Features are the columns of the training
file but id and label; their order is kept in the ONNX file, so that predict.py needs nothing else.
"""

import csv
import json
import os
from pathlib import Path

import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

DEFAULTS = {"C": 1.0, "max_iter": 1000}


def main() -> None:
    params = DEFAULTS | json.loads(os.environ.get("PLUMBLINE_PARAMS", "{}"))
    seed = int(os.environ.get("PLUMBLINE_SEED", "42"))
    with open("data/train.csv", encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    features = header[1:-1]
    x = np.array([row[1:-1] for row in rows], dtype=np.float32)
    y = np.array([row[-1] for row in rows])

    model = make_pipeline(
        SimpleImputer(strategy="median"),
        StandardScaler(),
        LogisticRegression(**params, random_state=seed),
    )
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    out_of_fold = cross_val_predict(model, x, y, cv=folds, method="predict_proba")
    model.fit(x, y)

    # The scaler must get float32 as the ONNX graph does; `zipmap` would turn the probabilities into a list of maps.
    onnx = to_onnx(model, x[:1], options={"zipmap": False}, target_opset=17)
    onnx.metadata_props.add(key="features", value=json.dumps(features))
    Path("model").mkdir(exist_ok=True)
    Path("model/model.onnx").write_bytes(onnx.SerializeToString(deterministic=True))

    session = onnxruntime.InferenceSession("model/model.onnx")
    converted = session.run(["probabilities"], {session.get_inputs()[0].name: x})[0]
    metrics = {
        "train_rows": len(rows),
        "cv_log_loss": round(float(log_loss(y, out_of_fold)), 6),
        "onnx_max_difference": round(float(np.abs(converted - model.predict_proba(x)).max()), 6),
    }
    Path("metrics.json").write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    print(f"model/model.onnx: {json.dumps(metrics)}")


if __name__ == "__main__":
    main()
