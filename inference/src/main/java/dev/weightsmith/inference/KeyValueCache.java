package dev.weightsmith.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import java.util.Optional;

/// The keys and values of the tokens that one layer has seen, key/value heads × tokens × head size.
final class KeyValueCache implements AutoCloseable {
    private Optional<NDList> kept = Optional.empty();

    /// Adds those of new tokens.
    ///
    /// @return all keys, all values; they stay the cache's
    NDList append(NDArray keys, NDArray values) {
        NDList all =
                kept.map(old ->
                                new NDList(
                                        old.get(0).concat(keys, 1), old.get(1).concat(values, 1)))
                        .orElseGet(() -> new NDList(keys.duplicate(), values.duplicate()));
        all.forEach(NDScope::unregister);
        kept.ifPresent(NDList::close);
        kept = Optional.of(all);
        return all;
    }

    @Override
    public void close() {
        kept.ifPresent(NDList::close);
        kept = Optional.empty();
    }
}
