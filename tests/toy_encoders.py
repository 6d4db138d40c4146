"""Small encoders with random weights, as sentence-transformers would save them."""

import json
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertModel

WORDS = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]",
    "the", "harbour", "has", "eleven", "cranes", "pier", "light", "##house", "a", "in", "town", "hall", "of", ".", ":",
]  # fmt: skip


def write_encoder(folder: Path, *, pooling: str = "mean", **configuration: Any) -> Path:
    """Write an encoder that reads 16 tokens; return its folder.

    Args:
        folder: Where; made by this.
        pooling: "mean", "cls" or another way.
        configuration: What differs in the configuration of BERT.
    """
    folder.mkdir()
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    torch.manual_seed(1)
    config = BertConfig(vocab_size=len(WORDS), max_position_embeddings=64, initializer_range=0.3, **shape)
    BertModel(config).eval().save_pretrained(folder)
    for name, change in {
        "config.json": configuration,
        "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "model_max_length": 16},
        "1_Pooling/config.json": {"embedding_dimension": 32, "pooling_mode": pooling},
        "config_sentence_transformers.json": {"prompts": {"query": "town : ", "document": "the harbour : "}},
    }.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        before = json.loads(path.read_text("utf-8")) if path.exists() else {}
        path.write_text(json.dumps(before | change), "utf-8")
    parts = [("", "models.Transformer"), ("1_Pooling", "models.Pooling")]
    modules = [
        {"idx": n, "name": str(n), "path": path, "type": f"sentence_transformers.{kind}"}
        for n, (path, kind) in enumerate(parts)
    ]
    (folder / "modules.json").write_text(json.dumps(modules), "utf-8")
    _tokenizer().save(str(folder / "tokenizer.json"))
    return folder


def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(WordPiece({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    marks = [(mark, WORDS.index(mark)) for mark in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=marks)
    return tokenizer
