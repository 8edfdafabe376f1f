package dev.weightsmith.benchmarks;

import dev.weightsmith.checkpoint.FileLayout;
import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.EngineOptions;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.format.safetensors.SafetensorsLayout;
import dev.weightsmith.format.torch.TorchZipLayout;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Tensors;
import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes models and adapters of any LLaMA shape with seeded random weights.
///
///     java … ModelMaker model   SHAPE hf|meta OUT [seed]
///     java … ModelMaker adapter SHAPE RANK VOCABULARY OUT [seed]
///
/// An adapter has low-rank matrices on all seven projections; with a VOCABULARY other than 0 it
/// also holds full embeddings of that many rows. Tokenizers are not made: give one by hand where a
/// job needs it.
public final class ModelMaker {
    private ModelMaker() {}

    public static void main(String[] arguments) throws IOException {
        switch (arguments.length > 0 ? arguments[0] : "") {
            case "model" ->
                    model(
                            ModelShape.of(arguments[1]),
                            arguments[2],
                            Path.of(arguments[3]),
                            seed(arguments, 4));
            case "adapter" ->
                    adapter(
                            ModelShape.of(arguments[1]),
                            Integer.parseInt(arguments[2]),
                            Integer.parseInt(arguments[3]),
                            Path.of(arguments[4]),
                            seed(arguments, 5));
            default -> {
                System.err.println("usage: model SHAPE hf|meta OUT [seed]");
                System.err.println("       adapter SHAPE RANK VOCABULARY OUT [seed]");
                System.exit(2);
            }
        }
    }

    private static long seed(String[] arguments, int index) {
        return arguments.length > index ? Long.parseLong(arguments[index]) : 1;
    }

    private static void model(ModelShape shape, String format, Path out, long seed)
            throws IOException {
        boolean meta = format.equals("meta");
        var source = new SyntheticCheckpoint(DType.F16, seed, 0.02f);
        source.add(
                meta ? "tok_embeddings.weight" : "model.embed_tokens.weight",
                shape.vocabulary,
                shape.width);
        for (int i = 0; i < shape.layers; i++) {
            String layer = (meta ? "layers." : "model.layers.") + i + ".";
            String attention = layer + (meta ? "attention." : "self_attn.");
            String feedForward = layer + (meta ? "feed_forward." : "mlp.");
            source.add(attention + (meta ? "wq" : "q_proj") + ".weight", shape.width, shape.width);
            source.add(
                    attention + (meta ? "wk" : "k_proj") + ".weight",
                    shape.keyValueWidth(),
                    shape.width);
            source.add(
                    attention + (meta ? "wv" : "v_proj") + ".weight",
                    shape.keyValueWidth(),
                    shape.width);
            source.add(attention + (meta ? "wo" : "o_proj") + ".weight", shape.width, shape.width);
            source.add(
                    feedForward + (meta ? "w1" : "gate_proj") + ".weight",
                    shape.feedForward,
                    shape.width);
            source.add(
                    feedForward + (meta ? "w2" : "down_proj") + ".weight",
                    shape.width,
                    shape.feedForward);
            source.add(
                    feedForward + (meta ? "w3" : "up_proj") + ".weight",
                    shape.feedForward,
                    shape.width);
            source.add(
                    layer + (meta ? "attention_norm" : "input_layernorm") + ".weight", shape.width);
            source.add(
                    layer + (meta ? "ffn_norm" : "post_attention_layernorm") + ".weight",
                    shape.width);
        }
        source.add(meta ? "norm.weight" : "model.norm.weight", shape.width);
        source.add(meta ? "output.weight" : "lm_head.weight", shape.vocabulary, shape.width);
        write(
                source,
                out,
                meta ? "consolidated.00.pth" : "model.safetensors",
                meta ? "params.json" : "config.json",
                meta ? params(shape) : config(shape));
    }

    private static void adapter(ModelShape shape, int rank, int vocabulary, Path out, long seed)
            throws IOException {
        var source = new SyntheticCheckpoint(DType.F16, seed, 0.02f);
        for (int i = 0; i < shape.layers; i++) {
            String layer = "base_model.model.model.layers." + i + ".";
            pair(source, layer + "self_attn.q_proj", rank, shape.width, shape.width);
            pair(source, layer + "self_attn.k_proj", rank, shape.keyValueWidth(), shape.width);
            pair(source, layer + "self_attn.v_proj", rank, shape.keyValueWidth(), shape.width);
            pair(source, layer + "self_attn.o_proj", rank, shape.width, shape.width);
            pair(source, layer + "mlp.gate_proj", rank, shape.feedForward, shape.width);
            pair(source, layer + "mlp.down_proj", rank, shape.width, shape.feedForward);
            pair(source, layer + "mlp.up_proj", rank, shape.feedForward, shape.width);
        }
        if (vocabulary > 0) {
            source.add("base_model.model.model.embed_tokens.weight", vocabulary, shape.width);
            source.add("base_model.model.lm_head.weight", vocabulary, shape.width);
        }
        write(
                source,
                out,
                "adapter_model.safetensors",
                "adapter_config.json",
                adapterConfig(rank, vocabulary > 0));
    }

    private static void pair(
            SyntheticCheckpoint source, String module, int rank, int rows, int columns) {
        source.add(module + ".lora_A.weight", rank, columns);
        source.add(module + ".lora_B.weight", rows, rank);
    }

    /// One file of all tensors: these are inputs, and sharding is not what is measured.
    private static void write(
            SyntheticCheckpoint source, Path out, String file, String textName, String text)
            throws IOException {
        var tensors = new ArrayList<PlannedTensor>();
        Tensors stored = Tensors.of("synthetic", source);
        stored.recipes().forEach((name, load) -> tensors.add(new PlannedTensor(name, load)));
        FileLayout layout =
                file.endsWith(".pth")
                        ? TorchZipLayout.of(file, source.tensors())
                        : SafetensorsLayout.of(source.tensors(), Map.of("format", "pt"));
        Plan plan =
                new Plan(
                        true,
                        List.of(Plan.TensorFile.of(file, layout, tensors)),
                        List.of(
                                new Plan.TextFile(
                                        textName, text.getBytes(StandardCharsets.UTF_8))));
        new Engine(plan, out, stored.sources(), EngineOptions.defaults())
                .run(Engine.Condition.NONE, Progress.NONE);
        System.out.println(out + ": " + Files.size(out.resolve(file)) + " bytes");
    }

    private static String config(ModelShape shape) {
        return String.format(
                Locale.ROOT,
                """
                {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": %d,
                 "intermediate_size": %d, "num_hidden_layers": %d, "num_attention_heads": %d,
                 "num_key_value_heads": %d, "vocab_size": %d, "rms_norm_eps": 1e-05,
                 "max_position_embeddings": 2048, "hidden_act": "silu",
                 "tie_word_embeddings": false, "torch_dtype": "float16", "bos_token_id": 1,
                 "eos_token_id": 2}
                """,
                shape.width,
                shape.feedForward,
                shape.layers,
                shape.heads,
                shape.keyValueHeads,
                shape.vocabulary);
    }

    private static String params(ModelShape shape) {
        return String.format(
                Locale.ROOT,
                """
                {"dim": %d, "multiple_of": 256, "n_heads": %d, "n_kv_heads": %d, "n_layers": %d,
                 "norm_eps": 1e-05, "vocab_size": -1}
                """,
                shape.width,
                shape.heads,
                shape.keyValueHeads,
                shape.layers);
    }

    private static String adapterConfig(int rank, boolean embeddings) {
        return String.format(
                Locale.ROOT,
                """
                {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": %d, "lora_alpha": %d,
                 "lora_dropout": 0.05, "bias": "none", "fan_in_fan_out": false,
                 "inference_mode": true, "modules_to_save": %s,
                 "target_modules": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj",
                                    "down_proj", "up_proj"]}
                """,
                rank,
                2 * rank,
                embeddings ? "[\"embed_tokens\", \"lm_head\"]" : "null");
    }
}
