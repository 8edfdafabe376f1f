package dev.weightsmith.tokenizer.tools;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Where the rows of new tokens come from.
sealed interface Init {
    /// The mean of the rows of the pieces that the old vocabulary cuts the new piece into.
    record MeanOfPieces() implements Init {}

    /// The mean of all rows.
    record Mean() implements Init {}

    /// Zeros.
    record Zeros() implements Init {}

    /// Normally distributed around 0.
    record Normal(long seed) implements Init {
        /// What LLaMA's own weights began with: `initializer_range`.
        static final float DEVIATION = 0.02f;
    }

    /// From the command line.
    final class Converter implements ITypeConverter<Init> {
        @Override
        public Init convert(String text) {
            return switch (text) {
                case "mean-of-pieces" -> new MeanOfPieces();
                case "mean" -> new Mean();
                case "zeros" -> new Zeros();
                default -> normal(text);
            };
        }

        private static Init normal(String text) {
            if (!text.matches("normal:[0-9]{1,18}")) {
                throw new TypeConversionException(
                        "'" + text + "', expected mean-of-pieces, mean, zeros or normal:SEED");
            }
            return new Normal(Long.parseLong(text.substring("normal:".length())));
        }
    }
}
