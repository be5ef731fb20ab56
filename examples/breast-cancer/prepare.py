"""Writes scikit-learn's own breast cancer data as data/train.csv (426 rows) and data/test.csv (143 rows).

The rows have no date, so they are split at random, with a fixed seed and the same share of malignant ones in both parts.
"""

import csv
from pathlib import Path

from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split


def main() -> None:
    source = load_breast_cancer()
    features = [name.replace(" ", "_") for name in source.feature_names]
    rows = [
        [f"case-{i + 1:03d}", *(repr(float(value)) for value in values), source.target_names[label]]
        for i, (values, label) in enumerate(zip(source.data, source.target, strict=True))
    ]
    train, test = train_test_split(rows, test_size=0.25, random_state=0, stratify=source.target)
    Path("data").mkdir(exist_ok=True)
    for name, part in (("train", train), ("test", test)):
        with open(f"data/{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["id", *features, "diagnosis"])
            writer.writerows(sorted(part))
        malignant = sum(row[-1] == "malignant" for row in part)
        print(f"data/{name}.csv: {len(part)} cases, {malignant} malignant")


if __name__ == "__main__":
    main()
