package dev.weightsmith.cli;

import dev.weightsmith.output.MetadataOverride;
import dev.weightsmith.quantize.Encodable;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.quantize.TypeOverride;
import dev.weightsmith.tensor.DType;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// What stands behind options, read by the library; its complaints become picocli's.
public final class Converters {
    private Converters() {}

    private static <T> T read(Function<String, T> reader, String text) {
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /// `Q4_K_M` and so on.
    public static final class OfFileType implements ITypeConverter<FileType> {
        /// Called by picocli.
        public OfFileType() {}

        @Override
        public FileType convert(String text) {
            return read(FileType::parse, text);
        }
    }

    /// `Q4_K` and so on.
    static final class OfTensorType implements ITypeConverter<DType> {
        @Override
        public DType convert(String text) {
            return read(Encodable::parse, text);
        }
    }

    /// `REGEX=TYPE`
    static final class OfTypeOverride implements ITypeConverter<TypeOverride> {
        @Override
        public TypeOverride convert(String text) {
            return read(TypeOverride::parse, text);
        }
    }

    /// `KEY=TYPE:VALUE`
    static final class OfMetadata implements ITypeConverter<MetadataOverride> {
        @Override
        public MetadataOverride convert(String text) {
            return read(MetadataOverride::parse, text);
        }
    }
}
