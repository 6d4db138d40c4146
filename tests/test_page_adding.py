"""Documents are dropped onto the page, as files and as whole folders."""

from pathlib import Path

import pytest
from browsing import Visit, tab
from page_tools import write_files

pytestmark = pytest.mark.browser


def test_a_folder_that_is_dropped_stands_for_the_files_in_it(visit: Visit, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    write_files(folder, {"rope.txt": "Letter\n\nThe rope is long.\n"})
    write_files(folder / "old", {"net.md": "# Note\n\nThe net is wide.\n"})
    (single,) = write_files(tmp_path / "single", {"sea.txt": "Letter\n\nThe sea is cold.\n"})
    page = visit()
    tab(page, "Documents")
    zone = page.locator(".drop").bounding_box()
    assert zone is not None
    dragged = {"items": [], "files": [str(folder), str(single)], "dragOperationsMask": 1}
    devtools = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        event = {"type": kind, "x": zone["x"] + 50, "y": zone["y"] + 50, "data": dragged}
        devtools.send("Input.dispatchDragEvent", event)
    page.wait_for_selector("#report .status:has-text('3 files read: 3 added')")
    for name in ("rope.txt", "net.md", "sea.txt"):
        page.wait_for_selector(f"#documents tr:has-text('{name}')")
