package dev.weightsmith.quantize;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.checkpoint.Source;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.llama.GgufChatTemplates;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tokenizer.ChatTemplates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/// A GGUF model written again, every tensor as it is, with other metadata where they are asked for:
/// what a conversion is that names no type.
///
/// @param name the value of `general.name`; absent: as in the file
/// @param templates likewise
public record GgufCopy(GgufFile file, Optional<String> name, Optional<ChatTemplates> templates) {

    /// The file that a model still is, because nothing was folded into it.
    public static Optional<GgufFile> file(LlamaModel model) {
        List<Checkpoint> opened = model.sources().checkpoints();
        Set<Source> sources = model.sources().all();
        return opened.size() == 1
                        && opened.getFirst() instanceof GgufFile file
                        && model.tensors().values().stream()
                                .allMatch(recipe -> isStored(sources, recipe))
                ? Optional.of(file)
                : Optional.empty();
    }

    private static boolean isStored(Set<Source> sources, Recipe recipe) {
        return switch (recipe) {
            case Recipe.Load load -> sources.contains(load.source());
            case Recipe.RotaryRows rotary -> isStored(sources, rotary.input());
            default -> false;
        };
    }

    /// @param stem of the file's name in a folder
    /// @param out a file, where it ends in `.gguf`; else a folder
    /// @throws PlanException if the request says how to quantize, or several files would have to be
    ///   one
    public Plan plan(String stem, Path out, QuantizeRequest request) throws IOException {
        requireNothingToQuantize(request);
        String type = type().map(known -> "-" + known).orElse("");
        return QuantizePlan.plan(
                out,
                QuantizedModel.files(
                        QuantizePlan.fileName(out, stem + type),
                        0,
                        metadata(request),
                        QuantizedModel.grouped(QuantizeSource.stored(file), request.split())));
    }

    private void requireNothingToQuantize(QuantizeRequest request) {
        if (!request.options().equals(QuantizationOptions.none())
                || request.importance().isPresent()) {
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    file.path(),
                                    "keeps the types of its tensors where no --type is given, so"
                                            + " that options of quantizing mean nothing")
                            .withHint("give --type"));
        }
    }

    private Optional<FileType> type() {
        return file.metadata().get("general.file_type") instanceof GgufValue.U32(long number)
                ? FileType.ofNumber(number)
                : Optional.empty();
    }

    private SequencedMap<String, GgufValue> metadata(QuantizeRequest request) {
        var values = new LinkedHashMap<>(file.metadata());
        name.ifPresent(text -> values.put("general.name", new GgufValue.Text(text)));
        templates.ifPresent(asked -> GgufChatTemplates.put(values, asked));
        QuantizedMetadata.override(values, request.overrides());
        return values;
    }
}
