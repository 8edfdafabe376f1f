package dev.weightsmith.format.torch;

import dev.weightsmith.format.torch.PickleValue.ElementType;
import dev.weightsmith.format.torch.PickleValue.Maker;
import dev.weightsmith.format.torch.PickleValue.Rebuild;
import dev.weightsmith.format.torch.PickleValue.StorageClass;
import dev.weightsmith.tensor.DType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The names that a pickle may use: everything else is refused.
///
/// A name is a pair of module and attribute, compared whole: there is no looking up of attributes.
final class TorchGlobals {
    private record Name(String module, String attribute) {}

    private static final Map<Name, PickleValue> ALLOWED = new HashMap<>();

    static {
        allow("collections", "OrderedDict", Maker.ORDERED_DICT);
        allow("torch", "Size", Maker.SIZE);
        allow("torch", "device", Maker.DEVICE);
        allow("torch._utils", "_rebuild_tensor", Rebuild.TENSOR);
        allow("torch._utils", "_rebuild_tensor_v2", Rebuild.TENSOR_V2);
        allow("torch._utils", "_rebuild_tensor_v3", Rebuild.TENSOR_V3);
        allow("torch._utils", "_rebuild_parameter", Rebuild.PARAMETER);
        allow("torch._utils", "_rebuild_parameter_with_state", Rebuild.PARAMETER_WITH_STATE);

        allowStorage("DoubleStorage", DType.F64);
        allowStorage("FloatStorage", DType.F32);
        allowStorage("HalfStorage", DType.F16);
        allowStorage("BFloat16Storage", DType.BF16);
        allowStorage("LongStorage", DType.I64);
        allowStorage("IntStorage", DType.I32);
        allowStorage("ShortStorage", DType.I16);
        allowStorage("CharStorage", DType.I8);
        allowStorage("ByteStorage", DType.U8);
        allowStorage("BoolStorage", DType.BOOL);
        allowStorage("ComplexFloatStorage", DType.C64);
        allowStorage("ComplexDoubleStorage", DType.C128);
        var untyped = new StorageClass("UntypedStorage", Optional.empty());
        allow("torch", "UntypedStorage", untyped);
        allow("torch.storage", "UntypedStorage", untyped);

        allowType("float64", DType.F64);
        allowType("float32", DType.F32);
        allowType("float16", DType.F16);
        allowType("bfloat16", DType.BF16);
        allowType("float8_e4m3fn", DType.F8_E4M3);
        allowType("float8_e5m2", DType.F8_E5M2);
        allowType("float8_e4m3fnuz", DType.F8_E4M3FNUZ);
        allowType("float8_e5m2fnuz", DType.F8_E5M2FNUZ);
        allowType("float8_e8m0fnu", DType.F8_E8M0);
        allowType("int64", DType.I64);
        allowType("int32", DType.I32);
        allowType("int16", DType.I16);
        allowType("int8", DType.I8);
        allowType("uint64", DType.U64);
        allowType("uint32", DType.U32);
        allowType("uint16", DType.U16);
        allowType("uint8", DType.U8);
        allowType("bool", DType.BOOL);
        allowType("complex64", DType.C64);
        allowType("complex128", DType.C128);
    }

    /// Names of PyTorch that make tensors, but of kinds that Weightsmith does not read.
    private static final Set<Name> KNOWN =
            Set.of(
                    new Name("torch._utils", "_rebuild_qtensor"),
                    new Name("torch._utils", "_rebuild_qtensor_v2"),
                    new Name("torch._utils", "_rebuild_sparse_tensor"),
                    new Name("torch._utils", "_rebuild_sparse_csr_tensor"),
                    new Name("torch._utils", "_rebuild_nested_tensor"),
                    new Name("torch._utils", "_rebuild_meta_tensor_no_storage"),
                    new Name("torch._utils", "_rebuild_wrapper_subclass"),
                    new Name("torch._utils", "_rebuild_xla_tensor"),
                    new Name("torch._utils", "_rebuild_device_tensor_from_numpy"),
                    new Name("torch._utils", "_rebuild_device_tensor_from_cpu_tensor"),
                    new Name("torch._tensor", "_rebuild_from_type"),
                    new Name("torch._tensor", "_rebuild_from_type_v2"),
                    new Name("torch.serialization", "_get_layout"),
                    new Name("torch", "complex32"),
                    new Name("torch", "float4_e2m1fn_x2"),
                    new Name("torch", "qint8"),
                    new Name("torch", "quint8"),
                    new Name("torch", "qint32"),
                    new Name("torch", "quint4x2"),
                    new Name("torch", "quint2x4"));

    private static final Set<String> STORAGE_MODULES =
            Set.of("torch", "torch.cuda", "torch.storage");

    private TorchGlobals() {}

    static Optional<PickleValue> find(String module, String attribute) {
        return Optional.ofNullable(ALLOWED.get(new Name(module, attribute)));
    }

    /// Whether the name is one of PyTorch's own kinds of tensors, so that the file is not hostile,
    /// only beyond what is supported.
    static boolean isUnsupported(String module, String attribute) {
        return KNOWN.contains(new Name(module, attribute))
                || (STORAGE_MODULES.contains(module)
                        && attribute.endsWith("Storage")
                        && attribute.chars().allMatch(Character::isLetterOrDigit));
    }

    private static void allow(String module, String attribute, PickleValue value) {
        ALLOWED.put(new Name(module, attribute), value);
    }

    private static void allowStorage(String name, DType dtype) {
        allow("torch", name, new StorageClass(name, Optional.of(dtype)));
    }

    private static void allowType(String name, DType dtype) {
        allow("torch", name, new ElementType(dtype));
    }
}
