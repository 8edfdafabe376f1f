package dev.weightsmith.lora;

import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.engine.RowPairs;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.Printable;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.Tensors;
import dev.weightsmith.tensor.TensorInfo;
import dev.weightsmith.tokenizer.KnownVocabulary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;

/// Examines a whole merge before anything is written: says what each file is, and finds what does
/// not fit or is likely not meant.
///
/// Its errors are the planner's and a few more, for which it looks into files.
public final class Doctor {
    /// Rows compared to tell whether a base already holds an adapter's embedding.
    private static final int COMPARED_ROWS = 64;

    /// From here on MKL splits its sums (docs/specs/adapters.md#merge-arithmetic).
    private static final int RANK_WITH_OTHER_LAST_BITS = 256;

    private static final long CHUNK = 1 << 20;

    /// What trainers pad a vocabulary to: Transformers' advice, axolotl, LLaMA-Factory.
    private static final List<Integer> MULTIPLES = List.of(8, 16, 32, 64, 128);

    private final Path base;
    private final SequencedMap<String, Recipe> model;
    private final Sources sources;
    private final List<LoraAdapter> adapters;
    private final TokenizerSize.Finder tokenizers;
    private final MissingPart missingPart;
    private final List<Finding> findings = new ArrayList<>();

    private Doctor(
            Path base,
            Tensors model,
            List<LoraAdapter> adapters,
            TokenizerSize.Finder tokenizers,
            MissingPart missingPart) {
        this.base = base;
        this.model = model.recipes();
        this.sources = model.sources();
        this.adapters = adapters;
        this.tokenizers = tokenizers;
        this.missingPart = missingPart;
    }

    /// What there is to know about folding `adapters`, in this order, into the model at `base`.
    ///
    /// @param base for messages
    /// @param model by Hugging Face name
    /// @param missingPart knows which adapters stand on others
    public static List<Finding> examine(
            Path base,
            Tensors model,
            List<LoraAdapter> adapters,
            TokenizerSize.Finder tokenizers,
            MissingPart missingPart)
            throws IOException {
        var doctor = new Doctor(base, model, List.copyOf(adapters), tokenizers, missingPart);
        doctor.examineBase();
        doctor.lookForCopies();
        doctor.lookForMergedBase();
        doctor.lookForMissingParts();
        doctor.fold();
        doctor.examineAdapters();
        return List.copyOf(doctor.findings);
    }

    private void examineBase() throws IOException {
        OptionalLong rows = Fold.vocabulary(model);
        if (rows.isEmpty()) {
            return;
        }
        findings.add(
                Finding.note(
                        base, "has a vocabulary of " + KnownVocabulary.describe(rows.getAsLong())));
        OptionalInt pieces = pieces(base);
        if (pieces.isPresent() && pieces.getAsInt() > rows.getAsLong()) {
            findings.add(tooManyPieces(base, pieces.getAsInt(), rows.getAsLong()));
        } else if (pieces.isPresent() && pieces.getAsInt() < rows.getAsLong()) {
            findings.add(
                    Finding.note(
                            base,
                            "has %d embedding rows for a tokenizer of %d pieces"
                                    .formatted(rows.getAsLong(), pieces.getAsInt())));
        }
    }

    private OptionalInt pieces(Path place) throws IOException {
        return tokenizers.of(place).stream().mapToInt(TokenizerSize::tokens).findFirst();
    }

    private void fold() {
        var fold = new Fold(model, false);
        adapters.forEach(fold::add);
        findings.addAll(fold.findings());
    }

    private void lookForCopies() throws IOException {
        for (int i = 0; i < adapters.size(); i++) {
            for (int j = 0; j < i; j++) {
                LoraAdapter one = adapters.get(j);
                LoraAdapter other = adapters.get(i);
                // The same place twice is what the fold says.
                if (!Fold.samePlace(one, other) && SameTensors.in(one.weights(), other.weights())) {
                    findings.add(
                            Finding.error(
                                    other.source(),
                                    "is the same adapter as " + Printable.text("" + one.source()),
                                    "give each adapter once"));
                }
            }
        }
    }

    private void lookForMergedBase() throws IOException {
        OptionalLong before = Fold.vocabulary(model);
        Optional<LoraAdapter> first =
                adapters.stream().filter(a -> Fold.vocabulary(a).isPresent()).findFirst();
        if (before.isEmpty() || first.isEmpty()) {
            return;
        }
        LoraAdapter adapter = first.get();
        long rows = Fold.vocabulary(adapter).getAsLong();
        Optional<KnownVocabulary> was = KnownVocabulary.ofSize(before.getAsLong());
        Optional<KnownVocabulary> becomes = KnownVocabulary.ofSize(rows);
        if (rows == before.getAsLong()) {
            compareEmbeddings(adapter, rows);
        } else if (becomes.equals(Optional.of(KnownVocabulary.CHINESE_ALPACA))
                && was.equals(Optional.of(KnownVocabulary.CHINESE_LLAMA))) {
            findings.add(
                    Finding.note(
                            base,
                            "already holds the Chinese-LLaMA part that Chinese-Alpaca-Plus"
                                    + " adapters build on"));
        }
    }

    private void lookForMissingParts() throws IOException {
        OptionalLong before = Fold.vocabulary(model);
        for (LoraAdapter adapter : adapters) {
            OptionalLong after = Fold.vocabulary(adapter);
            if (before.isPresent() && after.isPresent()) {
                missingPart
                        .in(
                                adapter,
                                before.getAsLong(),
                                after.getAsLong(),
                                tokenizers.of(adapter.tokenizerFolder().orElse(adapter.folder())))
                        .ifPresent(findings::add);
            }
            before = after.isPresent() ? after : before;
        }
    }

    /// A base of the adapter's own grown vocabulary may be the result of this very merge. An
    /// embedding that was trained and is in the base already says that it is.
    private void compareEmbeddings(LoraAdapter adapter, long rows) throws IOException {
        Recipe mine = adapter.replaced().get(Architecture.EMBEDDING);
        Recipe theirs = model.get(Architecture.EMBEDDING);
        if (mine == null || theirs == null) {
            return;
        }
        Optional<Boolean> same = sameRows(mine, theirs, sources.and(adapter.sources()));
        boolean trained = adapter.config().isSavedWhole(Architecture.EMBEDDING);
        boolean grown =
                KnownVocabulary.ofSize(rows).filter(v -> v != KnownVocabulary.LLAMA).isPresent();
        if (trained && same.equals(Optional.of(true))) {
            findings.add(
                    Finding.error(
                            base,
                            "is already merged with %s: it holds this adapter's embedding of %s rows"
                                    .formatted(
                                            Printable.text("" + adapter.source()),
                                            KnownVocabulary.describe(rows)),
                            "leave the adapter out, or give the original base"));
        } else if (grown && same.isEmpty()) {
            findings.add(
                    Finding.warning(
                            base,
                            "has the vocabulary of %s that %s brings"
                                    .formatted(
                                            KnownVocabulary.describe(rows),
                                            Printable.text("" + adapter.source())),
                            "if the base is already merged with it, the deltas are added twice"));
        } else if (grown) {
            findings.add(
                    Finding.note(
                            base,
                            "already has the vocabulary of %s, with another embedding than %s"
                                    .formatted(
                                            KnownVocabulary.describe(rows),
                                            Printable.text("" + adapter.source()))));
        }
    }

    /// Whether a few rows, evenly spread, are the same in both once `mine` has the other's type;
    /// empty if that is no type of plain numbers.
    static Optional<Boolean> sameRows(Recipe mine, Recipe theirs, Sources sources)
            throws IOException {
        if (!mine.shape().equals(theirs.shape())) {
            return Optional.of(false);
        }
        if (!mine.dtype().isPlainFloat() || !theirs.dtype().isPlainFloat()) {
            return Optional.empty();
        }
        try (var pairs = RowPairs.open(mine.as(theirs.dtype()), theirs, sources)) {
            return Optional.of(
                    pairs.sample(
                            mine.shape().rows(),
                            COMPARED_ROWS,
                            (_, _, one, other) -> one.mismatch(other) < 0));
        }
    }

    private void examineAdapters() throws IOException {
        OptionalLong vocabulary = Fold.vocabulary(model);
        for (LoraAdapter adapter : adapters) {
            OptionalLong brought = Fold.vocabulary(adapter);
            findings.add(describe(adapter, brought));
            vocabulary = brought.isPresent() ? brought : vocabulary;
            compareTokenizer(adapter, brought, vocabulary);
            examineContents(adapter);
        }
    }

    private static Finding describe(LoraAdapter adapter, OptionalLong brought) {
        return Finding.note(
                adapter.source(),
                "changes "
                        + adapter.pairs().size()
                        + " modules with rank "
                        + adapter.config().rank()
                        + (brought.isPresent()
                                ? " and brings a vocabulary of "
                                        + KnownVocabulary.describe(brought.getAsLong())
                                : ""));
    }

    private void compareTokenizer(
            LoraAdapter adapter, OptionalLong brought, OptionalLong vocabulary) throws IOException {
        OptionalInt found = pieces(adapter.folder());
        if (found.isEmpty() || vocabulary.isEmpty()) {
            return;
        }
        int pieces = found.getAsInt();
        long rows = vocabulary.getAsLong();
        if (brought.isPresent() && pieces != rows && isPadded(pieces, rows)) {
            findings.add(
                    Finding.note(
                            adapter.source(),
                            "has %d embedding rows for a tokenizer of %s pieces: the last %d are padding"
                                    .formatted(
                                            rows,
                                            KnownVocabulary.describe(pieces),
                                            rows - pieces)));
        } else if (brought.isPresent() && pieces != rows) {
            findings.add(
                    Finding.error(
                            adapter.source(),
                            "has %s embedding rows, but its tokenizer %s pieces"
                                    .formatted(
                                            KnownVocabulary.describe(rows),
                                            KnownVocabulary.describe(pieces)),
                            "the tokenizer beside the adapter belongs to another one"));
        } else if (pieces > rows) {
            findings.add(tooManyPieces(adapter.source(), pieces, rows));
        } else if (pieces < rows) {
            findings.add(
                    Finding.warning(
                            adapter.source(),
                            "brings a tokenizer of %s pieces to an embedding of %s rows"
                                    .formatted(
                                            KnownVocabulary.describe(pieces),
                                            KnownVocabulary.describe(rows)),
                            "it may belong to the model before its vocabulary grew"));
        }
    }

    /// Whether rows beyond the tokenizer are there to make a round number, or were there before.
    private boolean isPadded(int pieces, long rows) throws IOException {
        boolean round =
                MULTIPLES.stream()
                        .anyMatch(multiple -> Math.ceilDiv(pieces, multiple) * multiple == rows);
        return round
                || (Fold.vocabulary(model).equals(OptionalLong.of(rows))
                        && tokenizers
                                .of(base)
                                .map(TokenizerSize::tokens)
                                .equals(Optional.of(pieces)));
    }

    private static Finding tooManyPieces(Path place, long pieces, long rows) {
        return Finding.error(
                place,
                "has a tokenizer of %s pieces for an embedding of %s rows"
                        .formatted(
                                KnownVocabulary.describe(pieces), KnownVocabulary.describe(rows)),
                "the tokenizer belongs to another model");
    }

    private void examineContents(LoraAdapter adapter) throws IOException {
        Path source = adapter.source();
        for (String module : adapter.config().modulesToSave()) {
            if (adapter.replaced().keySet().stream().noneMatch(name -> isPart(name, module))) {
                findings.add(
                        Finding.warning(
                                source,
                                "names %s in modules_to_save, but holds no such weight"
                                        .formatted(Printable.name(module)),
                                "if it was trained, the adapter is incomplete"));
            }
        }
        if (!adapter.pairs().isEmpty() && changesNothing(adapter)) {
            findings.add(
                    Finding.warning(
                            source,
                            "has nothing but zeros in every lora_B: its deltas change nothing",
                            "it looks like an adapter before its first training step"));
        }
        if (adapter.config().fanInFanOut()) {
            findings.add(
                    Finding.note(
                            source,
                            "says fan_in_fan_out, which PEFT ignores for linear layers, as is"
                                    + " done here"));
        }
        if (adapter.pairs().values().stream()
                .anyMatch(pair -> pair.rank() >= RANK_WITH_OTHER_LAST_BITS)) {
            findings.add(
                    Finding.note(
                            source,
                            "has rank %d or more: last bits can differ from PyTorch's, which splits such sums"
                                    .formatted(RANK_WITH_OTHER_LAST_BITS)));
        }
    }

    private static boolean isPart(String tensor, String module) {
        return (tensor + ".").contains(module + ".");
    }

    private static boolean changesNothing(LoraAdapter adapter) throws IOException {
        for (TensorInfo tensor : adapter.weights().tensors()) {
            if (AdapterKey.of(tensor.name()) instanceof AdapterKey.LoraB
                    && !isZero(adapter, tensor)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(LoraAdapter adapter, TensorInfo tensor) throws IOException {
        // Columns are the rank, which is bounded.
        long step = Math.min(tensor.rows(), Math.max(1, CHUNK / tensor.rowBytes()));
        try (var arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(step * tensor.rowBytes());
            MemorySegment zeros = arena.allocate(bytes.byteSize());
            for (long row = 0; row < tensor.rows(); row += step) {
                long count = Math.min(step, tensor.rows() - row);
                long length = count * tensor.rowBytes();
                adapter.weights().readRows(tensor, row, count, bytes.asSlice(0, length));
                if (bytes.asSlice(0, length).mismatch(zeros.asSlice(0, length)) >= 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
