"""A small state dict in every form that PyTorch has written: torch/.

    python torch_files.py LIBTORCH SCRATCH

README.md says which programs these are.
"""

import pathlib
import shutil
import sys
from collections import OrderedDict

import torch

from references import OUT, sha256, write_json
from torch_writer import TorchWriter


def state_dict():
    torch.manual_seed(7)
    base = torch.randn(6, 8)
    state = OrderedDict(
        f32=base,
        f16=torch.randn(4, 3).half(),
        bf16=torch.randn(4, 3).bfloat16(),
        f64=torch.randn(2, 3).double(),
        i64=torch.arange(-3, 4),
        u8=torch.arange(5, dtype=torch.uint8),
        bool=torch.tensor([True, False, True]),
        rows=base[2:4],
        transposed=base.t(),
        strided=base[:, 1::2],
        expanded=torch.tensor([[1.5], [-2.5]]).expand(2, 3),
        scalar=torch.tensor(0.125),
        empty=torch.empty(0, 4),
        parameter=torch.nn.Parameter(torch.randn(2, 2).half()),
    )
    state._metadata = OrderedDict([("", {"version": 1})])
    return state


def expected(tensor):
    data = tensor.detach().contiguous().view(-1).view(torch.uint8).numpy().tobytes()
    return [str(tensor.dtype).removeprefix("torch."), list(tensor.shape), sha256(data)]


def main(libtorch, scratch):
    scratch = pathlib.Path(scratch)
    scratch.mkdir(parents=True, exist_ok=True)
    out = OUT / "torch"
    out.mkdir(parents=True, exist_ok=True)
    state = state_dict()
    torch.save(state, out / "zip-2.13.pt")
    torch.save(state, out / "protocol-4.pt", pickle_protocol=4)
    torch.save(state, out / "legacy.pt", _use_new_zipfile_serialization=False)
    torch.save({"model": dict(state), "step": 12}, out / "nested.pt")
    # The folder inside the zip is the file's name.
    shutil.copy(out / "zip-2.13.pt", scratch / "zip-1.13.pt")
    TorchWriter(libtorch, scratch).rewrite(scratch / "zip-1.13.pt")
    shutil.copy(scratch / "zip-1.13.pt", out)
    write_json({name: expected(tensor) for name, tensor in state.items()}, "torch/expected.json")


main(*sys.argv[1:])
