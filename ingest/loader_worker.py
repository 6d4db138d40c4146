"""The process in which files are read: a request a line on standard input, what became of it on standard output.

A request is a JSON object of what `ingest.reading.read_documents` is to be called with. It is answered by lines of
JSON: `{"begun": NAME}` before each document is read; `{"name": NAME}` with "document" or "reason" after it; `{}` after
the last. One with "draw", of what `ingest.loaders.pdf_picture.draw_page` is to be called with, is answered by one line,
`{"drawn": PICTURE}`; one with "warm_up" by `{}` once what every file needs is loaded. The process ends with its
standard input.
"""

import faulthandler
import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ingest.loaders.languages import language_of
from ingest.loaders.limits import WAITING, renewals
from ingest.loaders.pdf_picture import draw_page
from ingest.reading import OUT_OF_MEMORY, Outcome, read_documents


def main(seconds: int, memory_mb: int) -> None:
    """Answer requests until there are no more.

    Args:
        seconds: Processor time for a document; the system ends the process after it.
        memory_mb: Address space of this process, in megabytes.
    """
    # What a library prints must not get between the answers.
    with os.fdopen(os.dup(1), "w", encoding="ascii") as answers, open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        _limit_memory(memory_mb)

        def answer(**record: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
            answers.write(json.dumps(record) + "\n")
            answers.flush()

        def start_clock() -> None:
            _limit_time(seconds)
            # This ends even a process that no one waits for any more, and one that hangs without computing.
            faulthandler.dump_traceback_later(seconds * WAITING, exit=True, file=nowhere)

        def announce(name: str) -> None:
            start_clock()
            answer(begun=name)

        renewals.append(start_clock)
        answer()
        for line in sys.stdin:
            request = json.loads(line)
            if "warm_up" in request:
                language_of("")
                answer()
                continue
            if "draw" in request:
                start_clock()
                answer(drawn=_drawn(**request["draw"]))
                faulthandler.cancel_dump_traceback_later()
                continue
            path, name = Path(request["path"]), request["name"]
            done, broken = frozenset(request["done"]), frozenset(request["broken"])
            for found, outcome in read_documents(path, name, done=done, broken=broken, announce=announce):
                try:
                    answer(name=found, **_record(outcome))
                except MemoryError:
                    answer(name=found, reason=OUT_OF_MEMORY)
            faulthandler.cancel_dump_traceback_later()
            answer()


def _drawn(path: str, sha256: str, page: int, quote: str) -> dict[str, Any] | None:
    try:
        picture = draw_page(Path(path), sha256, page, quote)
    except Exception:  # whatever a broken file leads to
        return None
    return asdict(picture) if picture else {}


def _record(outcome: Outcome) -> dict[str, Any]:
    return {"reason": outcome} if isinstance(outcome, str) else {"document": asdict(outcome)}


def _limit_memory(memory_mb: int) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        wanted = memory_mb << 20
        resource.setrlimit(resource.RLIMIT_AS, (wanted if most < 0 else min(wanted, most), most))


def _limit_time(seconds: int) -> None:
    """Let the system end this process when it has computed for so long from now."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        wanted = int(time.process_time()) + seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (wanted if most < 0 else min(wanted, most), most))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
