package dev.weightsmith.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Lines of columns as wide as their widest cell; columns of numbers to the right.
public final class Table {
    private static final String GAP = "  ";
    private static final Pattern NUMBER = Pattern.compile("[0-9.]*");

    private final int headings;
    private final List<String[]> rows = new ArrayList<>();

    /// @param headings none for a table without them
    public Table(String... headings) {
        this.headings = headings.length > 0 ? 1 : 0;
        if (headings.length > 0) {
            rows.add(headings.clone());
        }
    }

    /// A line of as many cells as the lines before.
    public void add(String... cells) {
        rows.add(cells.clone());
    }

    /// Every line begins with `indent`.
    public void print(PrintWriter out, String indent) {
        if (rows.isEmpty()) {
            return;
        }
        int[] widths = new int[rows.getFirst().length];
        boolean[] numbers = new boolean[widths.length];
        for (int i = 0; i < widths.length; i++) {
            numbers[i] = isNumbers(i);
        }
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], TextWidth.of(row[i]));
            }
        }
        for (String[] row : rows) {
            var line = new StringBuilder(indent);
            for (int i = 0; i < row.length; i++) {
                String space = " ".repeat(widths[i] - TextWidth.of(row[i]));
                line.append(numbers[i] ? space + row[i] : row[i] + space).append(GAP);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private boolean isNumbers(int column) {
        return column < rows.getFirst().length - 1
                && rows.stream()
                        .skip(headings)
                        .allMatch(row -> NUMBER.matcher(row[column]).matches());
    }
}
