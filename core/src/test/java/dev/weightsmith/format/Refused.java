package dev.weightsmith.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// What a refusal must say.
public final class Refused {
    private Refused() {}

    /// Requires that `action` fails with a [FileException] of this kind whose line holds `words`.
    public static Problem file(ThrowingCallable action, ErrorKind kind, String... words) {
        var thrown = catchThrowable(action);
        assertThat(thrown).isInstanceOf(FileException.class);
        return requireSays(((FileException) thrown).problem(), kind, words);
    }

    /// The same for a [PlanException].
    public static Problem plan(ThrowingCallable action, ErrorKind kind, String... words) {
        var thrown = catchThrowable(action);
        assertThat(thrown).isInstanceOf(PlanException.class);
        return requireSays(((PlanException) thrown).problem(), kind, words);
    }

    private static Problem requireSays(Problem problem, ErrorKind kind, String... words) {
        for (var word : words) {
            assertThat(problem.toString()).contains(word);
        }
        assertThat(problem.toString()).doesNotContain("\n");
        assertThat(problem.kind()).as(problem.toString()).isEqualTo(kind);
        return problem;
    }
}
