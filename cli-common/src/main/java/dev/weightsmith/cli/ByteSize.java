package dev.weightsmith.cli;

import dev.weightsmith.error.Printable;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A number of bytes as people write it: `5GB` is 5·10⁹, `2GiB` is 2·2³⁰, whatever the locale.
public record ByteSize(long bytes) {
    private static final Pattern WRITTEN =
            Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?) ?([KMGT]?)(I?)B?");

    /// Reads `300MB`, `5 GB`, `1.5GiB`, `4096`; upper and lower case mean the same.
    ///
    /// @throws IllegalArgumentException if `text` is not a size or more than a long holds
    public static ByteSize parse(String text) {
        Matcher written = WRITTEN.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!written.matches() || (written.group(2).isEmpty() && !written.group(3).isEmpty())) {
            throw new IllegalArgumentException(
                    "'%s' is not a size, expected for example 5GB or 2GiB".formatted(text));
        }
        int power = "KMGT".indexOf(written.group(2)) + (written.group(2).isEmpty() ? 0 : 1);
        long thousand = written.group(3).isEmpty() ? 1000 : 1024;
        try {
            return new ByteSize(
                    new BigDecimal(written.group(1))
                            .multiply(BigDecimal.valueOf(thousand).pow(power))
                            .longValueExact());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "'%s' is not a whole number of bytes below 2^63".formatted(text), e);
        }
    }

    /// Three significant digits in decimal units, for example `13.5 GB`.
    @Override
    public String toString() {
        return Printable.size(bytes);
    }

    /// For options whose value is a size.
    public static final class Converter implements ITypeConverter<ByteSize> {
        @Override
        public ByteSize convert(String value) {
            try {
                return parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
