package dev.weightsmith.report;

import java.util.List;

/// Rows under headings; where the page is too narrow, the table scrolls and the page does not.
public record DataTable(List<Column> columns, List<List<String>> rows) implements Block {
    /// @param figures whether the column holds numbers, which stand to the right
    public record Column(String heading, boolean figures) {
        public static Column text(String heading) {
            return new Column(heading, false);
        }

        public static Column figures(String heading) {
            return new Column(heading, true);
        }
    }

    public DataTable {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "%d cells in a table of %d columns".formatted(row.size(), columns.size()));
            }
        }
    }
}
