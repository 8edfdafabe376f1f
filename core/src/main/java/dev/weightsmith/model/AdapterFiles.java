package dev.weightsmith.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.config.ConfigJson;
import dev.weightsmith.config.ModelConfig;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.Printable;
import dev.weightsmith.lora.Companions;
import dev.weightsmith.lora.LoraAdapter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Puts the files that adapters bring for the model they make in the place of the base's: the last
/// one that brings a file gives it whole, as generation 2's merge script has it.
///
/// Long-context adapters say in them how far positions reach and how they are stretched.
final class AdapterFiles {
    private static final String CONFIG = "config.json";
    private static final String GENERATION = "generation_config.json";

    /// These follow the tensors that are written, where the file has them.
    private static final Set<String> OF_TENSORS =
            Set.of("torch_dtype", "dtype", ConfigJson.QUANTIZATION);

    private static final Pattern LONG_CONTEXT =
            Pattern.compile("(?<![a-z0-9])(16|64)k(?![a-z0-9])", Pattern.CASE_INSENSITIVE);

    private final Model base;
    private final Model folded;
    private final List<LoraAdapter> adapters;
    private final List<Finding> findings;

    private AdapterFiles(
            Model base, Model folded, List<LoraAdapter> adapters, List<Finding> findings) {
        this.base = base;
        this.folded = folded;
        this.adapters = adapters;
        this.findings = findings;
    }

    /// The folded model with what its adapters bring.
    ///
    /// @param findings gains what differs from the base, and what contradicts the tensors
    static Model put(Model base, Model folded, List<LoraAdapter> adapters, List<Finding> findings)
            throws IOException {
        return new AdapterFiles(base, folded, adapters, findings).put();
    }

    private Model put() throws IOException {
        Model model = folded;
        Companions companions = base.companions();
        for (int i = 0; i < adapters.size(); i++) {
            LoraAdapter adapter = adapters.get(i);
            Optional<ObjectNode> config = adapter.modelConfig();
            if (config.isPresent() && isLast(i, LoraAdapter::modelConfig)) {
                model = model.withConfig(config(i, config.get()));
            }
            Optional<ObjectNode> generation = adapter.companions().generation();
            if (generation.isPresent() && isLast(i, a -> a.companions().generation())) {
                ObjectNode former =
                        companions.generation().orElseGet(JsonNodeFactory.instance::objectNode);
                noteDifferences(adapter, GENERATION, former, generation.get());
            }
            companions = adapter.companions().over(companions);
        }
        warnOfShortContext(model.config().contextLength());
        warnOfOtherPositions(model.config());
        return model.withCompanions(companions);
    }

    private interface Brought {
        Optional<ObjectNode> by(LoraAdapter adapter);
    }

    private boolean isLast(int index, Brought file) {
        return adapters.subList(index + 1, adapters.size()).stream()
                .noneMatch(later -> file.by(later).isPresent());
    }

    private ModelConfig config(int index, ObjectNode given) throws IOException {
        LoraAdapter adapter = adapters.get(index);
        Path place = adapter.place(CONFIG);
        noteDifferences(adapter, CONFIG, base.config().source(), given);
        if (given.hasNonNull(ConfigJson.QUANTIZATION)) {
            findings.add(
                    Finding.note(
                            adapter.source(),
                            "its config.json says how the base was quantized in training, which is"
                                    + " left out: the weights written are not"));
        }
        ModelConfig config = ModelConfig.ofConfigJson(place, base.config().completing(given));
        config.notes().forEach(note -> findings.add(Finding.note(place, note)));
        requireSame(place, "hidden_size", config.hiddenSize(), base.config().hiddenSize());
        requireSame(
                place,
                "intermediate_size",
                config.intermediateSize(),
                base.config().intermediateSize());
        requireSame(place, "num_hidden_layers", config.layers(), base.config().layers());
        requireSame(place, "num_attention_heads", config.heads(), base.config().heads());
        requireSame(
                place,
                "num_key_value_heads",
                config.keyValueHeads(),
                base.config().keyValueHeads());
        requireSame(place, "head_dim", config.headSize(), base.config().headSize());
        requireSameFlag(place, "attention_bias", given);
        requireSameFlag(place, "mlp_bias", given);
        if (given.hasNonNull("vocab_size")) {
            requireVocabulary(index, place, config.vocabularySize());
        }
        boolean tied = config.tiedEmbeddings();
        if (tied != base.config().tiedEmbeddings() && tied != folded.config().tiedEmbeddings()) {
            findings.add(
                    contradiction(
                            place,
                            "tie_word_embeddings is " + tied,
                            base.path()
                                    + (tied ? " has an lm_head" : " has no lm_head")
                                    + " of its own"));
        }
        return config;
    }

    private void requireSame(Path place, String name, int found, int expected) {
        if (found != expected) {
            findings.add(
                    contradiction(
                            place,
                            "%s is %s".formatted(name, found),
                            "that of %s is %s".formatted(base.path(), expected)));
        }
    }

    private void requireSameFlag(Path place, String name, ObjectNode given) {
        boolean found = given.path(name).asBoolean(false);
        boolean expected = base.config().source().path(name).asBoolean(false);
        if (found != expected) {
            findings.add(
                    contradiction(
                            place,
                            "%s is %s".formatted(name, found),
                            "that of %s is %s".formatted(base.path(), expected)));
        }
    }

    /// Adapters that come after this one may have grown the vocabulary further.
    private void requireVocabulary(int index, Path place, int said) {
        List<LoraAdapter> upToThis = adapters.subList(0, index + 1);
        long rows =
                upToThis.reversed().stream()
                        .flatMap(adapter ->
                                Stream.of(Architecture.EMBEDDING, Architecture.OUTPUT)
                                        .flatMap(name ->
                                                Optional.ofNullable(adapter.replaced().get(name))
                                                        .stream()))
                        .mapToLong(matrix -> matrix.shape().rows())
                        .findFirst()
                        .orElse(base.config().vocabularySize());
        if (said != rows) {
            findings.add(
                    contradiction(
                            place,
                            "vocab_size is " + said,
                            "the embedding has %d rows".formatted(rows)));
        }
    }

    private static Finding contradiction(Path place, String said, String found) {
        return Finding.error(
                place,
                "%s, but %s".formatted(said, found),
                "the adapter was made for another model");
    }

    private void noteDifferences(
            LoraAdapter adapter, String file, ObjectNode former, ObjectNode given) {
        var names = new LinkedHashSet<String>();
        given.fieldNames().forEachRemaining(names::add);
        former.fieldNames().forEachRemaining(names::add);
        var differences = new ArrayList<String>();
        for (String name : names) {
            JsonNode old = former.path(name);
            JsonNode young = given.path(name);
            boolean follows = OF_TENSORS.contains(name) && given.has(name);
            if (!follows && !old.equals(young)) {
                differences.add(Printable.text(name) + " " + shown(old) + " → " + shown(young));
            }
        }
        if (!differences.isEmpty()) {
            findings.add(
                    Finding.note(
                            adapter.source(),
                            "its %s takes the place of the base's: %s"
                                    .formatted(file, String.join(", ", differences))));
        }
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "absent" : Printable.text(value.toString());
    }

    /// The last file counts whole, so that a plain one which some trainers save takes away what a
    /// long-context adapter before it brought.
    private void warnOfOtherPositions(ModelConfig kept) throws IOException {
        for (LoraAdapter adapter : adapters) {
            if (adapter.modelConfig().isEmpty()) {
                continue;
            }
            ModelConfig brought =
                    ModelConfig.ofConfigJson(
                            adapter.place(CONFIG),
                            base.config().completing(adapter.modelConfig().get()));
            if (brought.contextLength() > kept.contextLength()
                    || brought.ropeTheta() != kept.ropeTheta()
                    || !brought.ropeScaling().equals(kept.ropeScaling())) {
                findings.add(
                        Finding.warning(
                                adapter.source(),
                                "its config.json, of a context of %d tokens and rope scaling %s, gives way to that of a later adapter, of %d and %s"
                                        .formatted(
                                                brought.contextLength(),
                                                brought.ropeScaling().name().orElse("none"),
                                                kept.contextLength(),
                                                kept.ropeScaling().name().orElse("none")),
                                "if the later one is not meant, take config.json out of its"
                                        + " folder"));
            }
        }
    }

    private void warnOfShortContext(int contextLength) {
        for (LoraAdapter adapter : adapters) {
            Matcher name = LONG_CONTEXT.matcher(String.valueOf(adapter.source().getFileName()));
            if (adapter.modelConfig().isEmpty()
                    && name.find()
                    && contextLength < Integer.parseInt(name.group(1)) * 1024) {
                findings.add(
                        Finding.warning(
                                adapter.source(),
                                "is called a %s adapter but brings no config.json that says so: the model keeps a context of %d tokens"
                                        .formatted(name.group(), contextLength),
                                "take the adapter with all its files, as it was published"));
            }
        }
    }
}
