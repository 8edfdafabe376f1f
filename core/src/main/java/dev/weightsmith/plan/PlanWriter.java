package dev.weightsmith.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.checkpoint.LayoutSpec;
import dev.weightsmith.checkpoint.Source;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes a plan as JSON (docs/formats/plan.md). What is said twice, a source, a recipe, some
/// bytes, is listed once, in the order in which the plan needs it first, and referred to by its
/// number.
final class PlanWriter {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ArrayNode sources = JSON.arrayNode();
    private final ArrayNode recipes = JSON.arrayNode();
    private final ArrayNode blobs = JSON.arrayNode();
    private final Map<Source, Integer> sourceNumbers = new HashMap<>();
    private final Map<Recipe, Integer> recipeNumbers = new HashMap<>();
    private final Map<ByteBuffer, Integer> blobNumbers = new HashMap<>();

    private PlanWriter() {}

    static ObjectNode json(Plan plan) {
        return new PlanWriter().write(plan);
    }

    private ObjectNode write(Plan plan) {
        ObjectNode json = JSON.objectNode();
        json.put("folder", plan.folder());
        ArrayNode files = json.putArray("files");
        for (Plan.TensorFile file : plan.tensorFiles()) {
            ObjectNode entry = files.addObject();
            entry.put("name", file.name());
            entry.put("lane", file.lane());
            entry.set("layout", layout(file.layout().spec()));
            ArrayNode tensors = entry.putArray("tensors");
            for (PlannedTensor tensor : file.tensors()) {
                tensors.addArray().add(tensor.name()).add(recipe(tensor.recipe()));
            }
        }
        ArrayNode texts = json.putArray("texts");
        for (Plan.TextFile text : plan.textFiles()) {
            texts.addObject().put("name", text.name()).put("bytes", blob(text.bytes()));
        }
        json.set("sources", sources);
        json.set("recipes", recipes);
        json.set("blobs", blobs);
        return json;
    }

    private ObjectNode layout(LayoutSpec spec) {
        ObjectNode json = JSON.objectNode();
        switch (spec) {
            case LayoutSpec.Contiguous(byte[] header, int alignment) ->
                    json.put("kind", "contiguous")
                            .put("header", blob(header))
                            .put("alignment", alignment);
            case LayoutSpec.TorchZip(String fileName, List<String> dict) -> {
                json.put("kind", "torch-zip").put("file", fileName);
                ArrayNode names = json.putArray("dict");
                dict.forEach(names::add);
            }
        }
        return json;
    }

    private int recipe(Recipe recipe) {
        Integer known = recipeNumbers.get(recipe);
        if (known != null) {
            return known;
        }
        ObjectNode json = JSON.objectNode();
        switch (recipe) {
            case Recipe.Load(Source source, TensorInfo tensor) -> {
                json.put("kind", "load").put("source", source(source));
                json.put("tensor", tensor.name()).put("type", tensor.dtype().name());
                json.set("shape", shape(tensor.shape()));
            }
            case Recipe.Constant(Shape shape, List<Float> values) -> {
                json.put("kind", "constant").set("shape", shape(shape));
                float[] floats = new float[values.size()];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = values.get(i);
                }
                json.put("values", blob(bytes(floats)));
            }
            case Recipe.Cast cast -> {
                json.put("kind", "cast").put("input", recipe(cast.input()));
                json.put("type", cast.dtype().name());
                cast.importance()
                        .ifPresent(all -> json.put("importance", blob(bytes(all.columns()))));
            }
            case Recipe.AddLora lora -> {
                json.put("kind", "add-lora").put("input", recipe(lora.input()));
                json.put("a", recipe(lora.a())).put("b", recipe(lora.b()));
                json.put("scale", (double) lora.scale());
            }
            case Recipe.Transpose(Recipe input) ->
                    json.put("kind", "transpose").put("input", recipe(input));
            case Recipe.RotaryRows rotary -> {
                json.put("kind", "rotary-rows").put("input", recipe(rotary.input()));
                json.put("heads", rotary.heads()).put("to", rotary.to().name());
            }
            case Recipe.RowRange(Recipe input, long first, long count) -> {
                json.put("kind", "row-range").put("input", recipe(input));
                json.put("first", first).put("count", count);
            }
            case Recipe.ColumnRange(Recipe input, long first, long count) -> {
                json.put("kind", "column-range").put("input", recipe(input));
                json.put("first", first).put("count", count);
            }
            case Recipe.StackRows(List<Recipe> parts) ->
                    json.put("kind", "stack-rows").set("parts", parts(parts));
            case Recipe.StackColumns(List<Recipe> parts) ->
                    json.put("kind", "stack-columns").set("parts", parts(parts));
            case Recipe.MeanOfRows(Recipe input, List<List<Integer>> rows) -> {
                json.put("kind", "mean-of-rows").put("input", recipe(input));
                ArrayNode groups = json.putArray("rows");
                rows.forEach(group -> group.forEach(groups.addArray()::add));
            }
            case Recipe.RepeatRow(Recipe row, long count) ->
                    json.put("kind", "repeat-row").put("input", recipe(row)).put("count", count);
            case Recipe.Noise(Shape shape, long seed, float deviation) -> {
                json.put("kind", "noise").set("shape", shape(shape));
                json.put("seed", seed).put("deviation", (double) deviation);
            }
        }
        recipes.add(json);
        recipeNumbers.put(recipe, recipes.size() - 1);
        return recipes.size() - 1;
    }

    private ArrayNode parts(List<Recipe> parts) {
        ArrayNode numbers = JSON.arrayNode();
        parts.forEach(part -> numbers.add(recipe(part)));
        return numbers;
    }

    private static ArrayNode shape(Shape shape) {
        ArrayNode dimensions = JSON.arrayNode();
        shape.stream().forEach(dimensions::add);
        return dimensions;
    }

    private int source(Source source) {
        return sourceNumbers.computeIfAbsent(
                source,
                _ -> {
                    sources.addObject()
                            .put("name", source.name())
                            .put("size", source.size())
                            .put("header", source.header());
                    return sources.size() - 1;
                });
    }

    private int blob(byte[] bytes) {
        return blobNumbers.computeIfAbsent(
                ByteBuffer.wrap(bytes),
                _ -> {
                    blobs.add(Base64.getEncoder().encodeToString(bytes));
                    return blobs.size() - 1;
                });
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }
}
