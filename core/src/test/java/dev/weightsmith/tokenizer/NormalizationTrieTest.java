package dev.weightsmith.tokenizer;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.SharedData;
import dev.weightsmith.error.FileException;
import dev.weightsmith.tokenizer.proto.ModelProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizationTrieTest {
    private static final Path FILE = Path.of("tokenizer.model");

    /// The root's children are in the first block; `a` has a child block of its own and a value.
    private static final int CHILD_OF_A = 256;

    @Test
    void realTrieIsSound() throws Exception {
        byte[] model = Files.readAllBytes(SharedData.path("tokenizers/chinese_sp.model"));
        byte[] charsmap =
                ModelProto.parseFrom(model)
                        .getNormalizerSpec()
                        .getPrecompiledCharsmap()
                        .toByteArray();
        assertThatCode(() -> check(charsmap)).doesNotThrowAnyException();
    }

    @Test
    void smallTrieIsSound() {
        assertThatCode(() -> check(trie('a' ^ CHILD_OF_A, 0).array())).doesNotThrowAnyException();
    }

    @Test
    void distanceOutOfTheTrieIsRefused() {
        assertRefused(trie(512, 0).array());
    }

    @Test
    void valueBeyondTheReplacementsIsRefused() {
        assertRefused(trie('a' ^ CHILD_OF_A, 2).array());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1, 1024 + 4, 3 * 1024, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void sizeThatDoesNotFitIsRefused(int size) {
        assertRefused(trie('a' ^ CHILD_OF_A, 0).putInt(0, size).array());
    }

    @Test
    void missingLastZeroIsRefused() {
        byte[] charsmap = trie('a' ^ CHILD_OF_A, 0).array();
        charsmap[charsmap.length - 1] = 'x';
        assertRefused(charsmap);
    }

    @Test
    void everyCutIsRefused() {
        byte[] charsmap = trie('a' ^ CHILD_OF_A, 0).array();
        for (int length = 1; length < 2053; length++) {
            assertRefused(Arrays.copyOf(charsmap, length));
        }
    }

    /// A trie of two blocks with the one rule `a` → `b`.
    private static ByteBuffer trie(int distance, int value) {
        var bytes = ByteBuffer.allocate(4 + 2048 + 2).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, 2048);
        bytes.putInt(4 + 4 * 'a', (distance << 10) | 0x100 | 'a');
        bytes.putInt(4 + 4 * CHILD_OF_A, 0x8000_0000 | value);
        bytes.put(4 + 2048, (byte) 'b');
        return bytes;
    }

    private static void assertRefused(byte[] charsmap) {
        assertThatThrownBy(() -> check(charsmap))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("normalizer_spec.precompiled_charsmap is broken");
    }

    private static void check(byte[] charsmap) throws FileException {
        NormalizationTrie.check(FILE, "normalizer_spec", charsmap);
    }
}
