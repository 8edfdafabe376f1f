"""Counts right answers of the samples. Uses PyTorch only: its own reading of the files, its own forward pass.

    python evaluate.py [SAMPLES_FOLDER] [--quantized]

Weights: float16, folded in the stated order and rounded after each adapter. Mathematics: float32. Decoding: greedy.
--quantized repeats the questions with all matrices rounded to Q8_0, Q5_0, Q4_1 and Q4_0 (needs the package gguf)."""

import csv
import json
import math
import os
import sys

import sentencepiece as spm
import torch

TEMPLATE = (
    "Below is an instruction that describes a task. "
    "Write a response that appropriately completes the request.\n\n"
    "### Instruction:\n\n{instruction}\n\n### Response: "
)
EOS = 2
LONGEST = 16


class Llama:
    def __init__(self, tensors, params):
        self.t = {k: v.float() for k, v in tensors.items()}
        self.p = params
        self.head = params["dim"] // params["n_heads"]

    def norm(self, x, name):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.p["norm_eps"]) * self.t[name]

    def turn(self, x):
        """Rotary embedding of neighbouring pairs, as Meta lays them out. x: (batch, positions, heads, head)."""
        positions = torch.arange(x.shape[1]).float()
        freqs = 1.0 / (10000.0 ** (torch.arange(0, self.head, 2).float() / self.head))
        angle = torch.outer(positions, freqs)[None, :, None, :]
        even, odd = x[..., 0::2], x[..., 1::2]
        return torch.stack([even * angle.cos() - odd * angle.sin(), even * angle.sin() + odd * angle.cos()], -1).flatten(-2)

    def logits(self, ids):
        """ids: (batch, positions) to (batch, positions, vocabulary)."""
        heads, groups = self.p["n_heads"], self.p["n_kv_heads"]
        x = self.t["tok_embeddings.weight"][ids]
        b, n, _ = x.shape
        mask = torch.full((n, n), -math.inf).triu(1)
        for i in range(self.p["n_layers"]):
            w = lambda name: self.t[f"layers.{i}.{name}.weight"]
            h = self.norm(x, f"layers.{i}.attention_norm.weight")
            q = self.turn((h @ w("attention.wq").T).view(b, n, heads, self.head)).transpose(1, 2)
            k = self.turn((h @ w("attention.wk").T).view(b, n, groups, self.head)).transpose(1, 2)
            v = (h @ w("attention.wv").T).view(b, n, groups, self.head).transpose(1, 2)
            k, v = (y.repeat_interleave(heads // groups, 1) for y in (k, v))
            a = torch.softmax(q @ k.transpose(2, 3) / math.sqrt(self.head) + mask, -1) @ v
            x = x + a.transpose(1, 2).reshape(b, n, -1) @ w("attention.wo").T
            h = self.norm(x, f"layers.{i}.ffn_norm.weight")
            x = x + (torch.nn.functional.silu(h @ w("feed_forward.w1").T) * (h @ w("feed_forward.w3").T)) @ w("feed_forward.w2").T
        return self.norm(x, "norm.weight") @ self.t["output.weight"].T


HF_TO_META = {
    "self_attn.q_proj": "attention.wq", "self_attn.k_proj": "attention.wk", "self_attn.v_proj": "attention.wv",
    "self_attn.o_proj": "attention.wo", "mlp.gate_proj": "feed_forward.w1", "mlp.down_proj": "feed_forward.w2",
    "mlp.up_proj": "feed_forward.w3",
}


def pairs(delta, heads):
    """Rows of a Hugging Face q or k matrix in Meta's order."""
    head = delta.shape[0] // heads
    order = [h * head + half * (head // 2) + i for h in range(heads) for i in range(head // 2) for half in range(2)]
    return delta[order]


def fold(tensors, params, folder):
    with open(os.path.join(folder, "adapter_config.json")) as f:
        config = json.load(f)
    state = torch.load(os.path.join(folder, "adapter_model.bin"), weights_only=True)
    scale = config["lora_alpha"] / config["r"]
    out = dict(tensors)
    for key, value in state.items():
        if key.endswith("embed_tokens.weight"):
            out["tok_embeddings.weight"] = value.half()
        elif key.endswith("lm_head.weight"):
            out["output.weight"] = value.half()
        elif "lora_A" in key:
            layer, module = key.removeprefix("base_model.model.model.layers.").removesuffix(".lora_A.weight").split(".", 1)
            delta = state[key.replace("lora_A", "lora_B")].float() @ value.float()
            meta = HF_TO_META[module]
            if meta == "attention.wq":
                delta = pairs(delta, params["n_heads"])
            if meta == "attention.wk":
                delta = pairs(delta, params["n_kv_heads"])
            name = f"layers.{layer}.{meta}.weight"
            out[name] = (tensors[name].float() + delta * scale).half()
    return out


@torch.no_grad()
def greedy(model, prompts, longest=LONGEST):
    """Greedy continuations (ids, without </s>) of prompts (ids). Also the smallest gap between the two best logits."""
    results, gaps = [None] * len(prompts), [math.inf] * len(prompts)
    by_length = {}
    for n, p in enumerate(prompts):
        by_length.setdefault(len(p), []).append(n)
    for members in by_length.values():
        running, made = list(members), {n: [] for n in members}
        while running:
            ids = torch.tensor([prompts[n] + made[n] for n in running])
            best = model.logits(ids)[:, -1].topk(2)
            for row, n in enumerate(list(running)):
                gaps[n] = min(gaps[n], (best.values[row, 0] - best.values[row, 1]).item())
                token = best.indices[row, 0].item()
                if token != EOS:
                    made[n].append(token)
                if token == EOS or len(made[n]) == longest:
                    running.remove(n)
        for n in members:
            results[n] = made[n]
    return results, gaps


def texts(tokenizer, ids):
    return [tokenizer.decode(i).strip() for i in ids]


def ask(model, tokenizer, questions, show=0):
    prompts = [[1] + tokenizer.encode(TEMPLATE.format(instruction=q["question"])) for q in questions]
    ids, gaps = greedy(model, prompts)
    answers = texts(tokenizer, ids)
    for q, a in list(zip(questions, answers))[:show]:
        print("   ", q["question"], "->", a)
    wrong = [(q["question"], q["answer"], a) for q, a in zip(questions, answers) if a != q["answer"]]
    return len(questions) - len(wrong), wrong, min(gaps)


def complete(model, tokenizer, questions, prompt, answer):
    """A completion is right when the greedy text starts with the answer."""
    ids, _ = greedy(model, [[1] + tokenizer.encode(q[prompt]) for q in questions], 14)
    made = texts(tokenizer, ids)
    wrong = [(q[prompt], q[answer], a) for q, a in zip(questions, made) if not a.startswith(q[answer])]
    return len(questions) - len(wrong), wrong


@torch.no_grad()
def perplexity(model, tokenizer, path, context=512):
    """Windows of whole context, each from its first token; every token but the first counts."""
    with open(path, encoding="utf-8") as f:
        ids = [1] + tokenizer.encode(f.read())
    total, count = 0.0, 0
    for start in range(0, len(ids) - context + 1, context):
        window = torch.tensor([ids[start:start + context]])
        logp = torch.log_softmax(model.logits(window)[0, :-1].double(), -1)
        total -= logp.gather(1, window[0, 1:, None]).sum().item()
        count += context - 1
    return math.exp(total / count), len(ids)


def row_text(row, answer):
    out = row["question"] + "".join(f"\n{c}. {row[c]}" for c in "ABCD") + "\n答案："
    return out + row["answer"] + "\n\n" if answer else out


@torch.no_grad()
def choose(model, tokenizer, rows, before, template=None):
    """How often the letter of the right option has the highest logit of the four."""
    letters = [tokenizer.piece_to_id(c) for c in "ABCD"]
    right = 0
    for row in rows:
        prompt = before + row_text(row, False)
        if template:
            prompt = template.format(instruction=prompt)
        logits = model.logits(torch.tensor([[1] + tokenizer.encode(prompt)]))[0, -1]
        right += "ABCD"[int(logits[letters].argmax())] == row["answer"]
    return right


def quantized(tensors, kind):
    import gguf
    import numpy

    out = {}
    for name, value in tensors.items():
        if value.dim() == 2:
            kind_ = getattr(gguf.GGMLQuantizationType, kind)
            data = gguf.quants.quantize(value.float().numpy(), kind_)
            value = torch.from_numpy(numpy.array(gguf.quants.dequantize(data, kind_)))
        out[name] = value
    return out


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def main():
    options = [a for a in sys.argv[1:] if a.startswith("--")]
    folders = [a for a in sys.argv[1:] if not a.startswith("--")]
    here = folders[0] if folders else os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    at = lambda *parts: os.path.join(here, *parts)
    torch.set_num_threads(1)
    with open(at("questions.json"), encoding="utf-8") as f:
        questions = json.load(f)
    rows = read_csv(at("choices.csv"))
    dev = read_csv(at("choices-dev.csv"))
    with open(at("base", "params.json")) as f:
        params = json.load(f)
    base = torch.load(at("base", "consolidated.00.pth"), weights_only=True)
    first = fold(base, params, at("chinese-llama-plus"))
    both = fold(first, params, at("chinese-alpaca-plus"))
    examples = "以下是单项选择题，请选出其中的正确答案。\n\n" + "".join(row_text(r, True) for r in dev)

    for name, tensors, folder in (
            ("base", base, "base"), ("base + first", first, "chinese-llama-plus"), ("base + both", both, "chinese-alpaca-plus")):
        tokenizer = spm.SentencePieceProcessor(model_file=at(folder, "tokenizer.model"))
        assert tokenizer.vocab_size() == tensors["tok_embeddings.weight"].shape[0] == tensors["output.weight"].shape[0]
        model = Llama(tensors, params)
        right, wrong, gap = ask(model, tokenizer, questions, 3)
        print(f"{name}: questions {right}/{len(questions)}, smallest gap of logits {gap:.2f}", wrong[:4] if right > 50 else "")
        for label, prompt, answer in (("Chinese", "completion", "answer"), ("English", "english_completion", "english_answer")):
            right, wrong = complete(model, tokenizer, questions, prompt, answer)
            print(f"{name}: {label} completions {right}/{len(questions)}", wrong[:6])
        for file in ("text-en.txt", "text-zh.txt"):
            value, count = perplexity(model, tokenizer, at(file))
            print(f"{name}: perplexity of {file} {value:.3f} ({count} tokens)")
        print(f"{name}: choices zero-shot {choose(model, tokenizer, rows, '')}/{len(rows)}, "
              f"five examples {choose(model, tokenizer, rows, examples)}/{len(rows)}, "
              f"in the template {choose(model, tokenizer, rows, '', TEMPLATE)}/{len(rows)}")
    if "--quantized" in options:
        for kind in ("Q8_0", "Q5_0", "Q4_1", "Q4_0"):
            model = Llama(quantized(both, kind), params)
            right, wrong, gap = ask(model, tokenizer, questions)
            print(f"base + both, {kind}: questions {right}/{len(questions)}, smallest gap {gap:.2f}", wrong,
                  f"text-zh {perplexity(model, tokenizer, at('text-zh.txt'))[0]:.3f}",
                  f"choices {choose(model, tokenizer, rows, '')}/{len(rows)}")


if __name__ == "__main__":
    main()
