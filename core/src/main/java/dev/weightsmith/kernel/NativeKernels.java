package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The C kernels of one instruction set.
final class NativeKernels implements KernelSet {
    private final String instructionSet;
    private final NativeLibrary.Loaded library;
    private final Map<DType, Optional<Codec>> codecs = new ConcurrentHashMap<>();
    private final LoraFold loraFold;

    NativeKernels(String instructionSet, NativeLibrary.Loaded library) {
        this.instructionSet = instructionSet;
        this.library = library;
        this.loraFold = new NativeLoraFold(library, instructionSet);
    }

    @Override
    public String name() {
        return instructionSet;
    }

    @Override
    public Optional<Codec> codec(DType dtype) {
        return codecs.computeIfAbsent(dtype, this::find);
    }

    @Override
    public LoraFold loraFold() {
        return loraFold;
    }

    private Optional<Codec> find(DType dtype) {
        String suffix = dtype.name().toLowerCase(Locale.ROOT) + "_" + instructionSet;
        return library.function("encode_" + suffix, NativeCodec.ENCODE)
                .flatMap(encode ->
                        library.function("decode_" + suffix, NativeCodec.DECODE)
                                .map(decode -> new NativeCodec(dtype, encode, decode)));
    }
}
