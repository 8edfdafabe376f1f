package dev.weightsmith.format.torch;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.format.torch.PickleValue.Bool;
import dev.weightsmith.format.torch.PickleValue.Dict;
import dev.weightsmith.format.torch.PickleValue.ElementType;
import dev.weightsmith.format.torch.PickleValue.Int;
import dev.weightsmith.format.torch.PickleValue.None;
import dev.weightsmith.format.torch.PickleValue.Rebuild;
import dev.weightsmith.format.torch.PickleValue.Storage;
import dev.weightsmith.format.torch.PickleValue.StorageClass;
import dev.weightsmith.format.torch.PickleValue.Tensor;
import dev.weightsmith.format.torch.PickleValue.Text;
import dev.weightsmith.format.torch.PickleValue.Tuple;
import dev.weightsmith.tensor.DType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Makes storages and tensors out of the arguments that a pickle gives PyTorch's rebuild functions,
/// with every argument checked.
final class TensorBuilder {
    private static final int MOST_TENSORS = 1 << 20;
    // Stride 0 makes a tensor of any size out of one element.
    private static final int LARGEST_EXPANSION = 4;
    private static final Pattern KEY = Pattern.compile("[0-9A-Za-z_-]{1,64}");

    private final boolean legacy;
    private final Map<String, Storage> storages = new LinkedHashMap<>();
    private int tensors;

    /// How the caller, who knows the place, makes an error.
    @FunctionalInterface
    interface Fault {
        FileException of(ErrorKind kind, String message);
    }

    /// @param legacy whether references to storages have the sixth part of legacy files
    TensorBuilder(boolean legacy) {
        this.legacy = legacy;
    }

    /// Every storage that was referred to, by key.
    Map<String, Storage> storages() {
        return Collections.unmodifiableMap(storages);
    }

    /// The storage behind the persistent id `("storage", class, key, location, elements[, view
    /// metadata])`.
    Storage storage(PickleValue id, Fault fault) throws FileException {
        if (!(id instanceof Tuple(List<PickleValue> parts))
                || parts.size() != (legacy ? 6 : 5)
                || !(parts.get(0) instanceof Text(String tag))
                || !tag.equals("storage")
                || !(parts.get(1) instanceof StorageClass type)
                || !(parts.get(2) instanceof Text(String key))
                || !(parts.get(3) instanceof Text(String location))
                || !(parts.get(4) instanceof Int(long elements))) {
            throw fault.of(ErrorKind.MALFORMED, "refers to something that is not a storage");
        }
        if (legacy && !(parts.get(5) instanceof None)) {
            throw fault.of(
                    ErrorKind.MALFORMED, "refers to a view of a storage, expected a storage");
        }
        if (!KEY.matcher(key).matches()) {
            throw fault.of(
                    ErrorKind.REFUSED,
                    "refers to storage %s, which is no key but a path"
                            .formatted(Printable.name(key)));
        }
        if (location.equals("meta")) {
            throw fault.of(ErrorKind.UNSUPPORTED, "holds a meta tensor, which has no values");
        }
        if (elements < 0 || elements > Long.MAX_VALUE / type.elementBytes()) {
            throw fault.of(
                    ErrorKind.MALFORMED, "refers to a storage of %d elements".formatted(elements));
        }
        var storage = new Storage(type, key, elements);
        var known = storages.putIfAbsent(key, storage);
        if (known != null && !known.equals(storage)) {
            throw fault.of(
                    ErrorKind.MALFORMED,
                    "refers to storage %s as %s, before as %s"
                            .formatted(Printable.name(key), described(storage), described(known)));
        }
        return storage;
    }

    /// What `function` makes of `arguments`.
    Tensor call(Rebuild function, List<PickleValue> arguments, Fault fault) throws FileException {
        return switch (function) {
            case TENSOR -> {
                count(arguments, 4, 4, fault);
                yield typed(arguments, fault);
            }
            case TENSOR_V2 -> {
                count(arguments, 6, 7, fault);
                gradients(arguments, 4, fault);
                plain(arguments, 6, fault);
                yield typed(arguments, fault);
            }
            case TENSOR_V3 -> {
                count(arguments, 7, 8, fault);
                gradients(arguments, 4, fault);
                plain(arguments, 7, fault);
                yield untyped(arguments, fault);
            }
            case PARAMETER -> {
                count(arguments, 3, 3, fault);
                yield parameter(arguments, fault);
            }
            case PARAMETER_WITH_STATE -> {
                count(arguments, 4, 4, fault);
                yield parameter(arguments, fault);
            }
        };
    }

    private Tensor parameter(List<PickleValue> arguments, Fault fault) throws FileException {
        gradients(arguments, 1, fault);
        if (arguments.getFirst() instanceof Tensor tensor) {
            return tensor;
        }
        throw fault.of(ErrorKind.MALFORMED, "makes a Parameter of something that is not a tensor");
    }

    private Tensor typed(List<PickleValue> arguments, Fault fault) throws FileException {
        var storage = storageOf(arguments, fault);
        if (storage.type().dtype().isEmpty()) {
            throw fault.of(
                    ErrorKind.UNSUPPORTED, "holds a tensor of bytes without an element type");
        }
        return tensor(storage, storage.type().dtype().get(), arguments, fault);
    }

    private Tensor untyped(List<PickleValue> arguments, Fault fault) throws FileException {
        var storage = storageOf(arguments, fault);
        if (!(arguments.get(6) instanceof ElementType(DType dtype))) {
            throw fault.of(ErrorKind.MALFORMED, "makes a tensor without an element type");
        }
        if (storage.type().dtype().isPresent() && storage.type().dtype().get() != dtype) {
            throw fault.of(
                    ErrorKind.MALFORMED,
                    "makes a tensor of %s on %s".formatted(dtype, described(storage)));
        }
        return tensor(storage, dtype, arguments, fault);
    }

    private static Storage storageOf(List<PickleValue> arguments, Fault fault)
            throws FileException {
        if (arguments.getFirst() instanceof Storage storage) {
            return storage;
        }
        throw fault.of(ErrorKind.MALFORMED, "makes a tensor without a storage");
    }

    private Tensor tensor(Storage storage, DType dtype, List<PickleValue> arguments, Fault fault)
            throws FileException {
        if (++tensors > MOST_TENSORS) {
            throw fault.of(ErrorKind.LIMIT, "has more than %d tensors".formatted(MOST_TENSORS));
        }
        if (!(arguments.get(1) instanceof Int(long offset))) {
            throw fault.of(ErrorKind.MALFORMED, "makes a tensor whose offset is no integer");
        }
        long[] sizes = integers(arguments.get(2), "sizes", fault);
        long[] strides = integers(arguments.get(3), "strides", fault);
        TensorView view;
        try {
            view = TensorView.of(offset, sizes, strides, storage.bytes() / dtype.blockBytes());
            dtype.bytes(view.shape().elements());
        } catch (ArithmeticException e) {
            throw fault.of(ErrorKind.MALFORMED, "makes a tensor whose size is beyond 64 bits");
        } catch (IllegalArgumentException e) {
            throw fault.of(ErrorKind.MALFORMED, "makes a tensor that " + e.getMessage());
        }
        requireSmall(storage, dtype, view, fault);
        return new Tensor(storage, dtype, view);
    }

    private static void requireSmall(Storage storage, DType dtype, TensorView view, Fault fault)
            throws FileException {
        long bytes = dtype.bytes(view.shape().elements());
        if (!view.isContiguous() && bytes / LARGEST_EXPANSION > storage.bytes()) {
            throw fault.of(
                    ErrorKind.LIMIT,
                    "makes a tensor of shape %s, %d bytes, of a storage of %d, the limit is %d times as many"
                            .formatted(view.shape(), bytes, storage.bytes(), LARGEST_EXPANSION));
        }
    }

    private static long[] integers(PickleValue value, String what, Fault fault)
            throws FileException {
        if (!(value instanceof Tuple(List<PickleValue> items))) {
            throw fault.of(
                    ErrorKind.MALFORMED, "makes a tensor whose %s are no tuple".formatted(what));
        }
        long[] integers = new long[items.size()];
        for (int i = 0; i < integers.length; i++) {
            if (!(items.get(i) instanceof Int(long integer))) {
                throw fault.of(
                        ErrorKind.MALFORMED,
                        "makes a tensor whose %s are no integers".formatted(what));
            }
            integers[i] = integer;
        }
        return integers;
    }

    /// `requires_grad` and `backward_hooks`, which only have to be what they are.
    private static void gradients(List<PickleValue> arguments, int first, Fault fault)
            throws FileException {
        if (!(arguments.get(first) instanceof Bool)
                || !(arguments.get(first + 1) instanceof Dict)) {
            throw fault.of(ErrorKind.MALFORMED, "makes a tensor with arguments of the wrong kinds");
        }
    }

    /// Metadata, when there is some, says that the values are to be conjugated or negated.
    private static void plain(List<PickleValue> arguments, int index, Fault fault)
            throws FileException {
        if (arguments.size() <= index || arguments.get(index) instanceof None) {
            return;
        }
        if (!(arguments.get(index) instanceof Dict dict)) {
            throw fault.of(ErrorKind.MALFORMED, "makes a tensor with arguments of the wrong kinds");
        }
        if (!dict.entries().isEmpty()) {
            throw fault.of(ErrorKind.UNSUPPORTED, "holds a conjugated or negated view of a tensor");
        }
    }

    private static void count(List<PickleValue> arguments, int least, int most, Fault fault)
            throws FileException {
        if (arguments.size() < least || arguments.size() > most) {
            throw fault.of(
                    ErrorKind.MALFORMED,
                    "makes a tensor with %d arguments, expected %d"
                            .formatted(arguments.size(), least));
        }
    }

    private static String described(Storage storage) {
        return "%d elements of %s".formatted(storage.elements(), storage.type().name());
    }
}
