"""The merged sample model as llama.cpp converts and quantizes it: gguf.json, converted.gguf,
importance.gguf.

    python gguf_files.py LLAMA_CPP PEER SCRATCH          after merges.py, with the same SCRATCH

README.md says which programs these are.
"""

import ctypes
import pathlib
import shutil
import struct
import subprocess
import sys

import gguf
import numpy
import torch
from safetensors.torch import save_file

from references import ADAPTERS, OUT, sha256, write_json

# Names and numbers of the file types that are written, each from the F16 file. Q2_K_S is not among
# them: it wants an importance matrix for every tensor.
FILE_TYPES = {
    "Q4_0": 2,
    "Q4_1": 3,
    "Q5_0": 8,
    "Q5_1": 9,
    "Q8_0": 7,
    "Q2_K": 10,
    "Q3_K_S": 11,
    "Q3_K_M": 12,
    "Q3_K_L": 13,
    "Q4_K_S": 14,
    "Q4_K_M": 15,
    "Q5_K_S": 16,
    "Q5_K_M": 17,
    "Q6_K": 18,
    "IQ4_NL": 25,
    "IQ4_XS": 30,
}


class Parameters(ctypes.Structure):
    """`llama_model_quantize_params`; `rest` is longer than any version's."""

    _fields_ = [("threads", ctypes.c_int32), ("ftype", ctypes.c_int32)]
    _fields_ += [("output", ctypes.c_int32), ("embedding", ctypes.c_int32)]
    _fields_ += [("flags", ctypes.c_bool * 8), ("imatrix", ctypes.c_void_p)]
    _fields_ += [("rest", ctypes.c_int64 * 12)]


class Importance(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("data", ctypes.c_void_p), ("size", ctypes.c_size_t)]


def library(peer):
    for name in ("libggml-base.so", "libggml.v0.5.0.so", "libllama.v0.5.0.so"):
        loaded = ctypes.CDLL(peer / name, mode=ctypes.RTLD_GLOBAL)
    loaded.llama_model_quantize_default_params.restype = Parameters
    return loaded


def hugging_face(scratch):
    """The merged model as a folder of safetensors with the last adapter's tokenizer."""
    folder = scratch / "alpaca-hf"
    folder.mkdir(exist_ok=True)
    state = {}
    for file in sorted((scratch / "alpaca-hf-bin").glob("*.bin")):
        state |= torch.load(file)
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    shutil.copy(scratch / "alpaca-hf-bin/config.json", folder)
    for name in ("tokenizer.model", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(ADAPTERS[-1] / name, folder)
    return folder


def convert(llama_cpp, model, type_, out):
    script = llama_cpp / "convert_hf_to_gguf.py"
    command = [sys.executable, script, model, "--outtype", type_, "--outfile", out]
    subprocess.run([*command, "--model-name", "Chinese Alpaca"], check=True)
    return gguf.GGUFReader(out)


def tensors(reader):
    """Type and digest by name."""
    return {
        tensor.name: (tensor.tensor_type.name, sha256(tensor.data.tobytes()))
        for tensor in sorted(reader.tensors, key=lambda tensor: tensor.name)
    }


def metadata_alone(file, out):
    """The file without its tensors: what stands before their infos, and a count of zero."""
    data = file.read_bytes()
    reader = gguf.GGUFReader(file)
    last = list(reader.fields.values())[-1]
    end = last.offset + sum(part.nbytes for part in last.parts)
    out.write_bytes(data[:8] + struct.pack("<Q", 0) + data[16:end] + bytes(-end % 32))


def importance(reader, out):
    """Writes an importance matrix for two of the layers, in llama-imatrix's form, with one entry
    of which nothing was measured. What the quantizer makes of it is the result."""
    random = numpy.random.default_rng(5)
    writer = gguf.GGUFWriter(out, arch="")
    writer.add_type("imatrix")
    writer.add_array("imatrix.datasets", ["synthetic"])
    writer.add_uint32("imatrix.chunk_count", 4)
    writer.add_uint32("imatrix.chunk_size", 512)
    values = {}
    for tensor in sorted(reader.tensors, key=lambda tensor: tensor.name):
        if not tensor.name.startswith(("blk.0.", "blk.3.")) or len(tensor.shape) != 2:
            continue
        columns = int(tensor.shape[0])
        sums = numpy.exp(random.normal(0, 3, columns)).astype(numpy.float32)
        sums[random.random(columns) < 0.1] = 0
        count = 0 if tensor.name == "blk.3.attn_k.weight" else 4
        writer.add_tensor(tensor.name + ".in_sum2", sums.reshape(1, columns))
        writer.add_tensor(tensor.name + ".counts", numpy.array([[count]], dtype=numpy.float32))
        values[tensor.name] = sums / numpy.float32(count) if count else numpy.ones_like(sums)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return values


def quantize(llama, source, number, importance, out):
    parameters = llama.llama_model_quantize_default_params()
    parameters.threads, parameters.ftype = 1, number
    entries = (Importance * (len(importance) + 1))()
    for entry, (name, values) in zip(entries, importance.items()):
        entry.name, entry.data, entry.size = name.encode(), values.ctypes.data, values.size
    if importance:
        parameters.imatrix = ctypes.addressof(entries)
    source, target = str(source).encode(), str(out).encode()
    assert llama.llama_model_quantize(source, target, ctypes.byref(parameters)) == 0, number
    return gguf.GGUFReader(out)


def main(llama_cpp, peer, scratch):
    llama_cpp, peer, scratch = map(pathlib.Path, (llama_cpp, peer, scratch))
    llama = library(peer)
    model = hugging_face(scratch)
    result = {"converted": {}, "quantized": {}, "encoded": {"plain": {}, "importance": {}}}
    for type_ in ("F32", "BF16", "F16"):
        file = scratch / f"{type_}.gguf"
        reader = convert(llama_cpp, model, type_.lower(), file)
        result["converted"][type_] = {name: list(found) for name, found in tensors(reader).items()}
    metadata_alone(file, OUT / "converted.gguf")
    weights = importance(gguf.GGUFReader(file), OUT / "importance.gguf")
    for kind, matrix in (("plain", {}), ("importance", weights)):
        result["quantized"][kind] = {}
        for name, number in FILE_TYPES.items():
            found = tensors(quantize(llama, file, number, matrix, scratch / "quantized.gguf"))
            # Most types share most of their encoded tensors.
            types = {tensor: type_ for tensor, (type_, _) in found.items()}
            result["quantized"][kind][name] = types
            for tensor, (type_, digest) in found.items():
                known = result["encoded"][kind].setdefault(tensor, {}).setdefault(type_, digest)
                assert known == digest, (name, tensor)
    write_json(result, "gguf.json")


main(*sys.argv[1:])
