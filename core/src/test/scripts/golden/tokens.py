"""Token ids of a few lines as SentencePiece cuts them by the sample family's vocabularies, and the
merges that transformers makes of these: tokens.json.

    python tokens.py

README.md says which programs these are.
"""

import json

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from transformers.convert_slow_tokenizer import generate_merges

from references import OUT, SAMPLES, sha256

LINES = [
    "The capital of Japan is Tokyo.",
    "日本的首都是东京。小明喜欢吃鱼，也喜欢读书。",
    "Tom 说：“the cat eats fish” 的中文是什么？",
    "  two spaces, then a tab\tand three   more ",
    "Zeilen mit Umlauten: äöüß, Ελληνικά, кириллица, עברית, العربية",
    "emoji 😀👩‍👩‍👧 and 𝔪𝔞𝔱𝔥 and 中文混排 in one line",
    "▁ is a letter too; <s> </s> <0x41> [PAD] are text here",
    "0123456789 3.14159 1,000,000 -42",
    "aaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbb",
    "从前有一只猫，它住在森林里。有一天，它遇到了一只熊猫，熊猫正在吃竹子。",
    "一二三四五六七八九十零十一十二",
    "\u0000\u0001 control and a lone combining mark: e\u0301 \u0301",
]
VOCABULARIES = {
    "base": "base",
    "llama-plus": "chinese-llama-plus",
    "alpaca-plus": "chinese-alpaca-plus",
}


def measured(folder):
    data = (SAMPLES / folder / "tokenizer.model").read_bytes()
    model = sentencepiece_model_pb2.ModelProto.FromString(data)
    processor = sentencepiece.SentencePieceProcessor(model_proto=data)
    pieces = [(piece.piece, piece.score) for piece in model.pieces]
    merges = generate_merges({piece: id_ for id_, (piece, _) in enumerate(pieces)}, pieces)
    listed = "".join(f"{left} {right}\n" for left, right in merges)
    return {
        "merges": len(merges),
        "merges_sha256": sha256(listed.encode()),
        "ids": [processor.encode(line) for line in LINES],
    }


def minus_zero(line):
    """With a piece appended that overlaps the first trained one, `▁t`, whose score is -0."""
    data = (SAMPLES / "base/tokenizer.model").read_bytes()
    model = sentencepiece_model_pb2.ModelProto.FromString(data)
    model.pieces.add(piece="tx", score=0)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString())
    return {"line": line, "ids": processor.encode(line)}


result = {"lines": LINES, "vocabularies": {}, "with tx": minus_zero("txtx")}
for name, folder in VOCABULARIES.items():
    result["vocabularies"][name] = measured(folder)
text = json.dumps(result, ensure_ascii=False, separators=(",", ":"))
for end in ("],", "},", '",'):
    text = text.replace(end, end + "\n")
(OUT / "tokens.json").write_text(text + "\n", encoding="utf-8")
