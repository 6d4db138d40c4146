"""Models by name: the catalogue, fetching, verifying, and what is said when that fails."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pytest
from toy_models import CHAT, EMBEDDER, PART, ToyShop, write_all_wheels

from ingest import model_catalogue
from ingest.errors import ModelFileError, ModelNotFound
from ingest.model_files import (
    FetchProgress,
    fetch_model,
    find_model,
    home_folder,
    list_models,
    model_path,
    models_folder,
)

FETCH_SCRIPT = """
import sys
from pathlib import Path
from ingest import model_catalogue
from ingest.model_files import fetch_model

model_catalogue.CATALOGUE = Path(sys.argv[1])
print(fetch_model("toy", on_progress=lambda step: print(step.source, step.done, flush=True)))
"""


class Usage(NamedTuple):
    """What is asked of the disk."""

    free: int


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ToyShop:
    shop = ToyShop(tmp_path)
    monkeypatch.setattr(model_catalogue, "CATALOGUE", shop.catalogue)
    monkeypatch.delenv("FOOTNOTE_MODELS_FROM", raising=False)
    for name, value in shop.environment().items():
        monkeypatch.setenv(name, value)
    return shop


def fetch_in_a_process(shop: ToyShop) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", FETCH_SCRIPT, str(shop.catalogue)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        start_new_session=True,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_shipped_catalogue_is_sound() -> None:
    models = model_catalogue.read_catalogue()
    names = [name for model in models for name in {model.name, model.alias}]
    assert len(names) == len(set(names))
    assert {"default", "small", "tiny", "embedder"} <= set(names)
    for model in models:
        assert model.kind in ("chat", "embedder")
        assert model.licence
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", model.repository)
        assert re.fullmatch(r"[0-9a-f]{40}", model.revision)
        for file in model.files:
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
            assert file.size > 0
            assert not PurePosixPath(file.path).is_absolute()
            assert not re.search(r"\.\.|\\|:", file.path)


def test_the_wheels_in_the_shipped_catalogue_are_pinned_and_make_whole_files() -> None:
    for model in model_catalogue.read_catalogue():
        requirements = model.wheels.requirements
        assert len(requirements) == len(set(requirements))
        assert all(re.fullmatch(r"[a-z0-9-]+==[0-9.]+", requirement) for requirement in requirements)
        if len(requirements) > 1:
            assert len(model.files) == 1
            assert model.wheels.part_bytes is not None
            assert len(requirements) == -(-model.size // model.wheels.part_bytes)


def test_a_model_is_found_by_name_and_by_alias(shop: ToyShop) -> None:
    assert find_model("toy", "chat") == find_model("toy-chat", "chat")
    assert find_model("embedder").name == "toy-embedder"


def test_an_unknown_model_is_answered_with_those_that_there_are(shop: ToyShop) -> None:
    with pytest.raises(ModelNotFound, match=r"'gpt-9'.*toy \(toy-chat\), embedder \(toy-embedder\)"):
        find_model("gpt-9")
    with pytest.raises(ModelNotFound, match=r"no chat model 'embedder'.*toy \(toy-chat\)$"):
        find_model("embedder", "chat")


def test_a_model_that_was_not_fetched_is_answered_with_the_command_that_fetches_it(shop: ToyShop) -> None:
    with pytest.raises(ModelNotFound, match="`footnote models fetch toy`"):
        model_path("toy-chat")
    assert [(model.present, model.path, model.source) for model in list_models()] == [(False, None, None)] * 2
    assert not shop.models.exists()


def test_a_chat_model_is_put_together_from_its_wheels(shop: ToyShop) -> None:
    write_all_wheels(shop.wheels)
    steps: list[FetchProgress] = []
    path = fetch_model("toy", on_progress=steps.append)
    assert path.read_bytes() == CHAT
    assert path == model_path("toy") == find_model("toy").path
    assert find_model("toy").source == "wheels"
    by_wheels = [step.done for step in steps if step.source == "wheels"]
    assert by_wheels == sorted(by_wheels)
    assert (by_wheels[0], by_wheels[-1], steps[-1].total) == (0, len(CHAT), len(CHAT))
    assert shop.leftovers() == []


def test_an_embedder_is_a_folder_with_exactly_the_files_of_the_catalogue(shop: ToyShop) -> None:
    write_all_wheels(shop.wheels)
    folder = fetch_model("embedder")
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert found == EMBEDDER
    assert model_path("toy-embedder") == folder


def test_what_is_here_is_not_fetched_again(shop: ToyShop) -> None:
    fetch_model("toy", local=shop.give_file())
    assert fetch_model("toy").read_bytes() == CHAT


@pytest.mark.parametrize("content", [CHAT[:-1], CHAT[:-1] + b"?", b""], ids=["cut", "altered", "emptied"])
def test_a_file_that_changes_later_is_refused_by_name_and_removed(shop: ToyShop, content: bytes) -> None:
    path = fetch_model("toy", local=shop.give_file())
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"toy\.gguf.*SHA-256 [0-9a-f]{12}….*`footnote models fetch toy`"):
        model_path("toy")
    assert not path.exists()
    assert not find_model("toy").present


def test_a_file_whose_length_and_time_are_unchanged_is_not_read_at_every_start(shop: ToyShop) -> None:
    path = fetch_model("toy", local=shop.give_file())
    times = path.stat()
    path.write_bytes(bytes(len(CHAT)))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert model_path("toy") == path
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns + 1))
    with pytest.raises(ModelFileError):
        model_path("toy")


def test_a_right_file_that_was_only_touched_stays(shop: ToyShop) -> None:
    path = fetch_model("toy", local=shop.give_file())
    os.utime(path, (1, 1))
    assert model_path("toy").read_bytes() == CHAT
    assert "given.gguf" in (find_model("toy").source or "")


def test_a_right_file_put_there_by_hand_is_taken_once_it_is_verified(shop: ToyShop) -> None:
    path = shop.models / find_model("toy").sha256 / "toy.gguf"
    path.parent.mkdir(parents=True)
    path.write_bytes(CHAT)
    assert model_path("toy") == path
    assert find_model("toy").source is None


def test_a_missing_file_of_an_embedder_is_fetched_alone(shop: ToyShop) -> None:
    write_all_wheels(shop.wheels)
    folder = fetch_model("embedder")
    kept = (folder / "weights.bin").stat().st_mtime_ns
    (folder / "config.json").unlink()
    with pytest.raises(ModelNotFound):
        model_path("embedder")
    fetch_model("embedder")
    assert (folder / "config.json").read_bytes() == EMBEDDER["config.json"]
    assert (folder / "weights.bin").stat().st_mtime_ns == kept


def test_a_full_disk_is_found_out_before_anything_is_written(shop: ToyShop, monkeypatch: pytest.MonkeyPatch) -> None:
    given = shop.give_file()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100_000))
    with pytest.raises(ModelFileError, match=r"needs 0\.2 MB .*where 0\.1 MB are free.*FOOTNOTE_MODELS"):
        fetch_model("toy", local=given)
    assert shop.leftovers() == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(250_000))
    assert fetch_model("toy", local=given).read_bytes() == CHAT


def test_wheels_need_more_room_than_their_files(shop: ToyShop, monkeypatch: pytest.MonkeyPatch) -> None:
    write_all_wheels(shop.wheels)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(400_000))
    with pytest.raises(ModelFileError, match=r"needs 0\.7 MB"):
        fetch_model("toy")


def test_a_models_folder_that_is_a_file_is_named(shop: ToyShop) -> None:
    shop.models.write_text("")
    with pytest.raises(ModelFileError, match=r"can't write 'toy-chat' to .*models.*FOOTNOTE_MODELS"):
        fetch_model("toy")


def test_when_every_source_fails_one_line_names_each_with_its_reason(shop: ToyShop) -> None:
    with pytest.raises(ModelFileError) as caught:
        fetch_model("toy")
    message = str(caught.value)
    assert "\n" not in message
    assert "hub: HF_HUB_OFFLINE is set" in message
    assert "wheels: pip can't get toy-part1==1.0" in message
    assert "`footnote models fetch toy --from PATH`" in message
    assert shop.leftovers() == []


def test_two_processes_at_once_fetch_once(shop: ToyShop) -> None:
    write_all_wheels(shop.wheels)
    processes = [fetch_in_a_process(shop), fetch_in_a_process(shop)]
    outputs = [process.communicate(timeout=120)[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert outputs[0][-1] == outputs[1][-1] == str(model_path("toy"))
    assert sum(any(line.startswith("wheels") for line in output) for output in outputs) == 1
    assert shop.leftovers() == []


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="a group of processes can't be killed here")
def test_a_killed_run_goes_on_where_it_was(shop: ToyShop) -> None:
    write_all_wheels(shop.wheels)
    process = fetch_in_a_process(shop)
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            source = line.split()[0]
            partial = next(shop.models.rglob("*.partial"), None)
            if source == "wheels" and partial and partial.stat().st_size >= PART:
                os.killpg(process.pid, signal.SIGKILL)
                break
    assert process.wait() == -signal.SIGKILL
    next(shop.wheels.glob("toy_part1-*")).unlink()
    assert fetch_model("toy").read_bytes() == CHAT
    assert shop.leftovers() == []


def test_the_models_lie_in_the_home_folder_unless_another_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path))
    monkeypatch.delenv("FOOTNOTE_MODELS", raising=False)
    assert (home_folder(), models_folder()) == (tmp_path, tmp_path / "models")
    monkeypatch.setenv("FOOTNOTE_MODELS", str(tmp_path / "elsewhere"))
    assert (home_folder(), models_folder()) == (tmp_path, tmp_path / "elsewhere")
    monkeypatch.delenv("FOOTNOTE_HOME")
    assert home_folder().name == "footnote"
