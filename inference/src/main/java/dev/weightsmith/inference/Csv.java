package dev.weightsmith.inference;

import dev.weightsmith.error.FileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads comma-separated values (RFC 4180): a field in double quotes may hold commas, line breaks
/// and, doubled, quotes.
final class Csv {
    private final Path file;
    private final String text;
    private int at;
    private int line = 1;

    /// @param number the line that it begins on, from 1
    record Row(int number, List<String> fields) {
        Row {
            fields = List.copyOf(fields);
        }
    }

    private Csv(Path file, String text) {
        this.file = file;
        this.text = text;
    }

    /// All rows; lines without anything are none.
    ///
    /// @throws FileException if a quoted field does not end
    static List<Row> parse(Path file, String text) throws FileException {
        var csv = new Csv(file, text);
        var rows = new ArrayList<Row>();
        while (csv.at < text.length()) {
            Row row = csv.row();
            if (row.fields().size() > 1 || !row.fields().getFirst().isEmpty()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private Row row() throws FileException {
        int number = line;
        var fields = new ArrayList<String>();
        while (true) {
            fields.add(at < text.length() && text.charAt(at) == '"' ? quoted() : plain());
            if (at < text.length() && text.charAt(at) == ',') {
                at++;
                continue;
            }
            endLine();
            return new Row(number, fields);
        }
    }

    private String plain() {
        int start = at;
        while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(start, at);
    }

    private String quoted() throws FileException {
        int begin = line;
        var field = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char character = text.charAt(at);
            if (character != '"') {
                field.append(character);
                line += character == '\n' ? 1 : 0;
            } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
                field.append('"');
                at++;
            } else {
                at++;
                // What follows a closing quote is unusual and belongs to the field.
                return field.append(plain()).toString();
            }
        }
        throw FileException.malformed(file, "line " + begin + ": a field in quotes does not end");
    }

    private void endLine() {
        if (at < text.length() && text.charAt(at) == '\r') {
            at++;
        }
        if (at < text.length() && text.charAt(at) == '\n') {
            at++;
        }
        line++;
    }
}
