"""Writes rope-logits.json: what transformers makes of a small model with each kind of rope scaling.

usage: rope_logits.py MODEL_FOLDER TEXT_FILE > rope-logits.json
The model is data/tiny/base-hf, the text data/perplexity/text.txt; transformers 5.18, PyTorch 2.13.
"""

import json
import sys

import sentencepiece
import torch
from transformers import LlamaConfig, LlamaForCausalLM

VARIANTS = {
    "plain": (512, None),
    "linear": (2048, {"rope_type": "linear", "factor": 4.0}),
    "yarn": (
        1024,
        {"rope_type": "yarn", "factor": 8.0, "original_max_position_embeddings": 128},
    ),
    "yarn with all fields": (
        1024,
        {
            "rope_type": "yarn",
            "factor": 4.0,
            "original_max_position_embeddings": 256,
            "attention_factor": 1.25,
            "beta_fast": 16,
            "beta_slow": 2,
        },
    ),
    "dynamic": (128, {"rope_type": "dynamic", "factor": 2.0}),
    "llama3": (
        1024,
        {
            "rope_type": "llama3",
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 128,
        },
    ),
}

folder, text = sys.argv[1:]
torch.set_num_threads(1)
tokenizer = sentencepiece.SentencePieceProcessor(folder + "/tokenizer.model")
ids = [1] + tokenizer.encode(open(text, encoding="utf-8").read())[:399]
out = {"ids": ids, "variants": []}
for name, (length, scaling) in VARIANTS.items():
    fields = json.load(open(folder + "/config.json"))
    fields["max_position_embeddings"] = length
    if scaling:
        fields["rope_scaling"] = scaling
    config = LlamaConfig(**fields)
    model = LlamaForCausalLM.from_pretrained(folder, config=config, dtype=torch.float32).eval()
    with torch.no_grad():
        batch = torch.tensor([ids])
        result = model(batch, labels=batch)
    out["variants"].append(
        {
            "name": name,
            "max_position_embeddings": length,
            "rope_scaling": scaling,
            "loss": result.loss.item(),
            "last_logits": [round(x, 5) for x in result.logits[0, -1].tolist()[::8]],
        }
    )
json.dump(out, sys.stdout, indent=None, separators=(",", ":"))
