package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.SharedData;
import dev.weightsmith.digest.FileDigester;
import dev.weightsmith.digest.KnownFiles;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.format.Formats;
import dev.weightsmith.lora.CheckpointOpener;
import dev.weightsmith.lora.LoraAdapter;
import dev.weightsmith.testing.MemoryCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A list in which the conformance data's adapter is published as Chinese-Alpaca-Plus-7B.
class DigestedAdaptersTest {
    private static final String MODEL = "Chinese-Alpaca-Plus-7B";

    private static final List<String> FILES = List.of("adapter_config.json", "adapter_model.bin");

    @TempDir private Path folder;

    private int read;

    private final Progress progress =
            new Progress() {
                @Override
                public void begin(String what, long bytes) {
                    read++;
                }

                @Override
                public void advance(long bytes) {}

                @Override
                public void end() {}
            };

    private Path adapter(String name) throws IOException {
        Path adapter = Files.createDirectories(folder.resolve(name));
        for (String file : FILES) {
            Files.copy(
                    SharedData.path("tiny/lora-alpaca-plus").resolve(file), adapter.resolve(file));
        }
        return adapter;
    }

    private Optional<String> recognised(Path adapter) throws IOException {
        return recognised(adapter, Formats::open);
    }

    private Optional<String> recognised(Path adapter, CheckpointOpener opener) throws IOException {
        String digest =
                FileDigester.digest(
                                SharedData.path("tiny/lora-alpaca-plus")
                                        .resolve("adapter_model.bin"))
                        .hex();
        Path list =
                Files.writeString(
                        folder.resolve("list.json"),
                        """
                        {"files": [{"group": "adapter_model.bin", "model": "%s",
                          "name": "adapter_model.bin", "family": "Chinese-Alpaca",
                          "sha256": "%s"}]}
                        """
                                .formatted(MODEL, digest));
        try (LoraAdapter opened = LoraAdapter.open(adapter, "adapter-1", opener)) {
            return new DigestedAdapters(KnownFiles.read(list), progress).model(opened);
        }
    }

    @Test
    void oneThatIsCalledSoIsRecognised() throws IOException {
        assertThat(recognised(adapter("chinese-alpaca-plus-lora-7b"))).contains(MODEL);
    }

    @Test
    void oneInAnArchiveThatIsCalledSoIsRecognised() throws IOException {
        Path adapter = adapter("chinese-alpaca-plus-lora-7b");
        Path archive = folder.resolve("chinese-alpaca-plus-lora-7b.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(archive));
                var files = Files.list(adapter)) {
            for (Path file : files.toList()) {
                zip.putNextEntry(new ZipEntry("lora/" + file.getFileName()));
                zip.write(Files.readAllBytes(file));
            }
        }
        assertThat(recognised(archive)).contains(MODEL);
    }

    @Test
    void oneThatOnlyBearsTheNameIsNot() throws IOException {
        Path adapter = adapter("chinese-alpaca-plus-lora-7b");
        for (String file : FILES) {
            Files.copy(
                    SharedData.path("tiny/lora-llama-plus").resolve(file),
                    adapter.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(recognised(adapter)).isEmpty();
    }

    @Test
    void oneWithTheVocabularyOfTheFamilyIsRecognisedWhateverItIsCalled() throws IOException {
        Path adapter = adapter("lora");
        CheckpointOpener opener =
                path ->
                        new MemoryCheckpoint(path.toString())
                                .with("base_model.model.model.embed_tokens.weight", 49954, 1)
                                .with("base_model.model.lm_head.weight", 49954, 1);
        assertThat(recognised(adapter, opener)).contains(MODEL);
    }

    /// Nothing is read of what cannot be a published one: neither name nor vocabulary say so.
    @Test
    void anyOtherAdapterCostsNothing() throws IOException {
        assertThat(recognised(adapter("lora"))).isEmpty();
        assertThat(read).isZero();
    }
}
