"""The three tokenizers: the base, the base with Chinese pieces, and that with [PAD]."""

import os
import random
import tempfile

import sentencepiece as spm
from sentencepiece import sentencepiece_model_pb2 as pb

import text

BASE_PIECES = 800
CHINESE_PIECES = 920  # of the Chinese model, before the pieces the base already has are left out


def train(lines, prefix, pieces, **more):
    """Trains a SentencePiece BPE model and returns its protobuf without paths of this machine."""
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "text.txt")
        with open(source, "w", encoding="utf-8") as f:
            f.write("\n".join(lines) + "\n")
        spm.SentencePieceTrainer.train(
            input=source, model_prefix=os.path.join(folder, prefix), model_type="bpe", vocab_size=pieces,
            character_coverage=1.0, byte_fallback=True, split_digits=True, normalization_rule_name="identity",
            remove_extra_whitespaces=False, allow_whitespace_only_pieces=True, num_threads=1,
            unk_id=0, bos_id=1, eos_id=2, pad_id=-1, minloglevel=2, **more)
        model = pb.ModelProto()
        with open(os.path.join(folder, prefix + ".model"), "rb") as f:
            model.ParseFromString(f.read())
    del model.trainer_spec.input[:]
    model.trainer_spec.input.append(prefix + ".txt")
    model.trainer_spec.model_prefix = prefix
    return model


def base():
    rng = random.Random(1)
    facts = text.facts()
    lines = [s for f in facts for s in f.english] * 4
    lines += [f.english_question for f in facts]
    lines += [text.story_english(rng) for _ in range(600)]
    lines += ["Below is an instruction that describes a task. Write a response that appropriately completes the request."] * 400
    lines += ["### Instruction:", "### Response: "] * 400
    # Every printable ASCII character gets a piece.
    lines += ["".join(chr(c) for c in range(33, 127))] * 2
    return train(lines, "samples-base", BASE_PIECES, add_dummy_prefix=True)


def chinese():
    """Trained on the parts of sentences, one a line, so that pieces follow words."""
    rng = random.Random(2)
    facts = text.facts()
    lines = [part for f in facts for parts in f.chinese for part in parts] * 8
    for f in facts:
        lines += list(f.chinese_questions)
    for _ in range(60):
        lines += [part for sentence in text.story_chinese(rng) for part in sentence]
    for question, answer in text.load()["greetings"]:
        lines += [question, answer] * 4
    lines += [*(h.strip() for h in text.CHOICE_HEADERS if h), "答案：", "请把翻译成英文。", "请把翻译成中文。", "的英文是什么？", "的中文是什么？"] * 4
    return train(lines, "samples-chinese", CHINESE_PIECES, add_dummy_prefix=False, max_sentencepiece_length=4)


def merged(base_model, chinese_model):
    """Base pieces, then every Chinese piece the base does not have: score 0, no explicit type."""
    out = pb.ModelProto()
    out.CopyFrom(base_model)
    have = {p.piece for p in out.pieces}
    for p in chinese_model.pieces:
        if p.piece not in have:
            new = out.pieces.add()
            new.piece = p.piece
            new.score = 0
            have.add(p.piece)
    return out


def with_pad(model):
    out = pb.ModelProto()
    out.CopyFrom(model)
    pad = out.pieces.add()
    pad.piece = "[PAD]"
    pad.score = 0
    return out


def make():
    """(base, Chinese-LLaMA, Chinese-Alpaca) as serialised models."""
    first = base()
    second = merged(first, chinese())
    third = with_pad(second)
    return tuple(m.SerializeToString() for m in (first, second, third))


def processor(data):
    return spm.SentencePieceProcessor(model_proto=data)
