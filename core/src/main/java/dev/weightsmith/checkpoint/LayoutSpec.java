package dev.weightsmith.checkpoint;

import java.util.Arrays;
import java.util.List;

/// What a file's layout follows from, besides its tensors: a value that can be stored.
public sealed interface LayoutSpec {
    /// A header, then tensor after tensor: see [ContiguousLayout].
    ///
    /// @param header never changed by anybody
    record Contiguous(byte[] header, int alignment) implements LayoutSpec {
        @Override
        public boolean equals(Object other) {
            return other instanceof Contiguous(var bytes, var step)
                    && alignment == step
                    && Arrays.equals(header, bytes);
        }

        @Override
        public int hashCode() {
            return 31 * alignment + Arrays.hashCode(header);
        }
    }

    /// PyTorch's zip.
    ///
    /// @param fileName names the folder inside
    /// @param dict the tensors in the order of the dict, which is not that of their bytes
    record TorchZip(String fileName, List<String> dict) implements LayoutSpec {
        public TorchZip {
            dict = List.copyOf(dict);
        }
    }
}
