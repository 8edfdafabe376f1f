package dev.weightsmith.tokenizer;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// What is found under the name `tokenizer.model` and is something else, told by its first bytes.
final class OtherTokenizers {
    private static final int HEAD = 256;

    /// A line of a tiktoken vocabulary: the token in base 64, a space, its rank.
    private static final Pattern TIKTOKEN = Pattern.compile("[A-Za-z0-9+/]+={0,2} [0-9]+\\R");

    private OtherTokenizers() {}

    static void refuse(Path path, byte[] bytes) throws FileException {
        // Text of these kinds is ASCII where it matters.
        String head =
                new String(bytes, 0, Math.min(HEAD, bytes.length), StandardCharsets.ISO_8859_1);
        if (head.isEmpty()) {
            throw FileException.malformed(path, "is empty, expected a SentencePiece model");
        }
        if (head.startsWith("{")) {
            throw unsupported(
                    path,
                    "is JSON, expected a SentencePiece model",
                    "give the folder that holds it, or a tokenizer.model");
        }
        if (TIKTOKEN.matcher(head).lookingAt()) {
            throw unsupported(
                    path,
                    "is a tiktoken vocabulary as Llama 3 has, expected a SentencePiece model",
                    "LLaMA, Llama 2 and their descendants have one");
        }
        if (head.startsWith("version https://git-lfs")) {
            throw new FileException(
                    Problem.of(ErrorKind.MALFORMED, path, "is a Git LFS pointer, not the file")
                            .withHint("run git lfs pull in its repository"));
        }
    }

    private static FileException unsupported(Path path, String message, String hint) {
        return new FileException(Problem.of(ErrorKind.UNSUPPORTED, path, message).withHint(hint));
    }
}
