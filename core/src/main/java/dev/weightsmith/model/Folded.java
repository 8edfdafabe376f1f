package dev.weightsmith.model;

import dev.weightsmith.error.Finding;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.format.Formats;
import dev.weightsmith.lora.Doctor;
import dev.weightsmith.lora.LoraAdapter;
import dev.weightsmith.lora.LoraPlanner;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;

/// A model with adapters folded in, as recipes; without adapters the model itself.
///
/// @param model what the fold makes; still nothing is read
/// @param findings what is worth knowing about the inputs, none of them an error
/// @param adapters held open for the recipes that read them
public record Folded(LlamaModel model, List<Finding> findings, List<LoraAdapter> adapters)
        implements Closeable {

    public Folded {
        findings = List.copyOf(findings);
        adapters = List.copyOf(adapters);
    }

    /// Opens a base and adapters, has the doctor examine them, and folds.
    ///
    /// @param loras folders or archives, in the order in which they are folded
    /// @param roundOnce whether all deltas are added in float32 and rounded once, instead of after
    ///   each adapter as the reference scripts do
    /// @throws dev.weightsmith.error.FileException if an input is not what it must be
    /// @throws PlanException if the inputs do not fit together, with all that is wrong
    public static Folded open(Path base, List<Path> loras, boolean roundOnce) throws IOException {
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
            return fold(model, adapters, roundOnce);
        } catch (IOException | RuntimeException e) {
            closeAll(opened);
            throw e;
        }
    }

    private static Folded fold(LlamaModel base, List<LoraAdapter> adapters, boolean roundOnce)
            throws IOException {
        var findings = new ArrayList<Finding>(ModelFindings.of(base));
        findings.addAll(
                Doctor.examine(base.path(), base.readable(), adapters, Folded::tokenizerSize));
        Finding.requireNoErrors(findings);
        SequencedMap<String, Recipe> tensors =
                LoraPlanner.fold(base.tensors(), adapters, roundOnce);
        LlamaModel folded = base.withTensors(tensors);
        for (LoraAdapter adapter : adapters) {
            folded = folded.reading(adapter.sources());
            if (adapter.tokenizerFolder().isPresent()) {
                folded =
                        folded.withTokenizer(
                                new LlamaModel.Tokenizer.Folder(adapter.tokenizerFolder().get()));
            }
        }
        folded = AdapterFiles.put(base, folded, adapters, findings);
        Finding.requireNoErrors(findings);
        findings.addAll(tokenizerNotes(folded));
        return new Folded(folded, findings, adapters);
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

    private static OptionalInt tokenizerSize(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return OptionalInt.empty();
        }
        return TokenizerFiles.read(place).stream()
                .mapToInt(TokenizerFiles::vocabularySize)
                .findFirst();
    }

    /// The files of weights behind base and adapters.
    public List<Path> files() {
        return model.sources().paths();
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
