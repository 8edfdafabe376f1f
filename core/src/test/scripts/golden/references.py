"""What the scripts beside this file have in common."""

import hashlib
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[5]
SAMPLES = ROOT / "samples"
ADAPTERS = [SAMPLES / "chinese-llama-plus", SAMPLES / "chinese-alpaca-plus"]
OUT = ROOT / "core/src/test/resources/dev/weightsmith/golden"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def write_json(value, name):
    text = json.dumps(value, indent=1, ensure_ascii=False) + "\n"
    (OUT / name).write_text(text, encoding="utf-8")


def run_patched(script, patches, arguments, folder):
    """Runs a published script, from `folder`, after `patches` that today's libraries need."""
    code = pathlib.Path(script).read_text(encoding="utf-8")
    for before, after in patches:
        assert before in code, before
        code = code.replace(before, after)
    patched = folder / pathlib.Path(script).name
    patched.write_text(code, encoding="utf-8")
    subprocess.run([sys.executable, patched, *map(str, arguments)], check=True, cwd=folder)
