package dev.weightsmith.quantize;

import static dev.weightsmith.quantize.FileType.IQ1_M;
import static dev.weightsmith.quantize.FileType.IQ1_S;
import static dev.weightsmith.quantize.FileType.IQ2_M;
import static dev.weightsmith.quantize.FileType.IQ2_S;
import static dev.weightsmith.quantize.FileType.IQ2_XS;
import static dev.weightsmith.quantize.FileType.IQ2_XXS;
import static dev.weightsmith.quantize.FileType.IQ3_XS;

import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.TensorInfo;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// llama.cpp's rules for giving important tensors better types
/// (docs/specs/quantize-types.md#mixtures, branch by branch).
///
/// The rules count the tensors they are asked about, role by role, so that in files sorted by layer
/// the count is the layer.
final class MixtureRules {
    private static final Set<FileType> BELOW_THREE_BITS =
            EnumSet.of(IQ2_XXS, IQ2_XS, IQ1_S, IQ2_S, IQ2_M, IQ1_M);

    private final FileType type;
    private final QuantizationOptions options;
    private final ModelFacts facts;
    private final boolean tied;
    private final int values;
    private final boolean weighted;

    private int valueIndex;
    private int downIndex;
    private int gateIndex;
    private int upIndex;

    private MixtureRules(
            FileType type,
            QuantizationOptions options,
            ModelFacts facts,
            boolean tied,
            int values,
            boolean weighted) {
        this.type = type;
        this.options = options;
        this.facts = facts;
        this.tied = tied;
        this.values = values;
        this.weighted = weighted;
    }

    static MixtureRules of(
            FileType type,
            QuantizationOptions options,
            ModelFacts facts,
            List<TensorInfo> tensors,
            boolean hasImportanceMatrix) {
        List<TensorRole> roles =
                tensors.stream().map(tensor -> TensorRole.of(tensor.name())).toList();
        return new MixtureRules(
                type,
                options,
                facts,
                !roles.contains(TensorRole.OUTPUT),
                (int) roles.stream().filter(role -> role == TensorRole.VALUE).count(),
                hasImportanceMatrix);
    }

    /// The type of the next tensor with this role.
    DType next(TensorRole role, long columns) {
        if (role == TensorRole.OUTPUT || (role == TensorRole.EMBEDDING && tied)) {
            return output(columns);
        }
        if (role == TensorRole.EMBEDDING) {
            return embedding();
        }
        boolean tiny = BELOW_THREE_BITS.contains(type);
        return switch (role) {
            case VALUE -> {
                int index = valueIndex++;
                yield tiny ? tinyValue() : value(index);
            }
            case DOWN -> {
                int index = downIndex++;
                yield tiny ? tinyDown(index) : down(index);
            }
            case ATTENTION_OUTPUT -> tiny ? tinyAttentionOutput() : attentionOutput();
            case QUERY, KEY -> queryOrKey();
            case GATE -> gateOrUp(gateIndex++);
            case UP -> gateOrUp(upIndex++);
            case EMBEDDING, OUTPUT, OTHER -> main();
        };
    }

    private DType main() {
        return type.mainType();
    }

    private DType output(long columns) {
        if (options.outputTensorType().isPresent()) {
            return options.outputTensorType().get();
        }
        if (main() == DType.Q8_0 || !ShapeFallback.fits(main(), columns)) {
            return DType.Q8_0;
        }
        return switch (type) {
            case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ2_M, IQ3_XXS -> DType.Q5_K;
            default -> DType.Q6_K;
        };
    }

    private DType embedding() {
        return switch (type) {
            case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS -> DType.Q2_K;
            case IQ2_S, IQ2_M, IQ3_XXS -> DType.IQ3_S;
            case TQ1_0, TQ2_0 -> DType.Q4_K;
            default -> main();
        };
    }

    private DType tinyValue() {
        return facts.sharing() >= 4 ? DType.Q4_K : tinyBetter();
    }

    private DType tinyDown(int index) {
        return inFirst(index, 8) ? tinyBetter() : main();
    }

    private DType tinyBetter() {
        return type == IQ2_S || type == IQ2_M ? DType.IQ3_S : DType.Q2_K;
    }

    private DType tinyAttentionOutput() {
        return switch (type) {
            case IQ1_S, IQ1_M -> DType.IQ2_XXS;
            case IQ2_S, IQ2_M -> DType.IQ3_S;
            default -> main();
        };
    }

    private DType value(int index) {
        boolean shared = facts.sharing() >= 4;
        DType chosen =
                switch (type) {
                    case Q2_K -> shared ? DType.Q4_K : DType.Q3_K;
                    case Q2_K_S, IQ3_XS, IQ3_S -> shared ? DType.Q4_K : main();
                    case IQ3_XXS -> shared ? DType.Q4_K : weighted ? DType.IQ3_XXS : DType.IQ3_S;
                    case IQ3_M -> DType.Q4_K;
                    case Q3_K_M -> index < 2 ? DType.Q5_K : DType.Q4_K;
                    case Q3_K_L -> DType.Q5_K;
                    case IQ4_NL, IQ4_XS -> shared ? DType.Q5_K : main();
                    case Q4_K_M, Q5_K_M -> getsMoreBits(index, values) ? DType.Q6_K : main();
                    case Q4_K_S -> index < 4 ? DType.Q5_K : main();
                    default -> main();
                };
        // Eight query heads share one: a better type costs hardly anything.
        return facts.is70B() && (chosen == DType.Q3_K || chosen == DType.Q4_K)
                ? DType.Q5_K
                : chosen;
    }

    private DType queryOrKey() {
        return switch (type) {
            case IQ3_XS -> DType.IQ3_XXS;
            case IQ3_XXS -> DType.IQ2_S;
            default -> main();
        };
    }

    private DType down(int index) {
        boolean early = inFirst(index, 8);
        return switch (type) {
            case Q2_K -> DType.Q3_K;
            case Q2_K_S, IQ3_M -> early ? DType.Q4_K : main();
            case IQ3_XXS -> weighted ? main() : early ? DType.Q4_K : DType.Q3_K;
            case Q3_K_M -> inFirst(index, 16) ? DType.Q5_K : DType.Q4_K;
            case Q3_K_L -> DType.Q5_K;
            case Q4_K_M, Q5_K_M -> getsMoreBits(index, facts.layers()) ? DType.Q6_K : main();
            case Q4_K_S -> early ? DType.Q5_K : main();
            case IQ4_NL, IQ4_XS -> early && !weighted ? DType.Q5_K : main();
            case Q4_0 -> early && weighted ? DType.Q4_1 : main();
            case Q5_0 -> early && weighted ? DType.Q5_1 : main();
            default -> main();
        };
    }

    private DType attentionOutput() {
        return switch (type) {
            case Q2_K -> DType.Q3_K;
            case IQ3_XXS -> DType.IQ3_S;
            case Q3_K_M, IQ3_M -> DType.Q4_K;
            case Q3_K_L -> DType.Q5_K;
            default -> main();
        };
    }

    private DType gateOrUp(int index) {
        int layers = facts.layers();
        return type == IQ3_XS && index >= layers / 8 && index < 7 * layers / 8
                ? DType.IQ3_XXS
                : main();
    }

    private boolean inFirst(int index, int part) {
        return index < facts.layers() / part;
    }

    /// The first and last eighth, and every third in between.
    private static boolean getsMoreBits(int index, int count) {
        int eighth = count / 8;
        return index < eighth || index >= 7 * count / 8 || (index - eighth) % 3 == 2;
    }
}
