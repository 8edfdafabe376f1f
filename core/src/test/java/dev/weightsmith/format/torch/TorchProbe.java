package dev.weightsmith.format.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/// Opens hostile files and looks at how they are turned away.
final class TorchProbe {
    private final Path folder;

    TorchProbe(Path folder) {
        this.folder = folder;
    }

    Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("model.pth"), bytes);
    }

    /// Asserts that opening `bytes` fails with `kind` and a message that has `words`.
    void refuses(byte[] bytes, ErrorKind kind, String... words) throws IOException {
        var path = write(bytes);
        var thrown = catchThrowable(() -> TorchFile.open(path).close());
        assertThat(thrown).isInstanceOf(FileException.class);
        var problem = ((FileException) thrown).problem();
        assertThat(problem.kind()).as(thrown.getMessage()).isEqualTo(kind);
        assertThat(thrown).hasMessageContaining("model.pth: ");
        for (String word : words) {
            assertThat(thrown).hasMessageContaining(word);
        }
        assertThat(thrown.getMessage()).doesNotContain("\n");
    }

    /// The bytes of all tensors, read whole, after verifying them.
    byte[] read(byte[] file) throws IOException {
        try (var torch = TorchFile.open(write(file))) {
            long size = torch.tensors().stream().mapToLong(t -> t.bytes()).sum();
            byte[] all = new byte[Math.toIntExact(size)];
            long at = 0;
            for (var tensor : torch.tensors()) {
                torch.readRows(
                        tensor,
                        0,
                        tensor.rows(),
                        MemorySegment.ofArray(all).asSlice(at, tensor.bytes()));
                at += tensor.bytes();
            }
            torch.verify();
            return all;
        }
    }
}
