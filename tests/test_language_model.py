"""A setting becomes a chat model: shown against a small server that speaks as OpenAI's does."""

import json
import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fakes import ScriptedChatModel
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import BaseMessage, HumanMessage
from texts import make_document

from ingest import Library, ModelNotFound
from qa import DocumentQA, ModelUnavailable, QASettings
from qa.language_model import LanguageModel, open_language_model

ASKING = [HumanMessage("Do the excerpts state it?")]
CRANES = "The harbour has eleven cranes."


class ChatServer(ThreadingHTTPServer):
    """Answers /v1/chat/completions, whole or as a stream of words, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reply = CRANES
        self.yes: float | None = 0.9
        """Probability of yes when log-probabilities are asked for; None refuses such requests."""
        self.status = 200
        self.pause = 0.0
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.words_sent = 0
        self.hung_up = threading.Event()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: ChatServer

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked | {"path": self.path})
        self.server.keys.append(self.headers["Authorization"])
        if self.server.status != 200:
            self._send({"error": {"message": "out of memory\nTraceback: deep inside"}}, self.server.status)
        elif asked.get("stream"):
            self._stream()
        elif asked.get("logprobs") and self.server.yes is None:
            self._send({"error": {"message": "logprobs are not supported"}}, 400)
        else:
            self._send(self._whole(bool(asked.get("logprobs"))), 200)

    def _whole(self, logprobs: bool) -> dict[str, Any]:
        yes = self.server.yes or 0.0
        options = [
            {"token": "yes", "logprob": math.log(yes or 1e-9)},
            {"token": "no", "logprob": math.log(1 - yes or 1e-9)},
        ]
        content = [{**options[0], "top_logprobs": options}]
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": self.server.reply}}
        return {
            "id": "1", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [choice | ({"logprobs": {"content": content}} if logprobs else {})],
        }  # fmt: skip

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            for word in self.server.reply.split(" "):
                delta = {"role": "assistant", "content": f"{word} "}
                chunk = {
                    "id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m",
                    "choices": [{"index": 0, "delta": delta, "finish_reason": None}],
                }  # fmt: skip
                self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
                self.wfile.flush()
                self.server.words_sent += 1
                time.sleep(self.server.pause)
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            self.server.hung_up.set()

    def _send(self, record: dict[str, Any], status: int) -> None:
        body = json.dumps(record).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving() -> Iterator[ChatServer]:
    with ChatServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    """Serve chat completions on this machine; no key is set."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with serving() as running:
        yield running


def opened(base_url: str, **settings: Any) -> LanguageModel:
    model = open_language_model(QASettings(model="house-model", base_url=base_url, **settings))
    assert model is not None
    return model


# A server's address replaces the embedded model


def test_a_servers_address_is_all_that_is_needed_and_no_key_is(server: ChatServer) -> None:
    model = opened(server.base_url, answer_tokens=33)
    assert "".join(model.write(ASKING)).strip() == CRANES
    (asked,) = server.asked
    assert (asked["path"], asked["model"], asked["stream"], asked["temperature"]) == (
        "/v1/chat/completions",
        "house-model",
        True,
        0,
    )
    assert asked["messages"] == [{"role": "user", "content": ASKING[0].content}]
    assert 33 in (asked.get("max_tokens"), asked.get("max_completion_tokens"))
    assert model.description == {"name": "house-model", "provider": server.base_url}


def test_a_key_in_the_environment_is_used(server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "open-sesame")
    list(opened(server.base_url).write(ASKING))
    assert server.keys == ["Bearer open-sesame"]


def test_the_draft_comes_in_pieces_as_it_is_written(server: ChatServer) -> None:
    server.pause = 0.05
    pieces = opened(server.base_url).write(ASKING)
    assert next(pieces).strip() == "The"
    assert server.words_sent < len(CRANES.split())
    assert "".join(pieces).split() == CRANES.split()[1:]


def test_closing_the_draft_early_ends_the_servers_work(server: ChatServer) -> None:
    server.reply, server.pause = "word " * 2000, 0.005
    pieces = opened(server.base_url).write(ASKING)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert server.hung_up.wait(20)
    assert server.words_sent < 1500


def test_the_gate_is_read_from_the_log_probabilities_of_one_token(server: ChatServer) -> None:
    server.yes = 0.9
    assert opened(server.base_url).yes_probability(ASKING) == pytest.approx(0.9)
    (asked,) = server.asked
    assert asked["logprobs"] is True
    assert 1 in (asked.get("max_tokens"), asked.get("max_completion_tokens"))


def test_a_server_that_refuses_log_probabilities_is_taken_at_its_word(server: ChatServer) -> None:
    server.yes = None
    server.reply = "Yes, they do."
    model = opened(server.base_url)
    assert model.yes_probability(ASKING) == 1.0
    server.reply = "No."
    assert model.yes_probability(ASKING) == 0.0


def test_a_whole_question_is_answered_by_a_server(server: ChatServer, library: Library) -> None:
    library.replace(make_document("The harbour has eleven cranes. The pier is long."))
    docs = DocumentQA(library, QASettings(model="house-model", base_url=server.base_url))
    answer = docs.ask("How many cranes has the harbour?")
    assert answer.text == "The harbour has eleven cranes [1]."
    assert answer.model == {"name": "house-model", "provider": server.base_url}
    assert answer.settings["answerability"] > 0.9
    assert answer.timings.first_token_seconds is not None


def test_the_environment_names_the_model_and_the_server(
    server: ChatServer, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.replace(make_document("The harbour has eleven cranes."))
    monkeypatch.setenv("FOOTNOTE_MODEL", "from-the-environment")
    monkeypatch.setenv("FOOTNOTE_BASE_URL", server.base_url)
    assert DocumentQA(library).ask("How many cranes has the harbour?").outcome == "answered"
    assert {asked["model"] for asked in server.asked} == {"from-the-environment"}


# What goes wrong is one line


def problem_of(model: LanguageModel) -> list[str]:
    """Return what is said when the model is asked for a draft and for the gate; each must be one line."""
    problems = []
    for ask in (lambda: list(model.write(ASKING)), lambda: [str(model.yes_probability(ASKING))]):
        with pytest.raises(ModelUnavailable) as problem:
            ask()
        problems.append(str(problem.value))
    assert all(len(problem.splitlines()) == 1 and "Traceback" not in problem for problem in problems)
    return problems


def test_a_failing_server_is_one_line_that_names_the_model_and_the_reason(server: ChatServer) -> None:
    server.status = 500
    for problem in problem_of(opened(server.base_url)):
        assert "'house-model'" in problem
        assert "out of memory" in problem


def test_a_stopped_server_is_one_line_that_names_the_model_and_a_remedy() -> None:
    with serving() as server:
        model = opened(server.base_url)
    for problem in problem_of(model):
        assert "'house-model'" in problem
        assert server.base_url in problem
        assert "--model" in problem


def test_a_server_that_breaks_off_within_the_draft_is_one_line(library: Library) -> None:
    class Broken(ScriptedChatModel):
        def _stream(self, *args: Any, **request: Any) -> Iterator[Any]:
            yield from list(super()._stream(*args, **request))[:2]
            raise OSError("connection reset\nby whom nobody knows")

    model = LanguageModel(Broken([CRANES]), {"name": "fragile"})
    pieces = model.write(ASKING)
    assert [next(pieces), next(pieces)] == ["The ", "harbour "]
    with pytest.raises(ModelUnavailable, match=r"'fragile'.*connection reset") as problem:
        next(pieces)
    assert "nobody knows" not in str(problem.value)


def test_no_model_is_a_setting() -> None:
    assert open_language_model(QASettings(model="none")) is None
    assert open_language_model(QASettings(model="none", base_url="http://127.0.0.1:9")) is None


def test_an_unknown_model_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ModelNotFound, match=r"'llamma'.*default.*small"):
        open_language_model(QASettings(model="llamma"))


def test_an_embedder_is_no_chat_model() -> None:
    with pytest.raises(ModelNotFound, match="'embedder'"):
        open_language_model(QASettings(model="embedder"))


def test_a_model_that_was_not_fetched_is_refused_with_the_command_that_fetches_it() -> None:
    with pytest.raises(ModelNotFound, match="footnote models fetch default"):
        open_language_model(QASettings(model="default"))


def test_a_model_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"missing\.gguf.*check the path"):
        open_language_model(QASettings(model=str(tmp_path / "missing.gguf")))


def test_a_model_file_that_holds_no_model_is_refused_by_name_and_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF and nothing that follows")
    with pytest.raises(ModelUnavailable, match=r"broken\.gguf.*another with --model") as problem:
        open_language_model(QASettings(model=str(tmp_path / "broken.gguf")))
    assert len(str(problem.value).splitlines()) == 1


def test_an_unknown_provider_is_refused_by_name() -> None:
    with pytest.raises(ModelUnavailable, match="'nobody:model'") as problem:
        open_language_model(QASettings(model="nobody:model"))
    assert len(str(problem.value).splitlines()) == 1


def test_a_provider_without_its_key_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelUnavailable, match="'openai:some-model'") as problem:
        open_language_model(QASettings(model="openai:some-model"))
    assert len(str(problem.value).splitlines()) == 1


def test_a_provider_of_langchain_is_a_setting(server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    model = open_language_model(QASettings(model="openai:some-model"))
    assert model is not None
    assert model.description == {"name": "some-model", "provider": "openai"}
    assert "".join(model.write(ASKING)).strip() == CRANES
    assert server.asked[0]["model"] == "some-model"


# Whatever chat model LangChain has


def test_log_probabilities_are_counted_for_yes_and_no_in_any_case_and_for_nothing_else() -> None:
    class Spread(ScriptedChatModel):
        def _yes_or_no(self, messages: list[BaseMessage]) -> Any:
            message = super()._yes_or_no(messages)
            shares = {"Yes": 0.3, " yes": 0.1, "no": 0.1, "NO ": 0.1, "maybe": 0.4}
            options = [{"token": token, "logprob": math.log(share)} for token, share in shares.items()]
            message.response_metadata["logprobs"]["content"][0]["top_logprobs"] = options
            return message

    assert LanguageModel(Spread(), {"name": "spread"}).yes_probability(ASKING) == pytest.approx(0.4 / 0.6)


def test_neither_yes_nor_no_counts_for_either() -> None:
    class Elsewhere(ScriptedChatModel):
        def _yes_or_no(self, messages: list[BaseMessage]) -> Any:
            message = super()._yes_or_no(messages)
            message.response_metadata["logprobs"]["content"][0]["top_logprobs"] = [{"token": "um", "logprob": -0.1}]
            return message

    assert LanguageModel(Elsewhere(), {"name": "elsewhere"}).yes_probability(ASKING) == 0.5


@pytest.mark.parametrize(
    ("said", "probability"), [("Yes.", 1.0), (" yes", 1.0), ("No.", 0.0), ("Perhaps", 0.0), ("", 0.0)]
)
def test_a_model_without_log_probabilities_is_taken_at_its_word(said: str, probability: float) -> None:
    assert LanguageModel(FakeListChatModel(responses=[said]), {"name": "fake"}).yes_probability(ASKING) == probability


def test_a_model_that_knows_no_log_probabilities_at_all_is_taken_at_its_word() -> None:
    class Strict(ScriptedChatModel):
        """As some providers' clients: an argument that they don't know is an error."""

        def _generate(
            self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **request: Any
        ) -> Any:
            if request:
                raise TypeError(f"unexpected keyword arguments {sorted(request)}")
            return super()._generate(messages, stop, run_manager)

    assert LanguageModel(Strict(["Yes."]), {"name": "strict"}).yes_probability(ASKING) == 1.0
