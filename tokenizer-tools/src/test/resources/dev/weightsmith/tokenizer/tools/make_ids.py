"""Token ids of corpus.txt as the reference programs cut it: ids.json.

Written with sentencepiece 0.2.2, tokenizers 0.23.2 and transformers 5.18, whose generate_merges,
given the scores, is what its converter of LLaMA models called until version 4.

  python make_ids.py FOLDER        FOLDER holds llama.model and chinese_sp.model
"""

import hashlib
import json
import sys
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as pb
from tokenizers import Tokenizer, normalizers
from tokenizers.models import BPE
from transformers.convert_slow_tokenizer import generate_merges

here = Path(__file__).parent
folder = Path(sys.argv[1])
lines = (here / "corpus.txt").read_text(encoding="utf-8").split("\n")[:-1]


def load(name):
    model = pb.ModelProto()
    model.ParseFromString((folder / (name + ".model")).read_bytes())
    return model


def grown():
    llama = load("llama")
    have = {piece.piece for piece in llama.pieces}
    for piece in load("chinese_sp").pieces:
        if piece.piece not in have:
            new = llama.pieces.add()
            new.piece = piece.piece
            new.score = 0
    return llama


def fast(model):
    vocab = {piece.piece: i for i, piece in enumerate(model.pieces)}
    merges = generate_merges(vocab, [(piece.piece, piece.score) for piece in model.pieces])
    bpe = BPE(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    tokenizer = Tokenizer(bpe)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    return tokenizer, merges


result = {}
for name, model in (("llama", load("llama")), ("chinese-llama", grown())):
    slow = sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString())
    tokenizer, merges = fast(model)
    result[name] = {
        "merges": len(merges),
        "merges_sha256": hashlib.sha256(
            "".join(f"{a} {b}\n" for a, b in merges).encode()
        ).hexdigest(),
        "sentencepiece": [slow.encode(line) for line in lines],
        "fast": [tokenizer.encode(line, add_special_tokens=False).ids for line in lines],
    }
(here / "ids.json").write_text(
    json.dumps(result, separators=(",", ":")).replace("]],", "]],\n").replace("],[", "],\n[") + "\n"
)
for name, ids in result.items():
    differ = [i for i, (a, b) in enumerate(zip(ids["sentencepiece"], ids["fast"])) if a != b]
    print(name, ids["merges"], ids["merges_sha256"], "lines that differ:", differ)
