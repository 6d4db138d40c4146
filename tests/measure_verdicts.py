"""Measure the verdicts on claims of WiCE (https://github.com/ryokamoi/wice): python tests/measure_verdicts.py FOLDER.

FOLDER holds the dataset's `dev.jsonl` or `test.jsonl`, or both. Claims whose id has an even SHA-256 chose the
weights of the score; the others are for reporting.
"""

import hashlib
import json
import sys
from collections import Counter
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from qa.records import Evidence
from qa.support import Support, check_support

RESAMPLES = 2000


def main(folder: Path) -> None:
    """Print AUROC with its bootstrap 95% interval for both halves, and how the verdicts fall."""
    claims = [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.open(encoding="utf-8")]
    for half, name in enumerate(("choosing", "reporting")):
        chosen = [claim for claim in claims if hashlib.sha256(claim["meta"]["id"].encode()).digest()[-1] % 2 == half]
        found = [(claim["label"], check(claim)) for claim in chosen]
        report(f"{name} half, {len(found)} claims")
        for rest, others in (("the rest", "partially_supported not_supported"), ("not supported", "not_supported")):
            score = [support.score for label, support in found if label == "supported" or label in others.split()]
            truth = [label == "supported" for label, _ in found if label == "supported" or label in others.split()]
            value, low, high = auroc(np.array(score), np.array(truth))
            report(f"  supported against {rest}: AUROC {value:.3f} ({low:.3f} to {high:.3f}), n = {len(score)}")
        for (label, verdict), count in sorted(Counter((label, support.verdict) for label, support in found).items()):
            report(f"  {label}, found {verdict}: {count}")


def report(line: str) -> None:
    """Write a line to standard output."""
    sys.stdout.write(f"{line}\n")


def check(claim: dict[str, Any]) -> Support:
    """Check a claim against all sentences of its page; the page's metadata is what they stand under."""
    texts = claim["evidence"]
    about = " ".join(text.removeprefix("(meta data)") for text in texts if text.startswith("(meta data)"))
    starts = accumulate((len(text) + 1 for text in texts), initial=0)
    evidence = [
        Evidence(document="page", start=start, end=start + len(text), text=text, score=0.0)
        for start, text in zip(starts, texts, strict=False)
    ]
    return check_support(claim["claim"], evidence, [about] * len(texts))


def auroc(score: np.ndarray, truth: np.ndarray) -> tuple[float, float, float]:
    """Return the area under the ROC curve and its 95% percentile interval over resampled claims."""
    draws = np.random.default_rng(0)
    values = []
    for _ in range(RESAMPLES):
        n = draws.integers(0, len(truth), len(truth))
        values.append(_area(score[n], truth[n]))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return _area(score, truth), float(low), float(high)


def _area(score: np.ndarray, truth: np.ndarray) -> float:
    above = score[truth][:, None] - score[~truth]
    return float(((above > 0) + (above == 0) / 2).mean()) if above.size else float("nan")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
