"""One row as a JSON object per line in, one probability of a malignant tumour per line out, answered as soon as read.

A feature that is absent, null, empty or no number counts as missing; the model puts the median of training in its place.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import onnxruntime


def number(value: object) -> float:
    if value is None or isinstance(value, (list, dict)):
        return math.nan
    try:
        result = float(value)
    except ValueError:
        return math.nan
    return result if math.isfinite(result) else math.nan


def main() -> None:
    session = onnxruntime.InferenceSession(Path(__file__).parent / "model" / "model.onnx")
    features = json.loads(session.get_modelmeta().custom_metadata_map["features"])
    name = session.get_inputs()[0].name
    for count, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line) or {}
            values = [number(row.get(feature)) for feature in features]
        except (ValueError, AttributeError) as error:
            sys.exit(f"predict: line {count} is not a JSON object: {error}")
        with np.errstate(over="ignore"):
            x = np.array([values], dtype=np.float32)
        probability = session.run(["probabilities"], {name: x})[0][0, 1]
        print(f"{probability:.7f}", flush=True)


if __name__ == "__main__":
    main()
