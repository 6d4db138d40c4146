"""A BERT encoder's files in, an ONNX graph that computes it with int8 weights out: the only user of onnx.

Weights are rounded to seven bits a column: sums of their products with eight-bit activations then fit into the 16 bits
that some processors have for them, so that all of them count the same. Activations are rounded while the graph runs, by
the largest among them. The operators are ONNX Runtime's own where it has one for several of ONNX's.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Weights = Mapping[str, NDArray[np.float32]]

Pooling = Literal["mean", "cls"]
_RUNTIME = "com.microsoft"
_TOP = 63
"""The largest weight, in steps; the least is its negative."""
_OPSET = 20
_IR_VERSION = 10


@dataclass(frozen=True, kw_only=True)
class EncoderFiles:
    """What the files of a sentence-transformers model say of it."""

    folder: Path
    """The model's folder."""
    config: Mapping[str, Any]
    """The encoder's configuration."""
    pooling: Pooling
    """What becomes the text's vector: "mean" of its tokens' vectors, or "cls", that of the first."""
    max_tokens: int
    """How many tokens it reads, the marks around a text included."""


def encoder_files(folder: Path) -> EncoderFiles | None:
    """Return what the files in `folder` say, or None if they are no BERT encoder whose graph is known here."""
    names = ("config.json", "modules.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors")
    if not all((folder / name).is_file() for name in names):
        return None
    config, modules, tokens = (_json(folder / name) for name in (names[0], names[1], names[3]))
    parts = {str(module["type"]).rpartition(".")[2]: folder / module["path"] for module in modules}
    known = config.get("model_type") == "bert" and config.get("hidden_act") == "gelu" and not config.get("is_decoder")
    usual = config.get("position_embedding_type", "absolute") == "absolute" and "bfloat16" not in config.values()
    pooling = _pooling(_json(parts["Pooling"] / "config.json")) if "Pooling" in parts else None
    if not known or not usual or not pooling or not parts.keys() <= {"Transformer", "Pooling", "Normalize"}:
        return None
    reading = folder / "sentence_bert_config.json"
    limits = [
        _json(reading).get("max_seq_length") if reading.is_file() else None,
        tokens.get("model_max_length"),
        config["max_position_embeddings"],
    ]
    return EncoderFiles(folder=folder, config=config, pooling=pooling, max_tokens=int(min(filter(None, limits))))


def _pooling(config: Mapping[str, Any]) -> Pooling | None:
    """Return how tokens become one vector, or None for a way that isn't known here."""
    modes = {str(config["pooling_mode"])} if "pooling_mode" in config else {k for k, on in config.items() if on is True}
    ways: dict[str, Pooling] = {
        "mean": "mean", "pooling_mode_mean_tokens": "mean", "cls": "cls", "pooling_mode_cls_token": "cls",
    }  # fmt: skip
    found = [mode for mode in modes if mode.startswith("pooling_mode_") or mode in ways]
    whole = config.get("include_prompt", True)
    return ways.get(found[0]) if len(found) == 1 and whole else None


def int8_graph(files: EncoderFiles) -> bytes:
    """Return the graph of the encoder, its pooling and normalization.

    Its input is `input_ids`, the tokens of one text with the marks around them, shape (1, n), n at most
    `files.max_tokens`; its output `vector`, of unit length, shape (1, width).
    """
    from safetensors.numpy import load_file

    weights = load_file(files.folder / "model.safetensors")
    graph = _Graph(
        {name.removeprefix("bert."): weight.astype("float32", copy=False) for name, weight in weights.items()}
    )
    epsilon, heads = files.config["layer_norm_eps"], files.config["num_attention_heads"]
    state = _embedded(graph, epsilon)
    for number in range(files.config["num_hidden_layers"]):
        state = _layer(graph, state, f"encoder.layer.{number}.", heads, epsilon)
    if files.pooling == "mean":
        pooled = graph.add("ReduceMean", state, graph.integers(1), keepdims=0)
    else:
        pooled = graph.add("Gather", state, graph.integer(0), axis=1)
    return graph.serialized(graph.add("LpNormalization", pooled, axis=1, p=2))


def _embedded(graph: "_Graph", epsilon: float) -> str:
    """Add what turns tokens into vectors, by their words and places; all are of the first of BERT's two types."""
    weights, layer = graph.weights, "embeddings."
    words = graph.add("Gather", graph.constant(weights[layer + "word_embeddings.weight"]), "input_ids")
    # The first place, then as many as there are tokens.
    length = graph.add("Shape", "input_ids", start=1)
    kind = weights[layer + "token_type_embeddings.weight"][0]
    places = graph.constant(weights[layer + "position_embeddings.weight"] + kind)
    places = graph.add("Slice", places, graph.integers(0), length)
    return graph.normalized(graph.add("Add", words, places), layer, epsilon)


def _layer(graph: "_Graph", state: str, layer: str, heads: int, epsilon: float) -> str:
    """Add one of the encoder's layers: attention, then two linear maps, each added to what came in."""
    attended = graph.attended(state, layer + "attention.self.", heads)
    attended = graph.linear(attended, layer + "attention.output.dense.")
    state = graph.normalized(graph.add("Add", attended, state), layer + "attention.output.", epsilon)
    inner = graph.add("Gelu", graph.linear(state, layer + "intermediate.dense."))
    outer = graph.linear(inner, layer + "output.dense.")
    return graph.normalized(graph.add("Add", outer, state), layer + "output.", epsilon)


class _Graph:
    """A graph that grows; every method that adds to it returns the name of what comes out."""

    def __init__(self, weights: "Weights") -> None:
        self.weights = weights
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def add(self, operator: str, *inputs: str, domain: str = "", outputs: int = 1, **attributes: Any) -> str:  # noqa: ANN401
        """Add an operator; its first output has the name that is returned, the others that with ".1", ".2" added."""
        from onnx.helper import make_node

        name = f"{operator}{len(self._nodes)}"
        names = [name, *(f"{name}.{n}" for n in range(1, outputs))]
        self._nodes.append(make_node(operator, inputs, names, name=name, domain=domain, **attributes))
        return name

    def constant(self, value: "NDArray[Any]") -> str:
        """Add a constant."""
        from onnx.numpy_helper import from_array

        name = f"constant{len(self._constants)}"
        self._constants.append(from_array(value, name))
        return name

    def integer(self, value: int) -> str:
        """Add a number."""
        import numpy as np

        return self.constant(np.array(value, np.int64))

    def integers(self, *values: int) -> str:
        """Add a list of numbers."""
        import numpy as np

        return self.constant(np.array(values, np.int64))

    def normalized(self, state: str, layer: str, epsilon: float) -> str:
        """Add the normalization of a layer."""
        scale, bias = (self.constant(self.weights[f"{layer}LayerNorm.{name}"]) for name in ("weight", "bias"))
        return self.add("LayerNormalization", state, scale, bias, epsilon=epsilon)

    def linear(self, state: str, layer: str) -> str:
        """Add a linear map in int8."""
        weight, scale, zero = self._rounded(self.weights[layer + "weight"])
        bias = self.constant(self.weights[layer + "bias"])
        return self.add("DynamicQuantizeMatMul", state, weight, scale, zero, bias, domain=_RUNTIME)

    def attended(self, state: str, layer: str, heads: int) -> str:
        """Add self-attention, its three linear maps in int8."""
        import numpy as np

        maps = [f"{layer}{name}." for name in ("query", "key", "value")]
        weight, scale, zero = self._rounded(np.concatenate([self.weights[one + "weight"] for one in maps]))
        bias = self.constant(np.concatenate([self.weights[one + "bias"] for one in maps]))
        rounded = self.add("DynamicQuantizeLinear", state, outputs=3)
        inputs = (rounded, weight, bias, f"{rounded}.1", scale, "", f"{rounded}.2", zero)
        return self.add("QAttention", *inputs, num_heads=heads, domain=_RUNTIME)

    def _rounded(self, weight: "NDArray[np.float32]") -> tuple[str, str, str]:
        """Add weights of shape (out, in) as whole numbers of shape (in, out), what a step is worth, and the zeros."""
        import numpy as np

        step = np.maximum(np.abs(weight).max(axis=1), 1e-12) / _TOP
        rounded = np.round(weight / step[:, None]).astype(np.int8)
        zeros = np.zeros(len(step), np.int8)
        return self.constant(np.ascontiguousarray(rounded.T)), self.constant(step), self.constant(zeros)

    def serialized(self, vector: str) -> bytes:
        """Return the whole, with the output `vector`."""
        from onnx import TensorProto, helper

        self._nodes.append(helper.make_node("Identity", [vector], ["vector"]))
        ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])
        out = helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, "width"])
        graph = helper.make_graph(self._nodes, "encoder", [ids], [out], self._constants)
        operators = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_RUNTIME, 1)]
        model = helper.make_model(graph, opset_imports=operators, ir_version=_IR_VERSION)
        return bytes(model.SerializeToString())


def _json(path: Path) -> Any:  # noqa: ANN401
    return json.loads(path.read_text(encoding="utf-8"))
