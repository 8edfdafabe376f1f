package dev.weightsmith.model;

import dev.weightsmith.digest.ModelWords;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.Printable;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.io.ModelPlace;
import dev.weightsmith.lora.LoraAdapter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Compares the model that an adapter says it was trained on (`base_model_name_or_path`) with the
/// one that it is folded into. Names are all that tells a model from one that was trained further:
/// shapes fit both.
final class TrainedOn {
    private static final Pattern FOUR_BITS =
            Pattern.compile(
                    "(?<![a-z0-9])((bnb|unsloth)[-_])*(4[-_]?bit|nf4|int4)(?![a-z0-9])",
                    Pattern.CASE_INSENSITIVE);

    /// What files are called after the type of their tensors.
    private static final Pattern TYPE =
            Pattern.compile(
                    "(?<![a-z0-9])(i?q\\d(_[a-z0-9]+)*|(b?f|fp)(16|32))(?![a-z0-9])",
                    Pattern.CASE_INSENSITIVE);

    /// Words that say nothing of which model it is.
    private static final Set<String> EMPTY =
            Set.of(
                    "base",
                    "bit",
                    "checkpoint",
                    "ckpt",
                    "final",
                    "gguf",
                    "latest",
                    "local",
                    "main",
                    "my",
                    "output",
                    "outputs",
                    "safetensors",
                    "weights");

    private static final Pattern SIZE = Pattern.compile("\\d+[bm]");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{12,}");

    /// What the model has been called so far, the base first; only names that tell something.
    private final List<String> names;

    private TrainedOn(List<String> names) {
        this.names = names;
    }

    /// Warnings for adapters, in the order in which they are folded. One that names what an earlier
    /// one made is right.
    static List<Finding> examine(LlamaModel base, List<LoraAdapter> adapters) {
        var names = new ArrayList<>(names(base).filter(name -> !isEmpty(words(name))).toList());
        var trainedOn = new TrainedOn(names);
        var findings = new ArrayList<Finding>();
        for (LoraAdapter adapter : adapters) {
            adapter.config()
                    .baseModel()
                    .ifPresent(said -> findings.addAll(trainedOn.examine(adapter, said)));
            if (!names.isEmpty()) {
                names.add(adapter.name());
            }
        }
        return findings;
    }

    private static Stream<String> names(LlamaModel base) {
        boolean gguf = base.tokenizer() instanceof LlamaModel.Tokenizer.Gguf;
        Path path = base.path().toAbsolutePath();
        Path place = gguf || Files.isDirectory(path) ? path : path.resolveSibling("");
        return Stream.of(
                        Optional.of(ModelPlace.name(place)),
                        Optional.of(base.config().source().path("_name_or_path").asText("")),
                        base.tokenizer() instanceof LlamaModel.Tokenizer.Gguf(var metadata)
                                        && metadata.get("general.name")
                                                instanceof GgufValue.Text(String name)
                                ? Optional.of(name)
                                : Optional.<String>empty())
                .flatMap(Optional::stream);
    }

    private List<Finding> examine(LoraAdapter adapter, String said) {
        var findings = new ArrayList<Finding>();
        if (FOUR_BITS.matcher(said).find()) {
            findings.add(
                    Finding.warning(
                            adapter.source(),
                            "says that it was trained on %s, whose weights are rounded to 4 bits"
                                    .formatted(Printable.name(said)),
                            "folded into weights of 16 bits, as here, it answers a little"
                                    + " differently than in its training"));
        }
        ModelWords meant = words(said);
        if (!names.isEmpty()
                && !isEmpty(meant)
                && names.stream().noneMatch(name -> isSame(words(name), meant))) {
            findings.add(
                    Finding.warning(
                            adapter.source(),
                            "says that it was trained on %s, but the base is called %s"
                                    .formatted(
                                            Printable.name(said), Printable.name(names.getFirst())),
                            "see that they are one model: an adapter fits no other, even where its"
                                    + " shapes do"));
        }
        return findings;
    }

    /// Those of the last part of a path or of `organization/name`.
    private static ModelWords words(String name) {
        String whole = name.replaceFirst("[/\\\\]+$", "");
        String last =
                whole.substring(Math.max(whole.lastIndexOf('/'), whole.lastIndexOf('\\')) + 1);
        String plain = TYPE.matcher(FOUR_BITS.matcher(last).replaceAll("")).replaceAll("");
        return ModelWords.of(plain).without(EMPTY);
    }

    private static boolean isEmpty(ModelWords words) {
        return words.words().stream()
                .allMatch(word ->
                        word.chars().allMatch(Character::isDigit)
                                || COMMIT.matcher(word).matches());
    }

    /// A name that leaves out the size, or says nothing else as Meta's folders do, may be that of
    /// any model that has the rest.
    private static boolean isSame(ModelWords one, ModelWords other) {
        return agree(sizes(one), sizes(other))
                && agree(one.without(sizes(one)).words(), other.without(sizes(other)).words());
    }

    private static boolean agree(Set<String> one, Set<String> other) {
        return one.isEmpty() || other.isEmpty() || one.equals(other);
    }

    private static Set<String> sizes(ModelWords words) {
        return words.words().stream()
                .filter(word -> SIZE.matcher(word).matches())
                .collect(Collectors.toSet());
    }
}
