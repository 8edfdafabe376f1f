package dev.weightsmith.tokenizer;

import dev.weightsmith.error.FileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/// Checks a `precompiled_charsmap`: the rules by which text is normalized, as a trie that the
/// official library walks without looking where it goes
/// (docs/specs/hostile-inputs.md#sentencepiece-models).
///
/// The layout: the trie's length in bytes, its units of 32 bits, then the replacements, each ended
/// by a zero byte. A unit holds a label in its low 8 bits, whether a value follows in bit 8, and
/// the distance to its children, combined by exclusive or, from bit 9 on; a unit with bit 31 is a
/// value, the place of a replacement.
final class NormalizationTrie {
    private static final int BLOCK_UNITS = 256;

    private final int[] units;
    private final int replacementBytes;
    private final BitSet seen = new BitSet();
    private final Deque<Integer> waiting = new ArrayDeque<>();

    private NormalizationTrie(int[] units, int replacementBytes) {
        this.units = units;
        this.replacementBytes = replacementBytes;
    }

    /// @throws FileException if a walk over any text could leave the trie or the replacements
    static void check(Path path, String field, byte[] charsmap) throws FileException {
        if (charsmap.length == 0) {
            return;
        }
        if (!isSound(ByteBuffer.wrap(charsmap).order(ByteOrder.LITTLE_ENDIAN))) {
            throw FileException.malformed(
                    path, field + ".precompiled_charsmap is broken: its trie leads out of it");
        }
    }

    private static boolean isSound(ByteBuffer charsmap) {
        if (charsmap.remaining() < Integer.BYTES) {
            return false;
        }
        int trieBytes = charsmap.getInt();
        boolean fits =
                trieBytes > 0
                        && trieBytes % (BLOCK_UNITS * Integer.BYTES) == 0
                        && trieBytes < charsmap.remaining();
        if (!fits || charsmap.get(charsmap.limit() - 1) != 0) {
            return false;
        }
        int[] units = new int[trieBytes / Integer.BYTES];
        charsmap.asIntBuffer().get(units);
        return new NormalizationTrie(units, charsmap.remaining() - trieBytes).walk();
    }

    /// Follows every path from the root once. Children of a unit lie in one aligned block of 256.
    private boolean walk() {
        if (!visit(distance(units[0]))) {
            return false;
        }
        while (!waiting.isEmpty()) {
            int children = waiting.remove();
            for (int label = 0; label < BLOCK_UNITS; label++) {
                int at = children ^ label;
                int unit = units[at];
                if ((unit & 0x8000_00FF) != label) {
                    continue;
                }
                int next = at ^ distance(unit);
                if (!visit(next) || (hasValue(unit) && !isReplacement(units[next]))) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean visit(int children) {
        if (children < 0 || children >= units.length) {
            return false;
        }
        if (!seen.get(children)) {
            seen.set(children);
            waiting.add(children);
        }
        return true;
    }

    private static int distance(int unit) {
        return (unit >>> 10) << ((unit & 0x200) >>> 6);
    }

    private static boolean hasValue(int unit) {
        return (unit & 0x100) != 0;
    }

    private boolean isReplacement(int unit) {
        return (unit & 0x7FFF_FFFF) < replacementBytes;
    }
}
