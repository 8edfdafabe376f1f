package dev.weightsmith.model;

import dev.weightsmith.error.Finding;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.format.Formats;
import dev.weightsmith.lora.Doctor;
import dev.weightsmith.lora.LoraAdapter;
import dev.weightsmith.lora.LoraPlanner;
import dev.weightsmith.lora.MissingPart;
import dev.weightsmith.lora.TokenizerSize;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tokenizer.TemplateChoice;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// A model with adapters folded in, as recipes; without adapters the model itself.
///
/// @param model what the fold makes; still nothing is read
/// @param findings what is worth knowing about the inputs, none of them an error
/// @param adapters held open for the recipes that read them
/// @param published the models whose published adapters some of them are
public record Folded(
        LlamaModel model,
        List<Finding> findings,
        List<LoraAdapter> adapters,
        Map<LoraAdapter, String> published)
        implements Closeable {

    public Folded {
        findings = List.copyOf(findings);
        adapters = List.copyOf(adapters);
        published = Map.copyOf(published);
    }

    /// Opens a base and adapters, has the doctor examine them, and folds.
    ///
    /// @param loras folders or archives, in the order in which they are folded
    /// @throws dev.weightsmith.error.FileException if an input is not what it must be
    /// @throws PlanException if the inputs do not fit together, with all that is wrong
    public static Folded open(Path base, List<Path> loras, FoldOptions options) throws IOException {
        var opened = new ArrayList<Closeable>();
        try {
            LlamaModel model = LlamaModel.open(base);
            opened.add(model::close);
            var adapters = new ArrayList<LoraAdapter>();
            for (Path lora : loras) {
                String role = "adapter-" + (adapters.size() + 1);
                LoraAdapter adapter = LoraAdapter.open(lora, role, Formats::open);
                opened.add(adapter::close);
                adapters.add(adapter);
            }
            return fold(model, adapters, options);
        } catch (IOException | RuntimeException e) {
            closeAll(opened);
            throw e;
        }
    }

    /// The same without a look at what is published, and of a base that is not quantized.
    public static Folded open(Path base, List<Path> loras, boolean roundOnce) throws IOException {
        return open(
                base,
                loras,
                new FoldOptions(roundOnce, false, Optional.empty(), PublishedAdapters.UNKNOWN));
    }

    private static Folded fold(LlamaModel stored, List<LoraAdapter> adapters, FoldOptions options)
            throws IOException {
        Optional<DType> type = adapters.isEmpty() ? Optional.empty() : options.type();
        LlamaModel base = type.map(t -> FloatWeights.in(stored, t)).orElse(stored);
        var published = new HashMap<LoraAdapter, String>();
        for (LoraAdapter adapter : adapters) {
            options.published().model(adapter).ifPresent(model -> published.put(adapter, model));
        }
        var findings = new ArrayList<Finding>(ModelFindings.of(base));
        type.flatMap(t -> FloatWeights.warning(stored, t)).ifPresent(findings::add);
        findings.addAll(
                Doctor.examine(
                        base.path(),
                        base.readable(),
                        adapters,
                        Folded::tokenizerSize,
                        new MissingPart(published, options.strict())));
        findings.addAll(TrainedOn.examine(base, adapters));
        Finding.requireNoErrors(findings);
        SequencedMap<String, Recipe> tensors =
                LoraPlanner.fold(base.tensors(), adapters, options.roundOnce());
        LlamaModel folded = base.withTensors(tensors);
        for (LoraAdapter adapter : adapters) {
            folded = folded.reading(adapter.sources());
            if (adapter.tokenizerFolder().isPresent()) {
                folded =
                        folded.withTokenizer(
                                new LlamaModel.Tokenizer.Folder(adapter.tokenizerFolder().get()));
            }
        }
        folded =
                folded.withTemplatesOf(adapters.stream().map(a -> template(a, published)).toList());
        folded = AdapterFiles.put(base, folded, adapters, findings);
        Finding.requireNoErrors(findings);
        findings.addAll(tokenizerNotes(folded));
        return new Folded(folded, findings, adapters, published);
    }

    private static TemplateChoice.Adapter template(
            LoraAdapter adapter, Map<LoraAdapter, String> published) {
        return new TemplateChoice.Adapter(
                adapter.name(),
                adapter.chatTemplates(),
                Optional.ofNullable(published.get(adapter)),
                adapter.vocabulary());
    }

    private static List<Finding> tokenizerNotes(LlamaModel model) throws IOException {
        var notes = new ArrayList<Finding>();
        switch (model.tokenizer()) {
            case LlamaModel.Tokenizer.Folder(Path folder) ->
                    TokenizerFiles.read(folder)
                            .ifPresent(files ->
                                    files.notes()
                                            .forEach(
                                                    note -> notes.add(Finding.note(folder, note))));
            case LlamaModel.Tokenizer.Gguf _, LlamaModel.Tokenizer.None _ -> {}
        }
        return notes;
    }

    private static Optional<TokenizerSize> tokenizerSize(Path place) throws IOException {
        return Files.isDirectory(place)
                ? TokenizerFiles.read(place)
                        .map(files -> new TokenizerSize(files.vocabularySize(), files.ownTokens()))
                : Optional.empty();
    }

    /// The files of weights behind base and adapters, but for those of [#published], which are
    /// known for what they are.
    public List<Path> unknownFiles() {
        var files = new ArrayList<>(model.sources().paths());
        published.keySet().forEach(adapter -> files.removeAll(adapter.weights().files()));
        return files;
    }

    @Override
    public void close() throws IOException {
        var all = new ArrayList<Closeable>();
        all.add(model::close);
        adapters.forEach(adapter -> all.add(adapter::close));
        closeAll(all);
    }

    private static void closeAll(List<Closeable> all) throws IOException {
        for (Closeable one : all.reversed()) {
            one.close();
        }
    }
}
