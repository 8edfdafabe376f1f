package dev.weightsmith.quantize;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.pattern.StepBudget;
import dev.weightsmith.tensor.DType;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// `REGEX=TYPE`: the type of all tensors in whose GGUF name the expression is found.
public final class TypeOverride {
    private final Pattern pattern;
    private final DType dtype;

    private TypeOverride(Pattern pattern, DType dtype) {
        this.pattern = pattern;
        this.dtype = dtype;
    }

    /// Reads `REGEX=TYPE`. Upper and lower case are the same, as in llama.cpp.
    ///
    /// @throws IllegalArgumentException if it is not of this form
    public static TypeOverride parse(String text) {
        int equals = text.lastIndexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException(
                    "'%s' is not REGEX=TYPE, for example ffn_down=Q6_K".formatted(text));
        }
        String regex = text.substring(0, equals);
        DType dtype = Encodable.parse(text.substring(equals + 1));
        try {
            return new TypeOverride(Pattern.compile(regex, Pattern.CASE_INSENSITIVE), dtype);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "'%s' is no regular expression: %s".formatted(regex, e.getDescription()), e);
        }
    }

    public DType dtype() {
        return dtype;
    }

    /// @throws PlanException if telling would take too long
    public boolean matches(String name, StepBudget budget) {
        try {
            return pattern.matcher(budget.meter(name)).find();
        } catch (StepBudget.Exhausted e) {
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.LIMIT,
                                    "the expression %s takes too long to match"
                                            .formatted(Printable.name(pattern.pattern())))
                            .withHint("avoid repetitions inside repetitions, such as (a+)+"));
        }
    }

    /// As on the command line.
    @Override
    public String toString() {
        return pattern.pattern() + "=" + dtype;
    }
}
