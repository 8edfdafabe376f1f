package dev.weightsmith.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;

/// What reference programs made of the sample family and of small inputs of their own. It lies in
/// the repository, so that every clone tests it; `src/test/scripts/golden` made it.
public final class Golden {
    private Golden() {}

    public static Path path(String name) {
        try {
            return Path.of(Objects.requireNonNull(Golden.class.getResource(name), name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(name, e);
        }
    }

    public static JsonNode json(String name) throws IOException {
        return new JsonMapper().readTree(path(name).toFile());
    }

    /// An object of texts.
    public static SequencedMap<String, String> texts(JsonNode object) {
        var texts = new TreeMap<String, String>();
        object.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }
}
