package dev.weightsmith.merge;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/// Lines of columns as wide as their widest cell; numbers to the right.
final class Table {
    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();

    /// @param headings none for a table without
    Table(String... headings) {
        if (headings.length > 0) {
            rows.add(headings.clone());
        }
    }

    /// A line of as many cells as the lines before.
    void add(String... cells) {
        rows.add(cells.clone());
    }

    void print(PrintWriter out, String indent) {
        if (rows.isEmpty()) {
            return;
        }
        int[] widths = new int[rows.getFirst().length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        String[] last = rows.getLast();
        for (String[] row : rows) {
            var line = new StringBuilder(indent);
            for (int i = 0; i < row.length; i++) {
                String space = " ".repeat(widths[i] - row[i].length());
                boolean right = Character.isDigit(last[i].isEmpty() ? ' ' : last[i].charAt(0));
                line.append(right ? space + row[i] : row[i] + space).append(GAP);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
