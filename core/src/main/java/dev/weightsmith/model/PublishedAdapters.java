package dev.weightsmith.model;

import dev.weightsmith.lora.LoraAdapter;
import java.io.IOException;
import java.util.Optional;

/// Tells which published adapter one is, whatever it is called.
@FunctionalInterface
public interface PublishedAdapters {
    /// Knows none.
    PublishedAdapters UNKNOWN = _ -> Optional.empty();

    /// The model whose adapter it is, for example `Chinese-Alpaca-Plus-7B`; empty if it is none
    /// that is known.
    Optional<String> model(LoraAdapter adapter) throws IOException;
}
