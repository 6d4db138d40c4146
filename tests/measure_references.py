"""A regulation in, how often its provisions are found by name out: `python tests/measure_references.py FILE`.

Every article's paragraphs and points, every recital and every annex's points are asked for as lawyers ask for them. A
provision counts as found where a passage begins with it and stands under its name; beside it, the same without names:
by its words alone. Vectors are left out: they cost minutes and know no numbers.
"""

import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from fakes import KeywordEmbeddings

from ingest import Library, add_paths
from ingest.provisions import Provision, find_provisions
from qa.retrieval import HybridRetriever


def references(provision: Provision) -> Iterator[str]:
    """Yield the ways in which a provision is cited."""
    units = [one for one in provision.path if one.kind]
    numbers = [one.number for one in provision.path if not one.kind]
    unit = f"{units[-2].label}, {units[-1].label}" if units[-1].kind == "section" else units[-1].label
    brackets = "".join(f"({number})" for number in numbers)
    if units[-1].kind in ("article", "recital"):
        yield f"{unit}{brackets}"
    if numbers:
        yield f"{unit}, point {numbers[0]}{brackets[len(numbers[0]) + 2 :]}"
        yield f"point ({numbers[-1]}) of {unit}{brackets[: -len(numbers[-1]) - 2]}"


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), create=True, embedder=KeywordEmbeddings(slots=2))
        add_paths(library, [Path(sys.argv[1])])
        (name,) = [info.name for info in library.documents()]
        text = library.text(name)
        retriever = HybridRetriever(library=library, mode="bm25", limit=4)
        counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        asked = [(one, wording) for one in find_provisions(text) for wording in references(one)]
        for named in (True, False):
            for one, wording in asked:
                passages = retriever.passages(f"What does {wording} say?")
                body = text[one.start : one.end].strip()
                ranks = [n for n, p in enumerate(passages) if p.text.strip().startswith(body[: len(p.text.strip())])]
                ranks = [n for n in ranks if one.start <= passages[n].start < one.end]
                count = counts[("named" if named else "words alone", one.path[-1].kind or "paragraph or point")]
                count[0] += 1
                count[1] += 0 in ranks
                count[2] += bool(ranks)
            retriever._current_index().regulations.clear()
        for (way, kind), (total, first, four) in counts.items():
            sys.stdout.write(
                f"{way:12} {kind:20} {total:5}  first {first / total:.3f}  first four {four / total:.3f}\n"
            )


if __name__ == "__main__":
    main()
