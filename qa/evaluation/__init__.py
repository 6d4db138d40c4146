"""Evaluation: questions with known answers go in, figures with their uncertainty come out.

The way of the data, one file a step:

    questions.py -> corpus.py -> run.py (asks; measures.py scores each answer with metrics.py and spans.py)
                 -> runs.py (the record) -> figures.py -> tables.py, report.py, compare.py (the gate)

Nothing is imported here, so that the command line can register the command without loading any of it.
`qa.evaluate` has the public names.
"""
