"""Writes down what Python and transformers make of odd JSON documents: digests of
`json.dump(obj, f, indent=2)`, `json.dump(obj, f)` and of the form in which transformers writes a
tokenizer's files (`src/test/resources/.../json/python.json`).

    python json_dump.py

Written with Python 3.11, tokenizers 0.23.2 and transformers 5.18, whose own writer is asked
whether it still writes that form.
"""

import hashlib
import json
import pathlib
import random
import tempfile

from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

NUMBERS = """1e-05 1E-5 0.00001 1e16 1e15 1e22 1e23 9.999999999999999e22 123456789012345678 -0.0 -0 0.0
    0 1.0 1.50 100000000000000000000000 9007199254740993 18446744073709551615 -9223372036854775809
    5e-324 2.2250738585072014e-308 1.7976931348623157e308 1e-400 0.1 0.30000000000000004
    3.14159265358979323846 1E+2 1e0 10000.0 500000 -1.5e-7 4.35 0.1e-6 12345678901234567890.0
    1000000000000000019884624838656""".split()

TEXTS = r"""
    "\u00e9" "é" "中文" "😀" "\ud83d\ude00" "\ud800" "\u0000\u001f\u007f\u0080\u00a0\u2028\u2029\ufeff"
    "\/" "" "\b\f\n\r\t\"\\" "<|im_start|>" "\u005c\u0022" "ﬀ"
""".split()

OTHERS = [
    '{"a": {}, "b": [], "c": [[], {}, [[]], {"d": {}}], "": null, "t": true, "f": false}',
    '{"z": 1, "a": 2, "Z": 3, "_": 4, "é": 5, "10": 6, "9": 7, "😀": 8, "｡": 9}',
    '{"a": ' + "[" * 60 + "]" * 60 + "}",
    ' \n\t{ "a" :\r\n 1 , "b":[ ] }\n\n',
]


def random_value(rng, depth):
    kind = rng.random()
    if depth < 4 and kind < 0.2:
        return [random_value(rng, depth + 1) for _ in range(rng.randrange(4))]
    if depth < 4 and kind < 0.4:
        return {text(rng): random_value(rng, depth + 1) for _ in range(rng.randrange(4))}
    return rng.choice(
        [
            rng.uniform(-1, 1) * 10 ** rng.randrange(-30, 30),
            rng.randrange(-(10 ** rng.randrange(1, 30)), 10**20),
            text(rng),
            rng.choice([None, True, False]),
        ]
    )


def text(rng):
    ranges = [(32, 127), (160, 0x3000), (0x1F300, 0x1F700), (0, 32)]
    return "".join(chr(rng.randrange(*rng.choice(ranges))) for _ in range(rng.randrange(9)))


def documents():
    yield from ('{"a": %s, "l": [%s, {"x": %s}]}' % (n, n, n) for n in NUMBERS)
    yield from ('{"k": %s, "z": {%s: [%s]}}' % (t, t, t) for t in TEXTS)
    yield from OTHERS
    rng = random.Random(1)
    for i in range(12):
        value = {f"r{j}": random_value(rng, 0) for j in range(6)}
        yield json.dumps(value, ensure_ascii=i % 2 == 0)


def as_transformers(value):
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def require_form_of_transformers():
    odd = {"😀": 1e-05, "｡": {"z": [], "a": "é\u007f\u0001"}, "b": 10**30}
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.BPE()), unk_token="<ü>", odd=odd
    )
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save_pretrained(folder)
        written = (pathlib.Path(folder) / "tokenizer_config.json").read_text()
    assert json.loads(written)["odd"] == odd
    assert written == as_transformers(json.loads(written)), written


def sha256(text):
    try:
        return hashlib.sha256(text.encode()).hexdigest()
    except UnicodeEncodeError:  # half of a character, which is in no file of transformers
        return None


def main():
    require_form_of_transformers()
    expected = []
    for document in documents():
        value = json.loads(document)
        expected.append(
            {
                "document": document,
                "indented": sha256(json.dumps(value, indent=2)),
                "oneLine": sha256(json.dumps(value)),
                "sorted": sha256(as_transformers(value)),
            }
        )
    resources = pathlib.Path(__file__).parent.parent / "resources/dev/weightsmith/json"
    (resources / "python.json").write_text(json.dumps(expected, indent=1) + "\n")


main()
