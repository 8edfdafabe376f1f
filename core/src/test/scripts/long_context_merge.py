"""Merges the tiny model with a YaRN adapter by generation 2's published script, and writes down
the digests of what that gives (`yarn/expected.json`).

    python yarn_merge.py PATH/TO/merge_llama2_with_chinese_lora_low_mem.py PATH/TO/shared/data

The adapter is `tiny/lora-llama-plus` with the files of `src/test/resources/.../model/yarn` in it.
Written with Python 3.11, PyTorch 2.13, transformers 5.18 and PEFT 0.21, for which the script needs
these patches; none of them touches what is computed or written:

1. `transformers.modeling_utils.dtype_byte_size` is gone: the size of an element instead;
2. its table of models does not know five layers: the name is looked up as '7B', which for the
   output type "huggingface" only means that an index is written.

PyTorch files are those of PyTorch 2.13's container, which PyTorch 1.13 lays out differently. The
same tensors in PyTorch 1.13's container are in the conformance data's `reference-merges.json`,
which holds the digests in both: `torch 2.13` here must be what it says there.
"""

import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

PATCHES = [
    (
        "from transformers.modeling_utils import dtype_byte_size",
        "dtype_byte_size = lambda dtype: dtype.itemsize",
    ),
    ("    4 : '1.3B',", "    4 : '1.3B', 5 : '7B',"),
]
MERGE = "hf-bin: tiny/base-hf-bin + lora-llama-plus"


def main(script, data):
    ours = pathlib.Path(__file__).parent.parent / "resources/dev/weightsmith/model/yarn"
    code = script.read_text()
    for before, after in PATCHES:
        assert code.count(before) == 1, before
        code = code.replace(before, after)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        (scratch / "merge.py").write_text(code)
        adapter = scratch / "lora-16k"
        shutil.copytree(data / "tiny/lora-llama-plus", adapter)
        for file in ours.iterdir():
            if file.name != "expected.json":
                shutil.copy(file, adapter)
        out = scratch / "out"
        command = [sys.executable, scratch / "merge.py", "--base_model", data / "tiny/base-hf-bin"]
        command += ["--lora_model", adapter, "--output_dir", out]
        subprocess.run(command, check=True)
        files = {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(out.iterdir())
            if "token" not in file.name
        }
    reference = json.loads((data / "reference-merges.json").read_text())[MERGE]
    containers = {key.split(", ")[1]: value for key, value in reference.items() if "torch" in key}
    weights = {name: digest for name, digest in files.items() if name.endswith(".bin")}
    assert weights == containers["torch 2.13 container"], weights
    expected = {"files": files, "weights, torch 1.13 container": containers["torch 1.13 container"]}
    (ours / "expected.json").write_text(json.dumps(expected, indent=2) + "\n")


main(*map(pathlib.Path, sys.argv[1:]))
