package dev.weightsmith.format.torch;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The pickle of a plain dict of contiguous tensors, each on a storage of its own, byte for byte as
/// PyTorch 1.13 on CPython has it: protocol 2, and every object that Python would memoize gets its
/// memo number, used or not.
final class StateDictPickle {
    private static final int BATCH = 1000;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /// Memo numbers of what is written once and recalled afterwards.
    private final Map<String, Integer> known = new HashMap<>();

    private int memoized;

    private StateDictPickle() {}

    /// The bytes of `data.pkl` for a dict of `tensors`, whose storages have the keys 0, 1, 2 ….
    ///
    /// @throws PlanException if PyTorch 1.13 has no storage class for a tensor's type
    static byte[] of(List<TensorInfo> tensors) {
        var pickle = new StateDictPickle();
        pickle.dict(tensors);
        return pickle.out.toByteArray();
    }

    private void dict(List<TensorInfo> tensors) {
        op(Opcode.PROTO);
        out.write(2);
        op(Opcode.EMPTY_DICT);
        memoize();
        if (tensors.size() == 1) {
            item(tensors.getFirst(), 0);
            op(Opcode.SETITEM);
        } else if (!tensors.isEmpty()) {
            items(tensors);
        }
        op(Opcode.STOP);
    }

    /// Items come in batches; after a full batch follows another one, even if nothing is left.
    private void items(List<TensorInfo> tensors) {
        for (int first = 0; first <= tensors.size(); first += BATCH) {
            op(Opcode.MARK);
            for (int i = first; i < Math.min(first + BATCH, tensors.size()); i++) {
                item(tensors.get(i), i);
            }
            op(Opcode.SETITEMS);
        }
    }

    private void item(TensorInfo tensor, int key) {
        text(tensor.name());
        global("torch._utils", "_rebuild_tensor_v2");
        op(Opcode.MARK);
        storage(tensor, key);
        integer(0);
        tuple(sizes(tensor.shape()));
        tuple(strides(tensor.shape()));
        op(Opcode.NEWFALSE);
        global("collections", "OrderedDict");
        op(Opcode.EMPTY_TUPLE);
        op(Opcode.REDUCE);
        memoize();
        op(Opcode.TUPLE);
        memoize();
        op(Opcode.REDUCE);
        memoize();
    }

    private void storage(TensorInfo tensor, int key) {
        op(Opcode.MARK);
        constant("storage");
        global("torch", storageClass(tensor));
        text(Integer.toString(key));
        constant("cpu");
        integer(tensor.shape().elements());
        op(Opcode.TUPLE);
        memoize();
        op(Opcode.BINPERSID);
    }

    private static String storageClass(TensorInfo tensor) {
        return switch (tensor.dtype()) {
            case DType.F64 -> "DoubleStorage";
            case DType.F32 -> "FloatStorage";
            case DType.F16 -> "HalfStorage";
            case DType.BF16 -> "BFloat16Storage";
            case DType.I64 -> "LongStorage";
            case DType.I32 -> "IntStorage";
            case DType.I16 -> "ShortStorage";
            case DType.I8 -> "CharStorage";
            case DType.U8 -> "ByteStorage";
            case DType.BOOL -> "BoolStorage";
            case DType.C64 -> "ComplexFloatStorage";
            case DType.C128 -> "ComplexDoubleStorage";
            default ->
                    throw new PlanException(
                            Problem.of(
                                            ErrorKind.UNSUPPORTED,
                                            "tensor %s is %s, which PyTorch 1.13 cannot hold"
                                                    .formatted(
                                                            Printable.name(tensor.name()),
                                                            tensor.dtype()))
                                    .withHint("choose another --type, or --format hf"));
        };
    }

    private static long[] sizes(Shape shape) {
        return shape.stream().toArray();
    }

    /// Elements between neighbours in a contiguous tensor.
    private static long[] strides(Shape shape) {
        long[] strides = new long[shape.rank()];
        long stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(1, shape.dimension(i));
        }
        return strides;
    }

    private void op(int opcode) {
        out.write(opcode);
    }

    private void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        op(Opcode.BINUNICODE);
        out.writeBytes(little(4).putInt(utf8.length).array());
        out.writeBytes(utf8);
        memoize();
    }

    /// A string that is one and the same object in Python wherever it occurs.
    private void constant(String text) {
        if (!recall(text)) {
            text(text);
            known.put(text, memoized - 1);
        }
    }

    private void global(String module, String name) {
        String both = module + "\n" + name + "\n";
        if (!recall(both)) {
            op(Opcode.GLOBAL);
            out.writeBytes(both.getBytes(StandardCharsets.US_ASCII));
            memoize();
            known.put(both, memoized - 1);
        }
    }

    private void tuple(long[] integers) {
        switch (integers.length) {
            case 0 -> op(Opcode.EMPTY_TUPLE);
            case 1, 2, 3 -> {
                integers(integers);
                op(Opcode.TUPLE1 + integers.length - 1);
                memoize();
            }
            default -> {
                op(Opcode.MARK);
                integers(integers);
                op(Opcode.TUPLE);
                memoize();
            }
        }
    }

    private void integers(long[] integers) {
        for (long integer : integers) {
            integer(integer);
        }
    }

    /// The shortest form of an integer that is not negative.
    private void integer(long value) {
        if (value < 1 << 8) {
            op(Opcode.BININT1);
            out.write((int) value);
        } else if (value < 1 << 16) {
            op(Opcode.BININT2);
            out.writeBytes(little(2).putShort((short) value).array());
        } else if (value <= Integer.MAX_VALUE) {
            op(Opcode.BININT);
            out.writeBytes(little(4).putInt((int) value).array());
        } else {
            byte[] big = BigInteger.valueOf(value).toByteArray();
            op(Opcode.LONG1);
            out.write(big.length);
            for (int i = big.length - 1; i >= 0; i--) {
                out.write(big[i]);
            }
        }
    }

    private void memoize() {
        numbered(Opcode.BINPUT, Opcode.LONG_BINPUT, memoized++);
    }

    private boolean recall(String what) {
        Integer number = known.get(what);
        if (number == null) {
            return false;
        }
        numbered(Opcode.BINGET, Opcode.LONG_BINGET, number);
        return true;
    }

    private void numbered(int shortOpcode, int longOpcode, int number) {
        if (number < 1 << 8) {
            op(shortOpcode);
            out.write(number);
        } else {
            op(longOpcode);
            out.writeBytes(little(4).putInt(number).array());
        }
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
