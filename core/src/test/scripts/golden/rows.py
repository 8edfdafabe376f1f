"""Rows of numbers and what ggml's quantizer makes of them: rows/.

    python rows.py PEER

README.md says which program this is. Each row is there for something that a wrong encoder gets
wrong: see `ROWS`.
"""

import ctypes
import json
import pathlib
import sys

import numpy

from references import OUT

COLUMNS = 512
TYPES = {
    "Q4_0": (2, 18 / 32),
    "Q4_1": (3, 20 / 32),
    "Q5_0": (6, 22 / 32),
    "Q5_1": (7, 24 / 32),
    "Q8_0": (8, 34 / 32),
    "Q2_K": (10, 84 / 256),
    "Q3_K": (11, 110 / 256),
    "Q4_K": (12, 144 / 256),
    "Q5_K": (13, 176 / 256),
    "Q6_K": (14, 210 / 256),
    "IQ4_NL": (20, 18 / 32),
    "IQ4_XS": (23, 136 / 256),
}


def rows(random):
    """Name and values."""
    normal = random.normal(0, 1, COLUMNS)
    yield "like a trained matrix", random.normal(0, 0.02, COLUMNS)
    yield "so small that squares are subnormal", normal * 1e-14
    yield "sub-blocks of scales from 1e-8 to 100", normal * 10.0 ** numpy.repeat(
        random.uniform(-8, 2, COLUMNS // 16), 16
    )
    bits = random.integers(0, 2**32, COLUMNS, dtype=numpy.uint32)
    patterns = bits.view(numpy.float32).astype(numpy.float64)
    yield "any bits", numpy.where(numpy.abs(patterns) < 1e4, patterns, normal)
    outliers = numpy.where(random.random(COLUMNS) < 0.02, normal * 300, normal * 0.01)
    yield "a few large outliers", outliers
    yield "halves, so that sums and codes tie", numpy.round(normal * 4) / 2
    zeros = numpy.zeros(COLUMNS)
    zeros[32:64], zeros[64:96], zeros[96:300] = -0.0, 0.75, -0.75
    yield "zeros of both signs and constants", zeros
    yield "one sign", numpy.abs(random.normal(0, 0.1, COLUMNS)) + 0.05


def importance(random):
    """Spread over decades, a tenth of it zero, a few subnormal."""
    values = numpy.exp(random.normal(0, 4, COLUMNS))
    values[random.random(COLUMNS) < 0.1] = 0
    values[::37] = 1e-40
    return values.astype(numpy.float32)


def main(peer):
    ggml = ctypes.CDLL(pathlib.Path(peer) / "libggml-base.so")
    ggml.ggml_quantize_chunk.restype = ctypes.c_size_t
    ggml.ggml_quantize_chunk.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
    ggml.ggml_quantize_chunk.argtypes += [ctypes.c_int64] * 3 + [ctypes.c_void_p]
    random = numpy.random.default_rng(11)
    named = dict(rows(random))
    values = numpy.array(list(named.values())).astype(numpy.float32)
    weights = importance(random)
    out = OUT / "rows"
    out.mkdir(parents=True, exist_ok=True)
    manifest = {"columns": COLUMNS, "row_names": list(named)}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    values.tofile(out / "rows.f32")
    weights.tofile(out / "importance.f32")
    for name, (number, bytes_) in TYPES.items():
        for suffix, matrix in (("", None), (".importance", weights.ctypes.data)):
            encoded = numpy.zeros(int(values.size * bytes_), dtype=numpy.uint8)
            written = ggml.ggml_quantize_chunk(
                number, values.ctypes.data, encoded.ctypes.data, 0, len(values), COLUMNS, matrix
            )
            assert written == encoded.size, name
            encoded.tofile(out / f"{name}{suffix}.bin")


main(*sys.argv[1:])
