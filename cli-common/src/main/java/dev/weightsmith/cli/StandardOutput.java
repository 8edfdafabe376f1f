package dev.weightsmith.cli;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/// Standard output that fails loudly.
///
/// `System.out` swallows errors: a listing piped into `head` would run to its end, and one written
/// to a full disk would count as done. Output is UTF-8 wherever it goes, as JSON has to be.
public final class StandardOutput extends Writer {
    private static final int BUFFER = 1 << 13;

    private final OutputStream stream;
    private final StringBuilder pending = new StringBuilder();

    StandardOutput(OutputStream stream) {
        this.stream = stream;
    }

    /// A printer to this process's standard output; flush it before the end.
    public static PrintWriter printer() {
        return new PrintWriter(new StandardOutput(new FileOutputStream(FileDescriptor.out)), false);
    }

    @Override
    public void write(char[] characters, int offset, int length) {
        pending.append(characters, offset, length);
        if (pending.length() > BUFFER) {
            flush();
        }
    }

    /// @throws UncheckedIOException because `PrintWriter` swallows checked ones
    @Override
    public void flush() {
        byte[] bytes = pending.toString().getBytes(StandardCharsets.UTF_8);
        pending.setLength(0);
        try {
            stream.write(bytes);
            stream.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(failure(e));
        }
    }

    @Override
    public void close() {
        flush();
    }

    private static IOException failure(IOException cause) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains("Broken pipe") || message.contains("pipe is being closed")) {
            return new ClosedPipeException(cause);
        }
        ErrorKind kind = message.contains("No space left") ? ErrorKind.NO_SPACE : ErrorKind.IO;
        return new FileException(
                Problem.of(kind, "standard output cannot be written: " + message), cause);
    }
}
