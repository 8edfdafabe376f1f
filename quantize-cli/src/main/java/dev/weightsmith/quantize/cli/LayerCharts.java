package dev.weightsmith.quantize.cli;

import dev.weightsmith.error.Printable;
import dev.weightsmith.quantize.TensorRole;
import dev.weightsmith.quantize.report.TensorFigures;
import dev.weightsmith.report.Axis;
import dev.weightsmith.report.BarChart;
import dev.weightsmith.report.CellChart;
import dev.weightsmith.report.CellChart.Cell;
import dev.weightsmith.report.Chart.Mark;
import dev.weightsmith.report.ColumnChart;
import dev.weightsmith.report.Figure;
import dev.weightsmith.report.Figure.Swatch;
import dev.weightsmith.report.Paint;
import dev.weightsmith.report.Paint.Heat;
import dev.weightsmith.report.Paint.Tone;
import dev.weightsmith.tensor.DType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// One file's tensors by layer and part: what takes the room, which types, which errors.
final class LayerCharts {
    private static final double COLUMNS = 150;
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;

    private final List<TensorFigures> tensors;
    private final SortedMap<Integer, List<TensorFigures>> layers = new TreeMap<>();

    LayerCharts(List<TensorFigures> tensors) {
        this.tensors = tensors.stream().sorted(Comparator.comparing(TensorFigures::role)).toList();
        for (TensorFigures tensor : this.tensors) {
            tensor.layer()
                    .ifPresent(layer ->
                            layers.computeIfAbsent(layer, _ -> new ArrayList<>()).add(tensor));
        }
    }

    List<Figure> figures() {
        var figures = new ArrayList<Figure>();
        figures.add(parts());
        CellChart types = types();
        if (!layers.isEmpty()) {
            figures.add(sizes(types.margin()));
        }
        if (!types.rows().isEmpty()) {
            figures.add(new Figure("Types", types, typeLegend(), ""));
            figures.add(errors());
        }
        return figures;
    }

    /// Which parts of the model take the room.
    private Figure parts() {
        Map<TensorRole, Long> bytes = new EnumMap<>(TensorRole.class);
        tensors.forEach(tensor -> bytes.merge(tensor.role(), tensor.written().bytes(), Long::sum));
        var marks = new ArrayList<Mark>();
        var legend = new ArrayList<Swatch>();
        bytes.forEach((role, sum) -> {
            String meaning = label(role) + " " + Printable.size(sum);
            marks.add(new Mark(sum, TensorPaint.of(role), meaning));
            legend.add(new Swatch(TensorPaint.of(role), meaning));
        });
        long all = bytes.values().stream().mapToLong(Long::longValue).sum();
        var bar = new BarChart.Bar("", marks, Printable.size(all));
        return new Figure("Size by part", new BarChart("bytes by part", List.of(bar)), legend, "");
    }

    private Figure sizes(double margin) {
        long most =
                layers.values().stream()
                        .mapToLong(layer ->
                                layer.stream().mapToLong(tensor -> tensor.written().bytes()).sum())
                        .max()
                        .orElse(0);
        double unit = most < GIGA ? MEGA : GIGA;
        List<ColumnChart.Column> columns =
                layers.entrySet().stream()
                        .map(layer ->
                                new ColumnChart.Column(
                                        layer.getKey().toString(),
                                        layer.getValue().stream()
                                                .map(tensor ->
                                                        new Mark(
                                                                tensor.written().bytes() / unit,
                                                                TensorPaint.of(tensor.role()),
                                                                tip(tensor)))
                                                .toList()))
                        .toList();
        return new Figure(
                "Size by layer",
                new ColumnChart(
                        "bytes by layer and part",
                        new Axis(unit == MEGA ? "MB" : "GB", "", false),
                        COLUMNS,
                        margin,
                        columns));
    }

    private CellChart types() {
        return map(
                "types by layer and part",
                tensor -> TensorPaint.of(tensor.written().dtype()),
                tensor -> tensor.written().dtype().toString());
    }

    private List<Swatch> typeLegend() {
        return tensors.stream()
                .filter(tensor -> tensor.role() != TensorRole.OTHER)
                .map(tensor -> tensor.written().dtype())
                .distinct()
                .sorted(Comparator.comparing(DType::toString))
                .map(type -> new Swatch(TensorPaint.of(type), type.toString()))
                .toList();
    }

    private Figure errors() {
        String usual =
                tensors.stream()
                        .filter(tensor -> tensor.relativeError() > 0)
                        .map(tensor -> tensor.written().dtype())
                        .distinct()
                        .sorted(Comparator.comparingDouble(UsualError::of))
                        .map(type -> type + " " + Figures.percent(UsualError.of(type)))
                        .collect(Collectors.joining(", "));
        return new Figure(
                "Relative errors, against what is usual for the type",
                map(
                        "relative error by layer and part",
                        TensorPaint::ofError,
                        tensor -> Figures.percent(tensor.relativeError())),
                List.of(
                        new Swatch(new Heat(-4), "half the usual or less"),
                        new Swatch(new Heat(-2), "0.7 times"),
                        new Swatch(new Heat(0), "as usual"),
                        new Swatch(new Heat(2), "1.4 times"),
                        new Swatch(new Heat(4), "twice the usual or more"),
                        new Swatch(Tone.FAINT, "copied, no error")),
                usual.isEmpty()
                        ? ""
                        : "Usual is what normally distributed weights lose: %s.".formatted(usual));
    }

    /// A cell for each matrix: rows are parts, columns layers.
    private CellChart map(
            String description,
            Function<TensorFigures, Paint> paint,
            Function<TensorFigures, String> text) {
        var rows = new ArrayList<CellChart.Row>();
        var last = new ArrayList<CellChart.Row>();
        for (TensorRole role : TensorRole.values()) {
            if (role == TensorRole.OTHER) {
                continue;
            }
            Function<TensorFigures, Cell> cell =
                    tensor -> new Cell(paint.apply(tensor), text.apply(tensor), tip(tensor));
            tensors.stream()
                    .filter(tensor -> tensor.role() == role && tensor.layer().isEmpty())
                    .map(tensor ->
                            new CellChart.Row(
                                    label(role), List.of(Optional.of(cell.apply(tensor)))))
                    .forEach(role == TensorRole.OUTPUT ? last::add : rows::add);
            List<Optional<Cell>> cells =
                    layers.values().stream()
                            .map(layer ->
                                    layer.stream()
                                            .filter(tensor -> tensor.role() == role)
                                            .max(
                                                    Comparator.comparingDouble(
                                                            TensorFigures::relativeError))
                                            .map(cell))
                            .toList();
            if (cells.stream().anyMatch(Optional::isPresent)) {
                rows.add(new CellChart.Row(label(role), cells));
            }
        }
        rows.addAll(last);
        return new CellChart(
                description, layers.keySet().stream().map(String::valueOf).toList(), rows);
    }

    private static String tip(TensorFigures tensor) {
        return "%s: %s, %s, %s bits per weight, %s"
                .formatted(
                        tensor.name(),
                        tensor.written(),
                        Printable.size(tensor.written().bytes()),
                        Figures.bits(tensor.bitsPerWeight()),
                        tensor.deviation()
                                .map(deviation -> "error " + Figures.percent(deviation.relative()))
                                .orElse("copied"));
    }

    private static String label(TensorRole role) {
        return role == TensorRole.OTHER ? "norms and others" : role.part();
    }
}
