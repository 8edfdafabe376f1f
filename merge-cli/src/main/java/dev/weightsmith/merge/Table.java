package dev.weightsmith.merge;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/// Lines of columns as wide as their widest cell; columns of numbers to the right.
public final class Table {
    private static final String GAP = "  ";

    private final int headings;
    private final List<String[]> rows = new ArrayList<>();

    /// @param headings none for a table without
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
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            var line = new StringBuilder(indent);
            for (int i = 0; i < row.length; i++) {
                String space = " ".repeat(widths[i] - row[i].length());
                line.append(numbers[i] ? space + row[i] : row[i] + space).append(GAP);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private boolean isNumbers(int column) {
        return column < rows.getFirst().length - 1
                && rows.stream()
                        .skip(headings)
                        .allMatch(row -> row[column].chars().allMatch(Character::isDigit));
    }
}
