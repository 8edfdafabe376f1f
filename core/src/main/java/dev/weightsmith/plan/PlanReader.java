package dev.weightsmith.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.checkpoint.FileLayout;
import dev.weightsmith.checkpoint.LayoutSpec;
import dev.weightsmith.checkpoint.Source;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Reads what [PlanWriter] writes. A plan is an input like any other: what is not one, for whatever
/// reason, ends in an error that names the file.
final class PlanReader {
    /// Layouts know formats, which plans do not.
    @FunctionalInterface
    interface Layouts {
        FileLayout of(LayoutSpec spec, List<TensorInfo> tensors);
    }

    /// Deeper than any recipe that a planner makes; what makes rows goes down by calls.
    private static final int DEEPEST = 256;

    /// Names stay in their folder on every system.
    private static final Pattern NAME =
            Pattern.compile("[^/\\\\:\\p{Cntrl}]{1,255}(/[^/\\\\:\\p{Cntrl}]{1,255})?");

    private final Path file;
    private final Layouts layouts;
    private final List<byte[]> blobs = new ArrayList<>();
    private final List<Source> sources = new ArrayList<>();
    private final List<Recipe> recipes = new ArrayList<>();
    private final List<Integer> depths = new ArrayList<>();

    private PlanReader(Path file, Layouts layouts) {
        this.file = file;
        this.layouts = layouts;
    }

    static Plan read(Path file, ObjectNode json, Layouts layouts) throws FileException {
        try {
            return new PlanReader(file, layouts).plan(json);
        } catch (IllegalArgumentException
                | IndexOutOfBoundsException
                | ArithmeticException
                | IllegalStateException
                | PlanException e) {
            throw FileException.malformed(
                    file, "is not a sound plan: " + Printable.text(String.valueOf(e.getMessage())));
        }
    }

    private Plan plan(ObjectNode json) throws FileException {
        for (JsonNode blob : array(json, "blobs")) {
            blobs.add(Base64.getDecoder().decode(blob.asText()));
        }
        for (JsonNode source : array(json, "sources")) {
            sources.add(
                    new Source(
                            text(source, "name"), number(source, "size"), text(source, "header")));
        }
        for (JsonNode recipe : array(json, "recipes")) {
            depths.add(0);
            recipes.add(recipe(recipe));
        }
        var files = new ArrayList<Plan.TensorFile>();
        for (JsonNode entry : array(json, "files")) {
            var tensors = new ArrayList<PlannedTensor>();
            for (JsonNode tensor : array(entry, "tensors")) {
                tensors.add(
                        new PlannedTensor(
                                tensor.path(0).asText(), of(recipes, tensor.path(1), "recipe")));
            }
            files.add(
                    new Plan.TensorFile(
                            fileName(entry),
                            Math.toIntExact(number(entry, "lane")),
                            layouts.of(
                                    layout(entry.path("layout")),
                                    tensors.stream().map(PlannedTensor::info).toList()),
                            tensors));
        }
        var texts = new ArrayList<Plan.TextFile>();
        for (JsonNode text : array(json, "texts")) {
            texts.add(new Plan.TextFile(fileName(text), of(blobs, text.path("bytes"), "bytes")));
        }
        if (!json.path("folder").isBoolean()) {
            throw malformed("'folder' is neither true nor false");
        }
        return new Plan(json.path("folder").booleanValue(), files, texts);
    }

    private String fileName(JsonNode entry) throws FileException {
        String name = text(entry, "name");
        if (!NAME.matcher(name).matches() || name.startsWith(".") || name.contains("/.")) {
            throw FileException.refused(
                    file, "writes a file named %s".formatted(Printable.name(name)));
        }
        return name;
    }

    private LayoutSpec layout(JsonNode json) throws FileException {
        return switch (text(json, "kind")) {
            case "contiguous" ->
                    new LayoutSpec.Contiguous(
                            of(blobs, json.path("header"), "header"), alignment(json));
            case "torch-zip" -> {
                var names = new ArrayList<String>();
                array(json, "dict").forEach(name -> names.add(name.asText()));
                yield new LayoutSpec.TorchZip(text(json, "file"), names);
            }
            default -> throw malformed("a layout of unknown kind");
        };
    }

    private int alignment(JsonNode json) throws FileException {
        long alignment = number(json, "alignment");
        if (Long.bitCount(alignment) != 1 || alignment > 1 << 20) {
            throw malformed("an alignment of %d".formatted(alignment));
        }
        return (int) alignment;
    }

    private Recipe recipe(JsonNode json) throws FileException {
        return switch (text(json, "kind")) {
            case "load" ->
                    new Recipe.Load(
                            of(sources, json.path("source"), "source"),
                            new TensorInfo(text(json, "tensor"), type(json), shape(json)));
            case "constant" -> {
                var values = new ArrayList<Float>();
                for (float value : floats(json.path("values"))) {
                    values.add(value);
                }
                yield new Recipe.Constant(shape(json), values);
            }
            case "cast" ->
                    new Recipe.Cast(
                            input(json, "input"),
                            type(json),
                            json.has("importance")
                                    ? Optional.of(new Importance(floats(json.path("importance"))))
                                    : Optional.empty());
            case "add-lora" ->
                    new Recipe.AddLora(
                            input(json, "input"),
                            input(json, "a"),
                            input(json, "b"),
                            finite(json, "scale"));
            case "transpose" -> new Recipe.Transpose(input(json, "input"));
            case "rotary-rows" ->
                    new Recipe.RotaryRows(
                            input(json, "input"),
                            Math.toIntExact(number(json, "heads")),
                            RotaryLayout.valueOf(text(json, "to")));
            case "row-range" ->
                    new Recipe.RowRange(
                            input(json, "input"), number(json, "first"), number(json, "count"));
            case "column-range" ->
                    new Recipe.ColumnRange(
                            input(json, "input"), number(json, "first"), number(json, "count"));
            case "stack-rows" -> new Recipe.StackRows(parts(json));
            case "stack-columns" -> new Recipe.StackColumns(parts(json));
            case "mean-of-rows" -> {
                var rows = new ArrayList<List<Integer>>();
                for (JsonNode group : array(json, "rows")) {
                    var row = new ArrayList<Integer>();
                    group.forEach(number -> row.add(number.asInt(-1)));
                    rows.add(row);
                }
                yield new Recipe.MeanOfRows(input(json, "input"), rows);
            }
            case "repeat-row" -> new Recipe.RepeatRow(input(json, "input"), number(json, "count"));
            case "noise" ->
                    new Recipe.Noise(shape(json), number(json, "seed"), finite(json, "deviation"));
            default -> throw malformed("a recipe of unknown kind");
        };
    }

    private List<Recipe> parts(JsonNode json) throws FileException {
        var parts = new ArrayList<Recipe>();
        for (JsonNode part : array(json, "parts")) {
            parts.add(input(part, Function.identity()));
        }
        return parts;
    }

    private Recipe input(JsonNode json, String name) throws FileException {
        return input(json, node -> node.path(name));
    }

    /// A recipe that stands before, so that none is made of itself.
    private Recipe input(JsonNode json, Function<JsonNode, JsonNode> place) throws FileException {
        JsonNode number = place.apply(json);
        Recipe input = of(recipes, number, "recipe");
        int depth = depths.get(number.intValue()) + 1;
        if (depth > DEEPEST) {
            throw FileException.overLimit(
                    file, "a recipe of more than %d steps".formatted(DEEPEST));
        }
        depths.set(depths.size() - 1, Math.max(depths.getLast(), depth));
        return input;
    }

    private <T> T of(List<T> all, JsonNode number, String what) throws FileException {
        if (!number.isInt() || number.intValue() < 0 || number.intValue() >= all.size()) {
            throw malformed(
                    "%s %s is not among those before"
                            .formatted(what, Printable.text(number.toString())));
        }
        return all.get(number.intValue());
    }

    private float[] floats(JsonNode number) throws FileException {
        ByteBuffer bytes = ByteBuffer.wrap(of(blobs, number, "values"));
        if (bytes.remaining() % Float.BYTES != 0) {
            throw malformed("values that are no whole float32 numbers");
        }
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    private static DType type(JsonNode json) {
        return DType.valueOf(json.path("type").asText());
    }

    private Shape shape(JsonNode json) throws FileException {
        var dimensions = new ArrayList<Long>();
        for (JsonNode dimension : array(json, "shape")) {
            dimensions.add(dimension.isIntegralNumber() ? dimension.longValue() : -1L);
        }
        return Shape.of(dimensions);
    }

    private float finite(JsonNode json, String name) throws FileException {
        float value = (float) json.path(name).asDouble(Double.NaN);
        if (!Float.isFinite(value)) {
            throw malformed("'%s' is no number".formatted(name));
        }
        return value;
    }

    private long number(JsonNode json, String name) throws FileException {
        JsonNode value = json.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw malformed("'%s' is no whole number".formatted(name));
        }
        return value.longValue();
    }

    private String text(JsonNode json, String name) throws FileException {
        if (!json.path(name).isTextual()) {
            throw malformed("'%s' is no text".formatted(name));
        }
        return json.path(name).textValue();
    }

    private JsonNode array(JsonNode json, String name) throws FileException {
        if (!json.path(name).isArray()) {
            throw malformed("'%s' is no list".formatted(name));
        }
        return json.path(name);
    }

    private FileException malformed(String what) {
        return FileException.malformed(file, "is not a sound plan: " + what);
    }
}
