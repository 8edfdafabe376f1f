package dev.weightsmith.quantize.report;

import dev.weightsmith.quantize.TensorRole;
import dev.weightsmith.quantize.report.Svg.Anchor;
import dev.weightsmith.tensor.DType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/// One file's tensors drawn layer by layer: what takes the room, which types, which errors.
final class LayerCharts {
    private static final double WIDTH = 1040;
    private static final double LEFT = 96;
    private static final double CELL_HEIGHT = 18;
    private static final List<TensorRole> IN_LAYERS =
            List.of(
                    TensorRole.QUERY,
                    TensorRole.KEY,
                    TensorRole.VALUE,
                    TensorRole.ATTENTION_OUTPUT,
                    TensorRole.GATE,
                    TensorRole.UP,
                    TensorRole.DOWN);

    private final List<Column> columns;

    /// Tensors that stand above one another.
    private record Column(String label, List<TensorFigures> tensors) {
        Column {
            tensors = tensors.stream().sorted(Comparator.comparing(TensorFigures::role)).toList();
        }

        long bytes() {
            return tensors.stream().mapToLong(tensor -> tensor.written().bytes()).sum();
        }
    }

    LayerCharts(List<TensorFigures> tensors) {
        var layers = new TreeMap<Integer, List<TensorFigures>>();
        var outside = new ArrayList<Column>();
        var rest = new ArrayList<TensorFigures>();
        for (TensorFigures tensor : tensors) {
            if (tensor.layer().isPresent()) {
                layers.computeIfAbsent(tensor.layer().getAsInt(), _ -> new ArrayList<>())
                        .add(tensor);
            } else if (tensor.role() == TensorRole.OTHER) {
                rest.add(tensor);
            } else {
                outside.add(
                        new Column(
                                tensor.role() == TensorRole.OUTPUT ? "out" : "emb",
                                List.of(tensor)));
            }
        }
        columns = new ArrayList<>(outside);
        layers.forEach((layer, found) -> columns.add(new Column(layer.toString(), found)));
        if (!rest.isEmpty()) {
            columns.add(new Column("etc", rest));
        }
    }

    /// Stacked bars of bytes.
    String sizes() {
        double height = 190;
        double bottom = height - 22;
        var svg = new Svg(WIDTH, height, "bytes by layer and tensor");
        long most = columns.stream().mapToLong(Column::bytes).max().orElse(1);
        for (int i = 0; i <= 2; i++) {
            double y = bottom - i * (bottom - 12) / 2;
            svg.line(LEFT, y, x(columns.size()), y);
            svg.text(LEFT - 8, y + 4, Anchor.END, Figures.size(most * i / 2));
        }
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            double y = bottom;
            for (TensorFigures tensor : column.tensors()) {
                double tall = (bottom - 12) * tensor.written().bytes() / Math.max(1, most);
                y -= tall;
                svg.rectangle(x(i), y, barWidth(), tall, Colors.of(tensor.role()), tip(tensor));
            }
        }
        labels(svg, height - 6);
        return svg.toString();
    }

    /// What the colours of [#sizes] mean.
    static String sizeLegend(List<TensorFigures> tensors) {
        Map<TensorRole, Long> bytes = new EnumMap<>(TensorRole.class);
        tensors.forEach(tensor -> bytes.merge(tensor.role(), tensor.written().bytes(), Long::sum));
        var legend = new StringBuilder("<p class=\"legend\">");
        bytes.forEach((role, sum) ->
                legend.append(swatch(Colors.of(role), label(role) + " " + Figures.size(sum))));
        return legend.append("</p>\n").toString();
    }

    /// A map of the types.
    String types() {
        return map(
                "types by layer and tensor",
                tensor -> Colors.of(tensor.written().dtype()),
                tensor -> tensor.written().dtype().toString());
    }

    /// What the colours of [#types] mean.
    static String typeLegend(List<TensorFigures> tensors) {
        Set<DType> types = new LinkedHashSet<>();
        tensors.stream()
                .filter(tensor -> tensor.written().shape().rank() > 1)
                .forEach(tensor -> types.add(tensor.written().dtype()));
        var legend = new StringBuilder("<p class=\"legend\">");
        types.stream()
                .sorted()
                .forEach(type -> legend.append(swatch(Colors.of(type), type.toString())));
        return legend.append("</p>\n").toString();
    }

    /// A map of the relative errors, light to dark on a logarithmic scale.
    String errors() {
        double[] range = errorRange();
        return map(
                "relative error by layer and tensor",
                tensor -> {
                    double error = tensor.relativeError();
                    return error == 0
                            ? "#d8e8d8"
                            : Colors.ofError(
                                    range[1] > range[0]
                                            ? Math.log(error / range[0])
                                                    / Math.log(range[1] / range[0])
                                            : 0.5);
                },
                tensor -> Figures.percent(tensor.relativeError()));
    }

    /// What the colours of [#errors] mean.
    String errorLegend() {
        double[] range = errorRange();
        var legend = new StringBuilder("<p class=\"legend\">");
        legend.append(swatch("#d8e8d8", "copied, no error"));
        if (range[1] > 0) {
            legend.append(swatch(Colors.ofError(0), Figures.percent(range[0]) + " or less"));
            legend.append(
                    swatch(Colors.ofError(0.5), Figures.percent(Math.sqrt(range[0] * range[1]))));
            legend.append(swatch(Colors.ofError(1), Figures.percent(range[1])));
        }
        return legend.append("</p>\n").toString();
    }

    private double[] errorRange() {
        double[] errors =
                columns.stream()
                        .flatMap(column -> column.tensors().stream())
                        .mapToDouble(TensorFigures::relativeError)
                        .filter(error -> error > 0)
                        .sorted()
                        .toArray();
        return errors.length == 0
                ? new double[] {0, 0}
                : new double[] {
                    // One tensor of tiny errors must not make all others look alike.
                    Math.max(errors[0], errors[errors.length - 1] / 20), errors[errors.length - 1]
                };
    }

    /// A cell for each matrix: rows are roles, columns layers; a matrix outside layers fills its
    /// column.
    private String map(
            String description,
            Function<TensorFigures, String> color,
            Function<TensorFigures, String> label) {
        double height = IN_LAYERS.size() * CELL_HEIGHT + 24;
        var svg = new Svg(WIDTH, height, description);
        for (int row = 0; row < IN_LAYERS.size(); row++) {
            svg.text(LEFT - 8, row * CELL_HEIGHT + 13, Anchor.END, label(IN_LAYERS.get(row)));
        }
        for (int i = 0; i < columns.size(); i++) {
            for (TensorFigures tensor : columns.get(i).tensors()) {
                if (tensor.role() == TensorRole.OTHER) {
                    continue;
                }
                int row = IN_LAYERS.indexOf(tensor.role());
                double y = Math.max(0, row) * CELL_HEIGHT;
                double tall = (row < 0 ? IN_LAYERS.size() : 1) * CELL_HEIGHT - 1;
                svg.rectangle(x(i), y, barWidth(), tall, color.apply(tensor), tip(tensor));
                if (pitch() >= 44) {
                    svg.label(x(i) + barWidth() / 2, y + tall / 2 + 4, label.apply(tensor));
                }
            }
        }
        labels(svg, height - 6);
        return svg.toString();
    }

    private void labels(Svg svg, double y) {
        // No more labels than fit side by side.
        int step = Math.max(1, (int) Math.ceil(26 / pitch()));
        int firstLayer = -1;
        for (int i = 0; i < columns.size(); i++) {
            boolean layer = Character.isDigit(columns.get(i).label().charAt(0));
            if (layer && firstLayer < 0) {
                firstLayer = i;
            }
            if (!layer ? step == 1 : (i - firstLayer) % step == 0) {
                svg.text(x(i) + barWidth() / 2, y, Anchor.MIDDLE, columns.get(i).label());
            }
        }
    }

    private double pitch() {
        return Math.min(76, (WIDTH - LEFT) / Math.max(1, columns.size()));
    }

    private double barWidth() {
        return pitch() * 0.94;
    }

    private double x(int column) {
        return LEFT + column * pitch();
    }

    private static String tip(TensorFigures tensor) {
        return tensor.name()
                + ": "
                + tensor.written()
                + ", "
                + Figures.size(tensor.written().bytes())
                + ", "
                + Figures.bits(tensor.bitsPerWeight())
                + " bits per weight"
                + tensor.deviation()
                        .map(deviation -> ", error " + Figures.percent(deviation.relative()))
                        .orElse(", copied");
    }

    private static String label(TensorRole role) {
        return switch (role) {
            case EMBEDDING -> "token_embd";
            case OUTPUT -> "output";
            case QUERY -> "attn_q";
            case KEY -> "attn_k";
            case VALUE -> "attn_v";
            case ATTENTION_OUTPUT -> "attn_output";
            case GATE -> "ffn_gate";
            case UP -> "ffn_up";
            case DOWN -> "ffn_down";
            case OTHER -> "norms and others";
        };
    }

    private static String swatch(String color, String text) {
        return "<span><i style=\"background:" + color + "\"></i>" + Svg.escaped(text) + "</span> ";
    }
}
