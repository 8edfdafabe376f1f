package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.SharedData;
import dev.weightsmith.cli.Terminal;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.testing.EditedGguf;
import dev.weightsmith.testing.TinyModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Models that would come out wrong, or as what no program loads: whatever is done with one, it
/// stops with the same exit code and one line, and leaves nothing behind.
class EveryCommandTest {
    @TempDir private Path folder;

    /// Makes a spoilt model in a new folder.
    interface Spoilt {
        Path in(Path folder) throws IOException;
    }

    private static Arguments model(String name, int exit, Spoilt spoilt) {
        return Arguments.of(name, exit, spoilt);
    }

    private static Arguments gguf(String name, int exit, EditedGguf.Edit edit) {
        return model(
                name,
                exit,
                folder -> EditedGguf.write(TinyModel.gguf("f16"), folder.resolve("x.gguf"), edit));
    }

    private static Arguments key(String name, GgufValue value, int exit) {
        return gguf(name + " " + value, exit, file -> file.metadata().put(name, value));
    }

    /// A Hugging Face folder with these fields in its configuration.
    private static Arguments config(String fields, int exit) {
        return model(
                fields,
                exit,
                folder -> {
                    Path model = TinyModel.copy(folder.resolve("model"));
                    Path file = model.resolve("config.json");
                    ObjectNode config = StrictJson.readObject(file);
                    config.setAll((ObjectNode) new JsonMapper().readTree(fields));
                    Files.writeString(file, config.toString());
                    return model;
                });
    }

    /// The same with a tensor under another name of the same length.
    private static Arguments renamed(String tensor, String name, int exit) {
        return model(
                tensor + " as " + name,
                exit,
                folder -> {
                    Path model = TinyModel.copy(folder.resolve("model"));
                    Path file = model.resolve("model.safetensors");
                    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                    Files.writeString(
                            file, text.replace(tensor, name), StandardCharsets.ISO_8859_1);
                    return model;
                });
    }

    private static Arguments meta(String name, int exit, Shards edit) {
        return model(
                name,
                exit,
                folder -> {
                    Path model =
                            TinyModel.copy(
                                    SharedData.path("tiny/base-meta-2shard"),
                                    folder.resolve("model"));
                    edit.of(
                            model,
                            model.resolve("consolidated.00.pth"),
                            model.resolve("consolidated.01.pth"));
                    return model;
                });
    }

    interface Shards {
        void of(Path model, Path first, Path second) throws IOException;
    }

    private static Arguments params(String fields, int exit) {
        return meta(
                fields,
                exit,
                (model, _, _) -> {
                    Path file = model.resolve("params.json");
                    ObjectNode params = StrictJson.readObject(file);
                    params.setAll((ObjectNode) new JsonMapper().readTree(fields));
                    Files.writeString(file, params.toString());
                });
    }

    private static GgufValue floats(int count) {
        return new GgufValue.F32s(new float[count]);
    }

    private static int[] withType(EditedGguf file, int type) {
        int[] types = file.types();
        types[300] = type;
        return types;
    }

    private static List<String> withToken(EditedGguf file, int id, String text) {
        var tokens = new ArrayList<>(file.tokens());
        tokens.set(id, text);
        return tokens;
    }

    static Stream<Arguments> spoiltModels() {
        return Stream.of(
                meta(
                        "second shard a copy",
                        3,
                        (_, first, second) -> Files.write(second, Files.readAllBytes(first))),
                meta(
                        "shards swapped",
                        3,
                        (model, first, second) -> {
                            Files.move(first, model.resolve("aside"));
                            Files.move(second, first);
                            Files.move(model.resolve("aside"), second);
                        }),
                meta("second shard missing", 3, (_, _, second) -> Files.delete(second)),
                meta("first shard missing", 3, (_, first, _) -> Files.delete(first)),
                params("{\"rope_theta\": 500000.0}", 6),
                params("{\"use_scaled_rope\": true}", 6),
                params("{\"dim\": 128}", 3),
                params("{\"n_layers\": 6}", 3),
                params("{\"n_kv_heads\": 3}", 3),
                config("{\"attention_bias\": true}", 3),
                config("{\"mlp_bias\": true}", 3),
                config("{\"quantization_config\": {\"quant_method\": \"gptq\"}}", 6),
                config("{\"hidden_act\": \"gelu\"}", 6),
                config("{\"num_hidden_layers\": 6}", 3),
                config("{\"rope_scaling\": {\"type\": \"longrope\"}}", 6),
                config(
                        "{\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2.0},"
                                + " \"rope_parameters\": {\"rope_type\": \"default\"}}",
                        3),
                renamed("lm_head.weight", "lm_tail.weight", 6),
                renamed("model.norm.weight", "model.norm.qweigh", 6),
                renamed("layers.2.mlp.up_proj.weight", "layers.9.mlp.up_proj.weight", 3),
                renamed("\"F16\"", "\"I16\"", 6),
                key("llama.block_count", new GgufValue.U32(6), 3),
                key("llama.block_count", new GgufValue.U32(513), 3),
                key("llama.attention.head_count", new GgufValue.U32(0), 3),
                key("llama.attention.head_count_kv", new GgufValue.U32(16), 3),
                key("llama.feed_forward_length", new GgufValue.U32(171), 3),
                key("llama.rope.freq_base", new GgufValue.F32(Float.NaN), 3),
                key("llama.vocab_size", new GgufValue.U32(600), 3),
                key("general.architecture", new GgufValue.Text("mamba"), 6),
                key("tokenizer.ggml.scores", floats(511), 3),
                key("tokenizer.ggml.token_type", floats(512), 3),
                key("tokenizer.ggml.tokens", new GgufValue.I32s(new int[512]), 3),
                key("tokenizer.ggml.eos_token_id", new GgufValue.U32(512), 3),
                key("tokenizer.ggml.add_bos_token", new GgufValue.Text("true"), 3),
                gguf(
                        "token type 9",
                        3,
                        file ->
                                file.tokenizer(
                                        "token_type", new GgufValue.I32s(withType(file, 9)))),
                gguf(
                        "byte token <0x-1>",
                        3,
                        file ->
                                file.tokenizer(
                                        "tokens",
                                        new GgufValue.Texts(withToken(file, 3, "<0x-1>")))),
                gguf(
                        "score NaN",
                        3,
                        file -> {
                            float[] scores = file.scores();
                            scores[300] = Float.NaN;
                            file.tokenizer("scores", new GgufValue.F32s(scores));
                        }),
                gguf("tensor missing", 3, file -> file.tensors().remove("blk.2.ffn_up.weight")),
                gguf(
                        "tensor too many",
                        3,
                        file ->
                                file.tensors()
                                        .put("blk.2.extra.weight", file.tensor("output.weight"))),
                gguf(
                        "tensor misplaced",
                        3,
                        file ->
                                file.tensors()
                                        .put(
                                                "blk.2.ffn_up.weight",
                                                file.tensor("blk.2.ffn_down.weight"))),
                gguf(
                        "frequencies of zero",
                        3,
                        file ->
                                file.tensors()
                                        .put(
                                                "rope_freqs.weight",
                                                new Recipe.Constant(
                                                        Shape.of(4), Collections.nCopies(4, 0f)))),
                gguf(
                        "frequencies in F16",
                        3,
                        file ->
                                file.tensors()
                                        .put(
                                                "rope_freqs.weight",
                                                new Recipe.Constant(
                                                                Shape.of(4),
                                                                Collections.nCopies(4, 1f))
                                                        .as(DType.F16))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("spoiltModels")
    void stopsWithOneLineAndLeavesNothing(String name, int exit, Spoilt spoilt) throws IOException {
        String model = spoilt.in(Files.createDirectory(folder.resolve("in"))).toString();
        String lora = SharedData.path("tiny/lora-llama-plus").toString();
        Path outputs = Files.createDirectory(folder.resolve("outputs"));
        String out = outputs.resolve("out").toString();
        String text = Files.writeString(folder.resolve("text"), "Once upon a time").toString();
        List<List<String>> commands =
                List.of(
                        List.of("convert", "--model", model, "--out", out, "--format", "gguf"),
                        List.of("convert", "--model", model, "--out", out, "--format", "hf"),
                        List.of("convert", "--model", model, "--out", out, "--format", "hf-bin"),
                        List.of("convert", "--model", model, "--out", out, "--format", "meta"),
                        List.of("merge", "--base", model, "--lora", lora, "--out", out),
                        List.of("quantize", model, "--type", "Q8_0", "--out", out + ".gguf"),
                        List.of("sha256", "--tensors", model),
                        List.of("evaluate", "perplexity", model, "--text", text),
                        List.of(
                                "tokenizer",
                                "expand",
                                "--model",
                                model,
                                "--tokenizer",
                                lora,
                                "--out",
                                out));
        for (List<String> command : commands) {
            var err = new StringWriter();
            int code =
                    new Weightsmith(
                                    new Terminal(false, false, 80, false),
                                    new PrintWriter(new StringWriter()),
                                    new PrintWriter(err))
                            .run(command.toArray(String[]::new));
            assertThat(code).as(command + "\n" + err).isEqualTo(exit);
            assertThat(err.toString().lines().filter(line -> !line.startsWith("hint: ")))
                    .as(command.toString())
                    .singleElement()
                    .asString()
                    .startsWith("weightsmith: error: " + folder);
            try (var left = Files.list(outputs)) {
                assertThat(left).isEmpty();
            }
        }
    }
}
