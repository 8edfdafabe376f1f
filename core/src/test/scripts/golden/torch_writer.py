"""Files in the container of PyTorch 1.13, written by its own libtorch_cpu.so.

Python's half of `torch.save`, the pickle, writes the same bytes in 1.13 and 2.13; what differs is
the zip around them. `torch_writer.cpp` makes the class that writes it callable from Python.
"""

import ctypes
import io
import os
import pathlib
import subprocess
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent


class TorchWriter:
    def __init__(self, libtorch, scratch):
        self.library = scratch / "libtorch_writer.so"
        self.environment = os.environ | {"LD_LIBRARY_PATH": str(libtorch)}
        command = ["g++", "-std=c++17", "-shared", "-fPIC", HERE / "torch_writer.cpp"]
        command += ["-o", self.library, "-L", libtorch, "-ltorch_cpu", "-lc10"]
        subprocess.run(command, check=True)

    def rewrite(self, path):
        """Makes a file that another version saved the one that 1.13 would have saved."""
        # A process of its own: two versions of the library do not live in one.
        command = [sys.executable, HERE / "torch_writer.py", self.library, path.resolve()]
        subprocess.run(command, check=True, env=self.environment)


def main(library, path):
    writer = ctypes.CDLL(library)
    writer.writer_open.restype = ctypes.c_void_p
    writer.writer_open.argtypes = [ctypes.c_char_p]
    writer.writer_record.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    writer.writer_record.argtypes += [ctypes.c_char_p, ctypes.c_size_t]
    writer.writer_close.argtypes = [ctypes.c_void_p]
    file = zipfile.ZipFile(io.BytesIO(pathlib.Path(path).read_bytes()))
    records = {name.split("/", 1)[1]: file.read(name) for name in file.namelist()}
    handle = writer.writer_open(path.encode())
    for name in ["data.pkl", *sorted(name for name in records if name.startswith("data/"))]:
        writer.writer_record(handle, name.encode(), records[name], len(records[name]))
    writer.writer_close(handle)


if __name__ == "__main__":
    main(*sys.argv[1:])
