package dev.weightsmith.inference;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/// A stretch of a text that a model sees at once.
///
/// @param start place in the text
/// @param ids what the model sees
/// @param firstCounted the first of `ids` whose likelihood counts; at least 1, because nothing
///   comes before the first
public record TextWindow(int start, int[] ids, int firstCounted) {
    /// How a text is cut and which tokens count.
    public enum Method {
        /// As is usual with transformers: a token counts in the first window that has one before
        /// it, the last window may be short.
        TRANSFORMERS,
        /// As llama.cpp's tool does: full windows that each begin with the token that begins a
        /// text; the second half of each counts.
        LLAMA_CPP;

        /// As users write it.
        @Override
        public String toString() {
            return switch (this) {
                case TRANSFORMERS -> "transformers";
                case LLAMA_CPP -> "llama.cpp";
            };
        }
    }

    /// Cuts a text.
    ///
    /// @param stride tokens between the starts of windows; llama.cpp's are as far apart as long
    /// @param begin the token that begins a text
    /// @throws PlanException if the text is shorter than a window
    public static List<TextWindow> cut(
            Path text, int[] ids, int context, int stride, Method method, OptionalInt begin) {
        if (ids.length < context) {
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.MISMATCH,
                                    text,
                                    "has "
                                            + ids.length
                                            + " tokens, expected at least one window of "
                                            + context)
                            .withHint("take a longer text or a smaller --context"));
        }
        return switch (method) {
            case TRANSFORMERS -> sliding(ids, context, stride);
            case LLAMA_CPP -> halves(ids, context, begin);
        };
    }

    private static List<TextWindow> sliding(int[] ids, int context, int stride) {
        var windows = new ArrayList<TextWindow>();
        int counted = 1;
        for (int start = 0; start < ids.length; start += stride) {
            int end = Math.min(ids.length, start + context);
            int first = Math.max(1, counted - start);
            if (end - start > first) {
                windows.add(new TextWindow(start, Arrays.copyOfRange(ids, start, end), first));
            }
            counted = end;
            if (end == ids.length) {
                break;
            }
        }
        return windows;
    }

    private static List<TextWindow> halves(int[] ids, int context, OptionalInt begin) {
        var windows = new ArrayList<TextWindow>();
        for (int start = 0; start + context <= ids.length; start += context) {
            int[] window = Arrays.copyOfRange(ids, start, start + context);
            begin.ifPresent(id -> window[0] = id);
            windows.add(new TextWindow(start, window, context / 2 + 1));
        }
        return windows;
    }

    /// Tokens that count.
    int counted() {
        return ids.length - firstCounted;
    }

    /// The ids that count.
    int[] targets() {
        return Arrays.copyOfRange(ids, firstCounted, ids.length);
    }
}
