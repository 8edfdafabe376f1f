package dev.weightsmith.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// `page.css`: how every page looks, and the palette in light and dark.
final class Stylesheet {
    static final String TEXT = read();

    private Stylesheet() {}

    private static String read() {
        try (InputStream resource = Stylesheet.class.getResourceAsStream("page.css")) {
            return new String(
                    Objects.requireNonNull(resource, "page.css").readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
