package dev.weightsmith.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.json.StrictJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.OptionalLong;
import java.util.SequencedMap;

/// What a `*.index.json` says: which tensor is in which file.
///
/// @param weightMap tensor names to file names, neither checked yet
/// @param totalSize bytes of all tensors, if it says so
record ShardIndex(Path path, SequencedMap<String, String> weightMap, OptionalLong totalSize) {
    private static final long LARGEST = 16 << 20;
    private static final int DEPTH = 64;

    static ShardIndex read(Path path) throws IOException {
        try (var file = InputFile.open(path)) {
            if (file.size() > LARGEST) {
                throw FileException.overLimit(
                        path,
                        "is %d bytes of JSON, expected at most %d".formatted(file.size(), LARGEST));
            }
            try (var json = StrictJson.parser(file, 0, file.size(), DEPTH)) {
                return read(path, json);
            } catch (JsonProcessingException e) {
                throw StrictJson.malformed(file, 0, file.size(), e);
            }
        }
    }

    private static ShardIndex read(Path path, JsonParser json) throws IOException {
        var weightMap = new LinkedHashMap<String, String>();
        var totalSize = OptionalLong.empty();
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw noIndex(path);
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "weight_map" -> readWeightMap(path, json, weightMap);
                case "metadata" -> totalSize = totalSize(json);
                default -> json.skipChildren();
            }
        }
        if (json.nextToken() != null) {
            throw FileException.malformed(path, "goes on after its JSON object");
        }
        if (weightMap.isEmpty()) {
            throw noIndex(path);
        }
        return new ShardIndex(path, weightMap, totalSize);
    }

    private static void readWeightMap(Path path, JsonParser json, SequencedMap<String, String> map)
            throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw FileException.malformed(path, "weight_map is no JSON object");
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String tensor = json.currentName();
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw FileException.malformed(
                        path,
                        "weight_map value of %s is no string".formatted(Printable.name(tensor)));
            }
            map.put(tensor, json.getText());
        }
    }

    /// A wrong size is worth a warning, so one that cannot be read is none.
    private static OptionalLong totalSize(JsonParser json) throws IOException {
        var size = OptionalLong.empty();
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return size;
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            boolean isSize = json.currentName().equals("total_size");
            boolean isNumber = json.nextToken() == JsonToken.VALUE_NUMBER_INT;
            if (isSize && isNumber && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
                size = OptionalLong.of(json.getLongValue());
            }
            json.skipChildren();
        }
        return size;
    }

    private static FileException noIndex(Path path) {
        return new FileException(
                Problem.of(
                                ErrorKind.MALFORMED,
                                path,
                                "is JSON without a weight_map, neither weights nor their index")
                        .withHint("give the model's folder, or one of its files of weights"));
    }
}
