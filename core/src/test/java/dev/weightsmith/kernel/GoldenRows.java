package dev.weightsmith.kernel;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weightsmith.SharedData;
import dev.weightsmith.golden.Golden;
import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Rows, an importance vector or none, and what ggml made of them: in the conformance data under
/// `quantize/`, or in the repository (rows.py).
///
/// @param folder `rows` or `rows-hard` of the conformance data, empty for the repository's
/// @param suffix of the expected file, empty without importance
/// @param importanceFile the vector, empty without importance
record GoldenRows(String folder, String suffix, String importanceFile) {
    static final List<GoldenRows> ALL =
            List.of(
                    new GoldenRows("rows", "", ""),
                    new GoldenRows("rows", ".importance", "importance.f32"),
                    new GoldenRows("rows-hard", "", ""),
                    new GoldenRows("rows-hard", ".forty-decades", "importance-forty-decades.f32"),
                    new GoldenRows("rows-hard", ".mostly-zero", "importance-mostly-zero.f32"),
                    new GoldenRows("rows-hard", ".subnormal", "importance-subnormal.f32"));

    static final List<GoldenRows> IN_REPOSITORY =
            List.of(
                    new GoldenRows("", "", ""),
                    new GoldenRows("", ".importance", "importance.f32"));

    int columns() throws IOException {
        return new ObjectMapper().readTree(file("manifest.json").toFile()).get("columns").asInt();
    }

    String rowName(long row) throws IOException {
        var manifest = new ObjectMapper().readTree(file("manifest.json").toFile());
        return manifest.get("row_names").get(Math.toIntExact(row)).asText();
    }

    byte[] values() throws IOException {
        return Files.readAllBytes(file("rows.f32"));
    }

    Optional<byte[]> importance() throws IOException {
        return importanceFile.isEmpty()
                ? Optional.empty()
                : Optional.of(Files.readAllBytes(file(importanceFile)));
    }

    byte[] encoded(DType dtype) throws IOException {
        return Files.readAllBytes(file(dtype + suffix + ".bin"));
    }

    private Path file(String name) {
        return folder.isEmpty()
                ? Golden.path("rows/" + name)
                : SharedData.path("quantize").resolve(folder).resolve(name);
    }
}
