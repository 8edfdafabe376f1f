package dev.weightsmith.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;

/// The small real model of the conformance data and what transformers made of it.
final class TinyModel {
    private TinyModel() {}

    static Path folder() {
        return SharedData.path("tiny/base-hf");
    }

    static Path gguf(String type) {
        return SharedData.path("tiny/gguf/tiny-base-" + type + ".gguf");
    }

    static Path text() {
        return SharedData.path("perplexity/text.txt");
    }

    static JsonNode expected() throws IOException {
        return new ObjectMapper().readTree(SharedData.path("perplexity/expected.json").toFile());
    }

    /// A copy of the folder, to be changed.
    static Path copy(Path target) throws IOException {
        return copy(folder(), target);
    }

    static Path copy(Path source, Path target) throws IOException {
        Files.createDirectories(target);
        try (var files = Files.list(source)) {
            for (Path file : files.toList()) {
                Files.write(target.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        return target;
    }

    static int[] ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }
}
