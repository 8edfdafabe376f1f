package dev.weightsmith.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsStandInLineBesideChineseNames() {
        var table = new Table("model", "size");
        table.add("中文模型", "1 GB");
        table.add("base", "2 GB");
        var text = new StringWriter();
        table.print(new PrintWriter(text), "");
        assertThat(text.toString().lines())
                .containsExactly("model     size", "中文模型  1 GB", "base      2 GB");
    }
}
