"""The sample family as the reference programs merge it: merges.json, and the adapter patterns/.

    python merges.py MERGE LIBTORCH SCRATCH

README.md says which programs these are. SCRATCH keeps the models for gguf_files.py.
"""

import json
import pathlib
import shutil
import sys

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

from references import ADAPTERS, OUT, SAMPLES, run_patched, sha256, write_json
from torch_writer import TorchWriter

DTYPES = (torch.float16, torch.bfloat16, torch.float32)

META_NAMES = {
    "model.embed_tokens": "tok_embeddings",
    "model.norm": "norm",
    "lm_head": "output",
    "model.layers": "layers",
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

# The function is gone from transformers; keys of grouped queries have fewer rows than the published
# permutation expects: so written it is the same for models without them.
MERGE = [
    (
        "from transformers.modeling_utils import dtype_byte_size",
        "dtype_byte_size = lambda dtype: dtype.itemsize",
    ),
    (
        "w.view(n_heads, 2, dim // n_heads // 2, dim).transpose(1, 2).reshape(dim, dim)",
        "w.view(-1, 2, dims_per_head // 2, dim).transpose(1, 2).reshape(-1, dim)",
    ),
]
PARAMS = {"dim": 256, "multiple_of": 256, "n_heads": 4, "n_layers": 4, "norm_eps": 1e-05}


def tables(shards):
    """What the published tables, which know LLaMA's four sizes, would say of the sample family."""
    return [
        ("emb_to_model_size[embedding_size]", "'sample'"),
        ("params_of_models[model_size]", str(PARAMS)),
        ("num_shards_of_models[model_size]", str(shards)),
    ]


def meta_name(name):
    for theirs, meta in META_NAMES.items():
        name = name.replace(theirs, meta)
    return name


def hugging_face(folder):
    """The base under Hugging Face's names, in two PyTorch files, as the published scripts take it.

    Rows of queries and keys come in halves of a head instead of pairs. That this is right can be
    seen from the published script's own way back, by which it writes Meta files.
    """
    meta = torch.load(SAMPLES / "base/consolidated.00.pth")
    config = LlamaConfig(
        vocab_size=800,
        hidden_size=256,
        intermediate_size=512,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        rms_norm_eps=1e-5,
        max_position_embeddings=512,
        bos_token_id=1,
        eos_token_id=2,
        dtype="float16",
        architectures=["LlamaForCausalLM"],
    )
    names = list(LlamaForCausalLM(config).state_dict())
    for number in range(4):
        # transformers of the script's time made these two the other way round.
        up = names.index(f"model.layers.{number}.mlp.up_proj.weight")
        down = names.index(f"model.layers.{number}.mlp.down_proj.weight")
        names[up], names[down] = names[down], names[up]
    state = {}
    for name in names:
        weight = meta[meta_name(name)]
        if "q_proj" in name or "k_proj" in name:
            weight = weight.view(-1, 32, 2, 256).transpose(1, 2).reshape(-1, 256)
        state[name] = weight
    folder.mkdir()
    config.save_pretrained(folder)
    shutil.copy(SAMPLES / "base/tokenizer.model", folder)
    # So that files filled up to a size, the first file's, are the same ones.
    middle = names.index("model.layers.2.self_attn.k_proj.weight")
    index = {"metadata": {"total_size": 2 * sum(weight.numel() for weight in state.values())}}
    index["weight_map"] = {}
    for number, part in enumerate((names[:middle], names[middle:]), start=1):
        file = f"pytorch_model-0000{number}-of-00002.bin"
        torch.save({name: state[name] for name in part}, folder / file)
        index["weight_map"] |= {name: file for name in part}
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=2))
    return state


def digests(state):
    """Of the bytes as every container holds them: row by row, little-endian."""
    return {
        name: sha256(state[name].detach().contiguous().view(-1).view(torch.uint8).numpy().tobytes())
        for name in sorted(state)
    }


def peft(base, dtype, adapters):
    """What `merge_and_unload` makes of the base, loaded as `dtype`, one adapter after the other."""
    model = AutoModelForCausalLM.from_pretrained(base, dtype=dtype)
    for adapter in adapters:
        weights = adapter / "adapter_model.bin"
        if weights.exists():
            rows = torch.load(weights)["base_model.model.model.embed_tokens.weight"].shape[0]
            model.resize_token_embeddings(rows)
        model = PeftModel.from_pretrained(model, adapter).merge_and_unload()
    return digests(model.state_dict())


def patterns(base):
    """A small adapter with rank-stabilized scales, and ranks and alphas by pattern."""
    torch.manual_seed(3)
    config = LoraConfig(
        r=3,
        lora_alpha=5,
        use_rslora=True,
        target_modules=["q_proj", "v_proj", "down_proj"],
        layers_to_transform=[2],
        rank_pattern={"2.self_attn.q_proj": 1, r"layers\.\d+\.mlp\.down_proj": 2},
        alpha_pattern={"v_proj": 7},
        task_type="CAUSAL_LM",
    )
    model = get_peft_model(AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32), config)
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.02)
    model.save_pretrained(OUT / "patterns")
    (OUT / "patterns/README.md").unlink()
    (OUT / "patterns/adapter_model.safetensors").chmod(0o644)
    # What differs from one run to the next.
    fields = json.loads((OUT / "patterns/adapter_config.json").read_text())
    fields |= {"base_model_name_or_path": None, "target_modules": sorted(config.target_modules)}
    write_json(fields, "patterns/adapter_config.json")


def files(folder, writer):
    """Digests of PyTorch files, in 1.13's container."""
    found = {}
    for file in sorted(folder.iterdir()):
        if file.suffix in (".bin", ".pth"):
            writer.rewrite(file)
            found[file.name] = sha256(file.read_bytes())
    return found


def main(merge, libtorch, scratch):
    torch.set_num_threads(1)
    scratch = pathlib.Path(scratch)
    scratch.mkdir(parents=True)
    OUT.mkdir(parents=True, exist_ok=True)
    writer = TorchWriter(libtorch, scratch)
    hf = scratch / "base-hf"
    result = {"converted": digests(hugging_face(hf)), "peft": {}}
    patterns(hf)
    for dtype in DTYPES:
        result["peft"][str(dtype).removeprefix("torch.")] = {
            "one": peft(hf, dtype, ADAPTERS[:1]),
            "two": peft(hf, dtype, ADAPTERS),
            "patterns": peft(hf, dtype, [OUT / "patterns"]),
        }

    def published(kind, shards, name):
        out = scratch / name
        arguments = ["--base_model", hf, "--lora_model", ",".join(map(str, ADAPTERS))]
        arguments += ["--output_type", kind, "--output_dir", out]
        run_patched(merge, MERGE + tables(shards), arguments, scratch)
        return out

    merged = published("huggingface", 1, "alpaca-hf-bin")
    result["published"] = {}
    for file in sorted(merged.glob("*.bin")):
        result["published"] |= digests(torch.load(file))
    result["files"] = {
        "hf-bin": files(merged, writer),
        "meta, 1 shard": files(published("pth", 1, "alpaca-meta-1"), writer),
        "meta, 2 shards": files(published("pth", 2, "alpaca-meta-2"), writer),
    }
    write_json(result, "merges.json")


main(*sys.argv[1:])
