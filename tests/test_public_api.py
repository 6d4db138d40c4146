"""What the packages offer, what importing them costs, and which way imports go."""

import ast
import importlib
from pathlib import Path

import pytest
from command_line import ROOT, run_python

import ingest
import qa

HEAVY = {
    "bm25s", "chromadb", "gradio", "langchain", "langchain_core", "langchain_openai", "mcp", "numpy", "onnx",
    "onnxruntime", "openai", "pydantic", "sentence_transformers", "torch", "transformers", "xllamacpp",
}  # fmt: skip
OWNERS = {
    "bm25s": {"ingest/keywords.py"},
    "chromadb": {"ingest/store.py"},
    "onnx": {"ingest/int8_graph.py"},
    "onnxruntime": {"ingest/embedders.py"},
    "sentence_transformers": {"ingest/embedders.py", "qa/verifier.py"},
    "sentencex": {"ingest/sentences.py"},
    "watchfiles": {"ingest/watching.py"},
    "xllamacpp": {"qa/language_model.py"},
    "mcp": {"qa/page/tools.py"},
    "langchain_openai": {"qa/language_model.py"},
}
"""The only file that touches each foreign library."""


def sources() -> dict[str, ast.Module]:
    paths = [ROOT / "app.py", *(ROOT / "ingest").rglob("*.py"), *(ROOT / "qa").rglob("*.py")]
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in paths}


def imported(tree: ast.AST) -> set[str]:
    """Return the top-level names of all modules imported anywhere in a tree."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
    return names


def loaded_by(program: str) -> set[str]:
    """Return which heavy libraries are in memory after a program."""
    done = run_python("-c", f"import sys\n{program}\nprint(*{{name.partition('.')[0] for name in sys.modules}})")
    assert done.code == 0, done.errors
    return HEAVY & set(done.out.decode().split())


@pytest.mark.parametrize("package", ["ingest", "qa", "qa.evaluate"])
def test_every_name_that_is_offered_is_there(package: str) -> None:
    module = importlib.import_module(package)
    assert list(module.__all__) == sorted(module.__all__)
    for name in module.__all__:
        assert getattr(module, name) is not None


def test_a_name_that_is_not_offered_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="DocumentQ"):
        _ = qa.DocumentQ
    with pytest.raises(ImportError):
        exec("from qa import nothing_of_the_kind")


def test_what_a_user_needs_is_offered() -> None:
    assert {"Answer", "Citation", "DocumentQA", "Event", "Passage", "QAError", "QASettings", "Sentence"} <= set(
        qa.__all__
    )
    assert {"Document", "FootnoteError", "IngestSettings", "Library", "add_paths"} <= set(ingest.__all__)


def test_every_error_of_both_trees_is_a_footnote_error() -> None:
    errors = [getattr(package, name) for package in (ingest, qa) for name in package.__all__]
    errors = [error for error in errors if isinstance(error, type) and issubclass(error, Exception)]
    assert len(errors) > 8
    assert all(issubclass(error, ingest.FootnoteError) for error in errors)


def test_importing_the_package_loads_no_heavy_library() -> None:
    assert loaded_by("import qa") == set()
    assert loaded_by("import qa, qa.cli, ingest.cli") == set()


def test_the_records_can_be_had_without_the_chain() -> None:
    assert loaded_by("from qa import Answer, BadQuestion, QASettings; QASettings()") == set()


def test_the_chain_is_there_when_it_is_asked_for() -> None:
    assert "torch" not in loaded_by("from qa import DocumentQA")


def test_imports_go_one_way() -> None:
    for path, tree in sources().items():
        names = imported(tree)
        if path.startswith("ingest/"):
            assert not names & {"qa", "app"}, path
        elif path.startswith("qa/") and path != "qa/cli.py":
            assert "app" not in names, path


def test_only_the_command_serve_starts_the_page() -> None:
    tree = sources()["qa/cli.py"]
    users = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and "app" in imported(node)]
    assert users == ["serve"]
    assert sum("app" in imported(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)) == 1


@pytest.mark.parametrize("library", OWNERS)
def test_each_foreign_library_has_one_file(library: str) -> None:
    assert {path for path, tree in sources().items() if library in imported(tree)} == OWNERS[library]


def test_the_page_alone_knows_gradio() -> None:
    users = [path for path, tree in sources().items() if "gradio" in imported(tree)]
    assert users
    assert all(path == "app.py" or path.startswith("qa/page/") for path in users)


def test_the_sources_that_are_looked_at_are_all_there() -> None:
    assert {"app.py", "qa/chain.py", "qa/cli.py", "ingest/library.py"} <= sources().keys()
    assert all(Path(ROOT / path).is_file() for path in sources())
