"""Makes src/test/resources/dev/weightsmith/model/mlx: an adapter in mlx-lm's layout for tiny/base-hf,
and in expected.json what PEFT makes of the same deltas (matrices turned over, alpha = scale * rank).

    python mlx_adapter.py SHARED_DATA OUT        (PyTorch 2.13, transformers 5.18, PEFT 0.21)
"""

import hashlib
import json
import pathlib
import sys
import tempfile

import numpy
import torch
from peft import PeftModel
from safetensors.numpy import save_file
from transformers import AutoModelForCausalLM

RANK, SCALE = 2, 20.0
MODULES = {"self_attn.q_proj": (64, 64), "self_attn.v_proj": (64, 32)}

data, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)
random = numpy.random.default_rng(10)
mlx, peft = {}, {}
for module, (columns, rows) in MODULES.items():
    a = random.uniform(-0.125, 0.125, (columns, RANK)).astype(numpy.float32)
    b = random.normal(0, 0.02, (RANK, rows)).astype(numpy.float32)
    name = "model.layers.4." + module
    mlx |= {name + ".lora_a": a, name + ".lora_b": b}
    peft["base_model.model." + name + ".lora_A.weight"] = numpy.ascontiguousarray(a.T)
    peft["base_model.model." + name + ".lora_B.weight"] = numpy.ascontiguousarray(b.T)
save_file(mlx, out / "adapters.safetensors")
config = {
    "adapter_path": "adapters",
    "batch_size": 4,
    "fine_tune_type": "lora",
    "iters": 100,
    "lora_parameters": {"dropout": 0.0, "rank": RANK, "scale": SCALE},
    "model": "tiny/base-hf",
    "num_layers": 1,
    "train": True,
}
(out / "adapter_config.json").write_text(json.dumps(config, indent=4))

expected = {}
for dtype in (torch.float16, torch.bfloat16, torch.float32):
    base = AutoModelForCausalLM.from_pretrained(data / "tiny/base-hf", dtype=dtype)
    with tempfile.TemporaryDirectory() as folder:
        save_file(peft, pathlib.Path(folder) / "adapter_model.safetensors")
        (pathlib.Path(folder) / "adapter_config.json").write_text(
            json.dumps(
                {
                    "peft_type": "LORA",
                    "task_type": "CAUSAL_LM",
                    "r": RANK,
                    "lora_alpha": SCALE * RANK,
                    "target_modules": "model\\.layers\\.4\\.self_attn\\.(q|v)_proj",
                }
            )
        )
        merged = PeftModel.from_pretrained(base, folder).merge_and_unload().state_dict()
    expected[str(dtype).removeprefix("torch.")] = {
        name: hashlib.sha256(merged[name].contiguous().view(torch.uint8).numpy().tobytes()).hexdigest()
        for name in ("model.layers.4." + module + ".weight" for module in MODULES)
    }
(out / "expected.json").write_text(json.dumps(expected, indent=1))
