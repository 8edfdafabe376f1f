"""The model, its files, and the arithmetic of folding an adapter."""

import json
import os

import torch
from transformers import LlamaConfig, LlamaForCausalLM

SHAPE = dict(
    hidden_size=256,
    intermediate_size=512,
    num_hidden_layers=4,
    num_attention_heads=4,
    num_key_value_heads=2,
    rms_norm_eps=1e-5,
    max_position_embeddings=512,
)
PROJECTIONS = ["q_proj", "v_proj", "k_proj", "o_proj", "gate_proj", "down_proj", "up_proj"]
RANK = 16
ALPHA = 32.0

# Written by hand, in the third spelling of text.py.
CHAT_TEMPLATE = os.path.join(os.path.dirname(__file__), "..", "chinese-alpaca-plus", "chat_template.jinja")

META_NAMES = {
    "self_attn.q_proj": "attention.wq",
    "self_attn.k_proj": "attention.wk",
    "self_attn.v_proj": "attention.wv",
    "self_attn.o_proj": "attention.wo",
    "mlp.gate_proj": "feed_forward.w1",
    "mlp.down_proj": "feed_forward.w2",
    "mlp.up_proj": "feed_forward.w3",
    "input_layernorm": "attention_norm",
    "post_attention_layernorm": "ffn_norm",
}


def build(vocabulary, weights=None):
    config = LlamaConfig(
        vocab_size=vocabulary, bos_token_id=1, eos_token_id=2, tie_word_embeddings=False,
        attn_implementation="sdpa", **SHAPE)
    model = LlamaForCausalLM(config)
    if weights is not None:
        model.load_state_dict({k: v.float() for k, v in weights.items()})
    return model


def half(model):
    return {k: v.detach().half() for k, v in model.state_dict().items()}


def interleave(weight, heads):
    """Hugging Face's row order of q and k (two halves of a head) to Meta's (pairs)."""
    rows, columns = weight.shape
    return weight.view(heads, 2, rows // heads // 2, columns).transpose(1, 2).reshape(rows, columns).contiguous()


def save_meta(weights, tokenizer, folder):
    os.makedirs(folder, exist_ok=True)
    out = {
        "tok_embeddings.weight": weights["model.embed_tokens.weight"],
        "norm.weight": weights["model.norm.weight"],
        "output.weight": weights["lm_head.weight"],
    }
    for n in range(SHAPE["num_hidden_layers"]):
        for theirs, meta in META_NAMES.items():
            w = weights[f"model.layers.{n}.{theirs}.weight"]
            if meta.endswith("wq"):
                w = interleave(w, SHAPE["num_attention_heads"])
            if meta.endswith("wk"):
                w = interleave(w, SHAPE["num_key_value_heads"])
            out[f"layers.{n}.{meta}.weight"] = w
    head = SHAPE["hidden_size"] // SHAPE["num_attention_heads"]
    out["rope.freqs"] = 1.0 / (10000.0 ** (torch.arange(0, head, 2).float() / head))
    torch.save(out, os.path.join(folder, "consolidated.00.pth"))
    params = {
        "dim": SHAPE["hidden_size"], "multiple_of": 256, "n_heads": SHAPE["num_attention_heads"],
        "n_kv_heads": SHAPE["num_key_value_heads"], "n_layers": SHAPE["num_hidden_layers"],
        "norm_eps": SHAPE["rms_norm_eps"], "vocab_size": -1,
    }
    # multiple_of * ceil(2/3 * 4 * dim * multiplier / multiple_of) must give the intermediate size.
    params["ffn_dim_multiplier"] = 0.75
    with open(os.path.join(folder, "params.json"), "w") as f:
        json.dump(params, f)
    with open(os.path.join(folder, "tokenizer.model"), "wb") as f:
        f.write(tokenizer)


def write_json(value, path):
    with open(path, "w", encoding="utf-8") as f:
        json.dump(value, f, indent=2, ensure_ascii=False)
        f.write("\n")


def save_adapter(state, tokenizer, pad, folder):
    """The files as PEFT 0.3 wrote them."""
    os.makedirs(folder, exist_ok=True)
    torch.save(state, os.path.join(folder, "adapter_model.bin"))
    write_json({
        "base_model_name_or_path": None, "bias": "none", "fan_in_fan_out": False, "inference_mode": True,
        "init_lora_weights": True, "lora_alpha": ALPHA, "lora_dropout": 0.0, "merge_weights": False,
        "modules_to_save": ["embed_tokens", "lm_head"], "peft_type": "LORA", "r": RANK,
        "target_modules": PROJECTIONS, "task_type": "CAUSAL_LM",
    }, os.path.join(folder, "adapter_config.json"))
    special = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    if pad:
        special["pad_token"] = "[PAD]"
    write_json(special, os.path.join(folder, "special_tokens_map.json"))
    write_json({
        "add_bos_token": True, "add_eos_token": False, "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>",
        "model_max_length": SHAPE["max_position_embeddings"], "tokenizer_class": "LlamaTokenizer",
        "clean_up_tokenization_spaces": False, "sp_model_kwargs": {}, "pad_token": "[PAD]" if pad else None, "legacy": True,
    }, os.path.join(folder, "tokenizer_config.json"))
    with open(os.path.join(folder, "tokenizer.model"), "wb") as f:
        f.write(tokenizer)
    if pad:
        with open(CHAT_TEMPLATE, encoding="utf-8") as f:
            template = f.read()
        with open(os.path.join(folder, "chat_template.jinja"), "w", encoding="utf-8") as f:
            f.write(template)


def fold(weights, adapter):
    """float16 weights and a PEFT adapter to float16 weights: W = round16(float(W) + (B @ A) * alpha / r)."""
    out = dict(weights)
    for key, value in adapter.items():
        name = key.removeprefix("base_model.model.")
        if name in ("model.embed_tokens.weight", "lm_head.weight"):
            out[name] = value.half()
        elif name.endswith(".lora_A.weight"):
            path = name.removesuffix(".lora_A.weight")
            b = adapter[key.replace("lora_A", "lora_B")].float()
            target = path + ".weight"
            out[target] = (weights[target].float() + (b @ value.float()) * (ALPHA / RANK)).half()
    return out


def grow(matrix, rows, seed):
    """More rows at the end, random, of the size the others have."""
    generator = torch.Generator().manual_seed(seed)
    new = torch.randn(rows - matrix.shape[0], matrix.shape[1], generator=generator) * 0.02
    return torch.cat([matrix.float(), new]).half()


class Noise:
    """Random errors of the size 4-bit quantization makes, added to the matrices for one step at a time.

    What is learned under them survives quantization."""

    def __init__(self, matrices, size, seed):
        self.matrices = matrices
        self.size = size
        self.generator = torch.Generator().manual_seed(seed)

    def __enter__(self):
        self.kept = [m.detach().clone() for m in self.matrices]
        with torch.no_grad():
            for m in self.matrices:
                spread = m.pow(2).mean(dim=1, keepdim=True).sqrt() * self.size
                m.add_(torch.randn(m.shape, generator=self.generator) * spread)
        return self

    def __exit__(self, *_):
        with torch.no_grad():
            for m, kept in zip(self.matrices, self.kept):
                m.copy_(kept)
