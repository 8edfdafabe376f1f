package dev.weightsmith.format.torch;

import dev.weightsmith.tensor.DType;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a pickle describes, as data.
sealed interface PickleValue {
    record None() implements PickleValue {}

    record Bool(boolean value) implements PickleValue {}

    record Int(long value) implements PickleValue {}

    /// An integer beyond 64 bits; the magic number of legacy files is one.
    record BigInt(BigInteger value) implements PickleValue {}

    record Text(String value) implements PickleValue {}

    /// Something that may be in a file but means nothing to Weightsmith: a number with a fraction,
    /// bytes, a device.
    record Opaque() implements PickleValue {}

    record Tuple(List<PickleValue> items) implements PickleValue {}

    /// A Python list; filled after it was made.
    record Items(ArrayList<PickleValue> items) implements PickleValue {
        Items() {
            this(new ArrayList<>());
        }
    }

    /// A `dict` or `OrderedDict`, in its order; keys are strings or longs.
    ///
    /// The keys are the bare Java classes and not values, so that many keys with one hash cost
    /// little (`HashMap` orders what is comparable).
    record Dict(Map<Object, PickleValue> entries, boolean ordered) implements PickleValue {
        Dict(boolean ordered) {
            this(new LinkedHashMap<>(), ordered);
        }
    }

    /// A class that a pickle may make an object of.
    enum Maker implements PickleValue {
        ORDERED_DICT,
        SIZE,
        DEVICE
    }

    /// A function of PyTorch that makes a tensor out of its parts.
    enum Rebuild implements PickleValue {
        TENSOR,
        TENSOR_V2,
        TENSOR_V3,
        PARAMETER,
        PARAMETER_WITH_STATE
    }

    /// A class of storages such as `torch.HalfStorage`.
    ///
    /// @param dtype of its elements; absent for `UntypedStorage`, which counts bytes
    record StorageClass(String name, Optional<DType> dtype) implements PickleValue {
        int elementBytes() {
            return dtype.map(DType::blockBytes).orElse(1);
        }
    }

    /// An element type such as `torch.float8_e5m2`.
    record ElementType(DType dtype) implements PickleValue {}

    /// A storage as a tensor refers to it.
    ///
    /// @param key its name in the container
    /// @param elements of its class
    record Storage(StorageClass type, String key, long elements) implements PickleValue {
        long bytes() {
            return Math.multiplyExact(elements, (long) type.elementBytes());
        }
    }

    record Tensor(Storage storage, DType dtype, TensorView view) implements PickleValue {}
}
