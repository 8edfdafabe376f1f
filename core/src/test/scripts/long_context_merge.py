"""Merges the tiny model with long-context adapters by generation 2's published script, and writes
down the digests of what that gives (`yarn/expected.json`, `linear/expected.json`).

    python long_context_merge.py PATH/TO/merge_llama2_with_chinese_lora_low_mem.py PATH/TO/shared/data

The adapters are `tiny/lora-llama-plus` with the files of `src/test/resources/.../model/yarn` and
`linear` in it. Written with Python 3.11, PyTorch 2.13, transformers 5.18 and PEFT 0.21, for which
the script needs these patches; none of them touches what is computed or written:

1. `transformers.modeling_utils.dtype_byte_size` is gone: the size of an element instead;
2. its table of models does not know five layers: the name is looked up as '7B', which for the
   output type "huggingface" only means that there is an index, and as '1.3B', that there is none.

It reads no safetensors: `base-hf` is given as the one `pytorch_model.bin` that its tensors make, in
the order of `base-hf-bin`.

PyTorch files are those of PyTorch 2.13's container, which PyTorch 1.13 lays out differently. For
`base-hf-bin` the same tensors in PyTorch 1.13's container are in the conformance data's
`reference-merges.json`, which holds the digests in both: `torch 2.13` here must be what it says
there. For `base-hf` each tensor has a digest, in the order of the file.
"""

import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import torch
from safetensors.torch import load_file

TABLE = "    4 : '1.3B',"
MERGE = "hf-bin: tiny/base-hf-bin + lora-llama-plus"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def run(script, base, adapter, size, scratch):
    code = script.read_text()
    for before, after in [
        (
            "from transformers.modeling_utils import dtype_byte_size",
            "dtype_byte_size = lambda dtype: dtype.itemsize",
        ),
        (TABLE, TABLE + f" 5 : '{size}',"),
    ]:
        assert code.count(before) == 1, before
        code = code.replace(before, after)
    (scratch / "merge.py").write_text(code)
    out = scratch / f"out-{base.name}"
    command = [sys.executable, scratch / "merge.py", "--base_model", base]
    command += ["--lora_model", adapter, "--output_dir", out]
    subprocess.run(command, check=True)
    return out


def files(out):
    return {
        file.name: sha256(file.read_bytes())
        for file in sorted(out.iterdir())
        if "token" not in file.name
    }


def one_file(data, scratch):
    base = scratch / "base-hf"
    shutil.copytree(data / "tiny/base-hf", base)
    base.chmod(0o755)
    tensors = load_file(base / "model.safetensors")
    (base / "model.safetensors").unlink()
    index = json.loads((data / "tiny/base-hf-bin/pytorch_model.bin.index.json").read_text())
    assert index["weight_map"].keys() == tensors.keys()
    torch.save({name: tensors[name] for name in index["weight_map"]}, base / "pytorch_model.bin")
    return base


def expected(script, data, ours):
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        adapter = scratch / "lora-16k"
        shutil.copytree(data / "tiny/lora-llama-plus", adapter)
        adapter.chmod(0o755)
        for file in ours.iterdir():
            if file.name != "expected.json":
                shutil.copy(file, adapter)
        shards = files(run(script, data / "tiny/base-hf-bin", adapter, "7B", scratch))
        out = run(script, one_file(data, scratch), adapter, "1.3B", scratch)
        whole = files(out)
        del whole["pytorch_model.bin"]
        tensors = torch.load(out / "pytorch_model.bin")
    reference = json.loads((data / "reference-merges.json").read_text())[MERGE]
    containers = {key.split(", ")[1]: value for key, value in reference.items() if "torch" in key}
    weights = {name: digest for name, digest in shards.items() if name.endswith(".bin")}
    assert weights == containers["torch 2.13 container"], weights
    return {
        "base-hf-bin": {
            "files": shards,
            "weights, torch 1.13 container": containers["torch 1.13 container"],
        },
        "base-hf": {
            "files": whole,
            "tensors": {k: sha256(v.contiguous().numpy().tobytes()) for k, v in tensors.items()},
        },
    }


def main(script, data):
    resources = pathlib.Path(__file__).parent.parent / "resources/dev/weightsmith/model"
    for name in ["yarn", "linear"]:
        written = json.dumps(expected(script, data, resources / name), indent=2)
        (resources / name / "expected.json").write_text(written + "\n")


main(*map(pathlib.Path, sys.argv[1:]))
