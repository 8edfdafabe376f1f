package dev.weightsmith.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Turns token ids into text as they come. A character whose bytes are spread over several tokens
/// appears when it is complete.
public final class PieceDecoder {
    private final Vocabulary vocabulary;
    private final CharsetDecoder utf8 =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private boolean first;

    /// @param dropFirstSpace whether the text begins here, where encoding had put a space
    public PieceDecoder(Vocabulary vocabulary, boolean dropFirstSpace) {
        this.vocabulary = vocabulary;
        this.first = dropFirstSpace;
    }

    /// The characters that are complete with this token.
    public String append(int id) {
        if (id >= vocabulary.pieces().size()) {
            // The embedding has more rows than the vocabulary has tokens.
            return "";
        }
        Piece piece = vocabulary.pieces().get(id);
        switch (piece.type()) {
            case CONTROL, UNUSED -> {}
            case UNKNOWN -> pending.writeBytes(" ⁇ ".getBytes(StandardCharsets.UTF_8));
            case BYTE -> pending.write(Integer.parseInt(piece.text().substring(3, 5), 16));
            case NORMAL, USER_DEFINED -> {
                String text = piece.text().replace('▁', ' ');
                boolean cut = first && text.startsWith(" ");
                pending.writeBytes(
                        (cut ? text.substring(1) : text).getBytes(StandardCharsets.UTF_8));
                first = false;
            }
        }
        return decode(false);
    }

    /// What is left at the end: the replacement character for one that never became complete.
    public String end() {
        return decode(true);
    }

    private String decode(boolean last) {
        ByteBuffer bytes = ByteBuffer.wrap(pending.toByteArray());
        CharBuffer out = CharBuffer.allocate(bytes.remaining() + 2);
        utf8.reset();
        utf8.decode(bytes, out, last);
        if (last) {
            utf8.flush(out);
        }
        pending.reset();
        pending.writeBytes(Arrays.copyOfRange(bytes.array(), bytes.position(), bytes.limit()));
        return out.flip().toString();
    }
}
