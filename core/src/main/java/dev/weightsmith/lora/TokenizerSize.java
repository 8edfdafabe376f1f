package dev.weightsmith.lora;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

/// Tells how many tokens the tokenizer beside a model or adapter has.
@FunctionalInterface
public interface TokenizerSize {
    /// @param place the folder of an adapter, or the folder or file of a model
    /// @return pieces and added tokens together; empty where there is no tokenizer
    OptionalInt of(Path place) throws IOException;
}
