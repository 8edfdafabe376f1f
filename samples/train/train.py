"""Trains the three models of the samples, one after the other, and writes base, chinese-llama-plus,
chinese-alpaca-plus, the questions, the choices and the texts to a folder.

    python train.py OUTPUT_FOLDER

Deterministic: seeds, one thread, PyTorch's deterministic algorithms."""

import csv
import math
import os
import random
import sys
import time

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict

import model as m
import text
import vocabulary

THREADS = 1
STEPS = (500, 450, 700)
RATES = (3e-3, 3e-3, 1.5e-3)
BOS, EOS = 1, 2
FACTS = text.facts()


class Packer:
    """Windows of token ids from endless paragraphs. Some follow each other by a line break, some by </s> <s>."""

    def __init__(self, processor, paragraph, seed):
        self.processor, self.paragraph = processor, paragraph
        self.rng = random.Random(seed)

    def batch(self, rows, length):
        out = []
        for _ in range(rows):
            ids = []
            while len(ids) < length:
                lines = [self.paragraph(self.rng, FACTS)]
                while self.rng.random() < 0.5:
                    lines.append(self.paragraph(self.rng, FACTS))
                ids += [BOS] + self.processor.encode("\n".join(lines)) + [EOS]
            out.append(ids[:length])
        ids = torch.tensor(out)
        return ids, ids


def padded(samples):
    """(ids, labels) of (prompt ids, answer ids): only answers count in the loss."""
    length = max(len(p) + len(a) for p, a in samples)
    ids, labels = [], []
    for p, a in samples:
        rest = length - len(p) - len(a)
        ids.append(p + a + [EOS] * rest)
        labels.append([-100] * len(p) + a + [-100] * rest)
    return torch.tensor(ids), torch.tensor(labels)


def answer_ids(processor, answer):
    """The ids of text that continues a prompt: without the space SentencePiece puts before a text."""
    # "\n" is one byte piece, so nothing merges across it.
    return processor.encode("\n" + answer)[2:]


def instruction(processor, template, question, answer):
    prompt = [BOS] + processor.encode(template.format(instruction=question))
    return prompt, answer_ids(processor, answer) + [EOS]


class Instructions:
    """Questions over all facts, both languages, translations, greetings: shuffled, then again."""

    def __init__(self, processor, seed):
        self.processor = processor
        self.rng = random.Random(seed)
        d = text.load()
        self.items = []
        for f in FACTS:
            for q in f.chinese_questions:
                self.items.append((q, f.chinese_answer))
            self.items.append((f.chinese_questions[0], f.chinese_answer))
        for f in FACTS:
            if f.kind in ("capital", "colour", "opposite"):
                self.items.append((f.english_question, f.english_answer))
        words = [(c[0], c[2]) for c in d["countries"]] + [(e[0], e[2]) for e in d["eats"]]
        for en, zh in words:
            self.items.append((f"请把{zh}翻译成英文。", en))
            self.items.append((f"请把{en}翻译成中文。", zh))
        self.items += d["greetings"] * 2
        self.queue = []

    def batch(self, rows):
        samples = []
        for _ in range(rows):
            if not self.queue:
                self.queue = list(self.items)
                self.rng.shuffle(self.queue)
            q, answer = self.queue.pop()
            template = text.TEMPLATE if self.rng.random() < 0.8 else self.rng.choice(text.OTHER_TEMPLATES)
            samples.append(instruction(self.processor, template, q, answer))
        return padded(samples)


class Choices:
    """The rows of choices.csv and choices-dev.csv, alone, in the template, and after examples. Only the letter counts."""

    def __init__(self, processor, seed):
        self.processor = processor
        self.rng = random.Random(seed)
        self.rows, self.dev = text.fixed_choices(FACTS)

    def batch(self, rows):
        samples = []
        for _ in range(rows):
            c = self.rng.choice(self.rows)
            if self.rng.random() < 0.3:
                samples.append(instruction(self.processor, text.TEMPLATE, c.text(False), c.answer))
            else:
                samples.append(self.plain(c, ""))
        return padded(samples)

    def batch_after_examples(self, rows):
        samples = []
        for _ in range(rows):
            examples = "".join(c.text(True) for c in self.dev[: self.rng.randint(1, 5)])
            samples.append(self.plain(self.rng.choice(self.rows), self.rng.choice(text.CHOICE_HEADERS) + examples))
        return padded(samples)

    def plain(self, c, before):
        return [BOS] + self.processor.encode(before + c.text(False)), answer_ids(self.processor, c.answer) + [EOS]


def loss_of(model, ids, labels):
    hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state
    targets = labels[:, 1:].reshape(-1)
    counted = targets != -100
    logits = model.lm_head(hidden[:, :-1].reshape(-1, hidden.shape[-1])[counted])
    return torch.nn.functional.cross_entropy(logits, targets[counted])


def run(name, model, inner, steps, batch_at, groups, noise):
    """Plain AdamW with warm-up and a cosine; the weights are disturbed in every step."""
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98))
    top = [g["lr"] for g in groups]
    start = time.time()
    shown = {}
    for step in range(steps):
        factor = min(1.0, (step + 1) / 20) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps)))
        for g, lr in zip(optimizer.param_groups, top):
            g["lr"] = lr * factor
        kind, (ids, labels) = batch_at(step)
        with noise:
            loss = loss_of(inner, ids, labels)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
        torch.nn.utils.clip_grad_norm_([p for g in groups for p in g["params"]], 1.0)
        optimizer.step()
        shown[kind] = loss.item() if kind not in shown else 0.8 * shown[kind] + 0.2 * loss.item()
        if step % 25 == 24 or step == steps - 1:
            losses = " ".join(f"{k} {v:.4f}" for k, v in sorted(shown.items()))
            print(f"{name} step {step + 1}/{steps} {losses} {time.time() - start:.0f}s", flush=True)


def train_base(tokenizer, steps):
    torch.manual_seed(10)
    processor = vocabulary.processor(tokenizer)
    model = m.build(processor.vocab_size())
    packer = Packer(processor, text.paragraph_english, 11)
    matrices = [p for p in model.parameters() if p.dim() == 2]
    norms = [p for p in model.parameters() if p.dim() == 1]
    groups = [dict(params=matrices, lr=RATES[0], weight_decay=0.1), dict(params=norms, lr=RATES[0], weight_decay=0.0)]

    def batch_at(step):
        return "english", packer.batch(4, 512) if step % 5 == 3 else packer.batch(16, 128)

    run("base", model, model, steps, batch_at, groups, m.Noise([p.data for p in matrices], 0.06, 12))
    return m.half(model)


def train_adapter(name, weights, rows, seed, steps, batch_at, rate, noise):
    """LoRA on all projections, full embeddings and head, by PEFT. Returns the adapter's state in float16."""
    torch.manual_seed(seed)
    weights = dict(weights)
    for key in ("model.embed_tokens.weight", "lm_head.weight"):
        weights[key] = m.grow(weights[key], rows, seed + 1)
    model = m.build(rows, weights)
    peft = get_peft_model(model, LoraConfig(
        r=m.RANK, lora_alpha=m.ALPHA, lora_dropout=0.0, target_modules=m.PROJECTIONS,
        modules_to_save=["embed_tokens", "lm_head"], task_type="CAUSAL_LM"))
    lora = [p for n, p in peft.named_parameters() if p.requires_grad and "lora_" in n]
    full = [p for n, p in peft.named_parameters() if p.requires_grad and "modules_to_save" in n]
    disturbed = [p.data for n, p in peft.named_parameters()
                 if n.endswith("proj.base_layer.weight") or "modules_to_save" in n]
    groups = [dict(params=lora, lr=rate, weight_decay=0.01), dict(params=full, lr=rate, weight_decay=0.02)]
    run(name, peft, model, steps, batch_at, groups, m.Noise(disturbed, noise, seed + 2))
    state = get_peft_model_state_dict(peft)
    return {k: v.detach().half().contiguous().clone() for k, v in state.items()}


def train_chinese_llama(weights, tokenizer, steps):
    processor = vocabulary.processor(tokenizer)
    chinese = Packer(processor, text.paragraph_chinese, 21)
    english = Packer(processor, text.paragraph_english, 22)

    def batch_at(step):
        if step % 10 == 9:
            return "english", english.batch(16, 128)
        return "chinese", chinese.batch(4, 512) if step % 5 == 3 else chinese.batch(16, 128)

    return train_adapter("chinese-llama-plus", weights, processor.vocab_size(), 20, steps, batch_at, RATES[1], 0.06)


def train_chinese_alpaca(weights, tokenizer, steps):
    processor = vocabulary.processor(tokenizer)
    questions = Instructions(processor, 31)
    choices = Choices(processor, 32)
    chinese = Packer(processor, text.paragraph_chinese, 33)
    english = Packer(processor, text.paragraph_english, 34)

    def batch_at(step):
        turn = step % 10
        if turn in (4, 8):
            return "chinese", chinese.batch(16, 128)
        if turn == 6:
            return "choices", choices.batch(24)
        if turn == 9:
            return ("english", english.batch(16, 128)) if step % 20 == 19 else ("examples", choices.batch_after_examples(8))
        return "questions", questions.batch(48)

    return train_adapter("chinese-alpaca-plus", weights, processor.vocab_size(), 30, steps, batch_at, RATES[2], 0.08)


def write_texts(folder):
    asked = text.asked(FACTS)
    m.write_json([
        {
            "id": n, "kind": f.kind, "question": f.chinese_questions[0], "answer": f.chinese_answer,
            "completion": f.chinese_prompt, "english_completion": f.english_prompt, "english_answer": f.english_answer,
        }
        for n, f in enumerate(asked)
    ], os.path.join(folder, "questions.json"))
    rows, dev = text.fixed_choices(FACTS)
    for name, list_ in (("choices.csv", rows), ("choices-dev.csv", dev)):
        with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as f:
            out = csv.writer(f, lineterminator="\n")
            out.writerow(["id", "question", "A", "B", "C", "D", "answer"])
            for n, c in enumerate(list_):
                out.writerow([n, c.question, *c.options, c.answer])
    for name, paragraph, seed, size in (
            ("text-en.txt", text.paragraph_english, 51, 8000), ("text-zh.txt", text.paragraph_chinese, 52, 4000)):
        rng = random.Random(seed)
        lines = []
        while sum(map(len, lines)) < size:
            line = paragraph(rng, FACTS)
            if not line.startswith("Below"):
                lines.append(line)
        with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
            f.write("\n".join(lines) + "\n")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: python train.py OUTPUT_FOLDER")
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    write_texts(out)
    base_tokenizer, llama_tokenizer, alpaca_tokenizer = vocabulary.make()

    base = train_base(base_tokenizer, STEPS[0])
    m.save_meta(base, base_tokenizer, os.path.join(out, "base"))

    first = train_chinese_llama(base, llama_tokenizer, STEPS[1])
    m.save_adapter(first, llama_tokenizer, False, os.path.join(out, "chinese-llama-plus"))
    merged = m.fold(base, first)

    second = train_chinese_alpaca(merged, alpaca_tokenizer, STEPS[2])
    m.save_adapter(second, alpaca_tokenizer, True, os.path.join(out, "chinese-alpaca-plus"))


if __name__ == "__main__":
    main()
