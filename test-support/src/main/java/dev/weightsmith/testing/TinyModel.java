package dev.weightsmith.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weightsmith.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;

/// The small real model of the conformance data and what transformers made of it.
public final class TinyModel {
    private TinyModel() {}

    public static Path folder() {
        return SharedData.path("tiny/base-hf");
    }

    public static Path gguf(String type) {
        return SharedData.path("tiny/gguf/tiny-base-" + type + ".gguf");
    }

    public static Path text() {
        return SharedData.path("perplexity/text.txt");
    }

    public static JsonNode expected() throws IOException {
        return new ObjectMapper().readTree(SharedData.path("perplexity/expected.json").toFile());
    }

    /// A copy of the folder, to be changed.
    public static Path copy(Path target) throws IOException {
        return copy(folder(), target);
    }

    public static Path copy(Path source, Path target) throws IOException {
        Files.createDirectories(target);
        try (var files = Files.list(source)) {
            for (Path file : files.toList()) {
                Files.write(target.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        return target;
    }

    public static int[] ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }
}
