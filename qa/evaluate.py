"""Evaluation from Python, `from qa.evaluate import evaluate`, and as a command, `python -m qa.evaluate`."""

from qa.evaluation.compare import Comparison, compare
from qa.evaluation.figures import Value, compute_figures
from qa.evaluation.options import EvaluationOptions, EvaluationProgress
from qa.evaluation.report import write_report
from qa.evaluation.run import evaluate
from qa.evaluation.runs import Row, Run, read_run, write_run

__all__ = [
    "Comparison",
    "EvaluationOptions",
    "EvaluationProgress",
    "Row",
    "Run",
    "Value",
    "compare",
    "compute_figures",
    "evaluate",
    "read_run",
    "write_report",
    "write_run",
]

if __name__ == "__main__":
    from qa.evaluation.cli import main

    main()
