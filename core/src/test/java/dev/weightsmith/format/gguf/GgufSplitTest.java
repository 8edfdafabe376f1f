package dev.weightsmith.format.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weightsmith.checkpoint.TestFiles;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.Refused;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufSplitTest {
    /// Five tensors of 40 bytes.
    private static final List<TensorInfo> TENSORS =
            IntStream.range(0, 5)
                    .mapToObj(i -> new TensorInfo("t" + i, DType.F32, Shape.of(2, 5)))
                    .toList();

    @TempDir Path folder;

    // Planning

    @Test
    void aPartEndsBeforeTheTensorThatWouldMakeItTooLarge() {
        assertThat(sizes(119, Integer.MAX_VALUE)).containsExactly(2, 2, 1);
        assertThat(sizes(120, Integer.MAX_VALUE)).containsExactly(3, 2);
    }

    @Test
    void aPartEndsWhenItHasEnoughTensors() {
        assertThat(sizes(Long.MAX_VALUE, 2)).containsExactly(2, 2, 1);
    }

    @Test
    void aTensorLargerThanAPartIsAPartOfItsOwn() {
        assertThat(sizes(1, Integer.MAX_VALUE)).containsExactly(1, 1, 1, 1, 1);
    }

    @Test
    void theFirstPartHasAllMetadataAndEveryPartItsNumber() throws IOException {
        var parts = GgufSplit.plan("a.b.gguf", metadata(), GgufSplit.divide(TENSORS, 120, 5));
        assertThat(parts)
                .extracting(GgufSplit.Part::name)
                .containsExactly("a.b-00001-of-00002.gguf", "a.b-00002-of-00002.gguf");
        write(parts);
        try (var first = GgufPart.open(folder.resolve("a.b-00001-of-00002.gguf"));
                var second = GgufPart.open(folder.resolve("a.b-00002-of-00002.gguf"))) {
            assertThat(first.metadata().toString())
                    .isEqualTo(
                            "{general.name=Text[value=x], split.no=U16[value=0],"
                                    + " split.count=U16[value=2],"
                                    + " split.tensors.count=I32[value=5]}");
            assertThat(second.metadata().toString())
                    .isEqualTo(
                            "{split.no=U16[value=1], split.count=U16[value=2],"
                                    + " split.tensors.count=I32[value=5]}");
        }
    }

    @Test
    void aModelThatFitsIsOneFileWithoutSplitKeys() throws IOException {
        var metadata = metadata();
        metadata.put("split.no", new GgufValue.U16(0));
        var parts = GgufSplit.plan("m.gguf", metadata, GgufSplit.divide(TENSORS, 1 << 20, 5));
        assertThat(parts).extracting(GgufSplit.Part::name).containsExactly("m.gguf");
        write(parts);
        try (var file = GgufFile.open(folder.resolve("m.gguf"))) {
            assertThat(file.metadata()).isEqualTo(metadata());
        }
    }

    @Test
    void moreThan65535PartsAreRefused() {
        var tensors =
                IntStream.range(0, 65_536)
                        .mapToObj(i -> new TensorInfo("t" + i, DType.F32, Shape.of(1)))
                        .toList();
        Refused.plan(
                () ->
                        GgufSplit.plan(
                                "m.gguf", metadata(), GgufSplit.divide(tensors, Long.MAX_VALUE, 1)),
                ErrorKind.LIMIT,
                "'m.gguf' would be 65536 parts");
    }

    @Test
    void partsWithoutRoomAreACallersMistake() {
        assertThatIllegalArgumentException().isThrownBy(() -> sizes(0, 1));
    }

    // Joining

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void anyPartOpensTheWholeModel(int part) throws IOException {
        write(split());
        try (var model = GgufFile.open(part(part))) {
            assertThat(model.tensors()).containsExactlyElementsOf(TENSORS);
            assertThat(model.metadata()).isEqualTo(metadata());
            assertThat(model.container()).isEqualTo("GGUF v3, 3 parts");
            assertThat(model.files()).containsExactly(part(1), part(2), part(3));
            for (var tensor : model.tensors()) {
                assertThat(TestFiles.bytes(model, tensor)).isEqualTo(TestFiles.pattern(tensor));
            }
            model.verify();
        }
    }

    @Test
    void aMissingPartIsNamed() throws IOException {
        write(split());
        Files.delete(part(2));
        refused("part 'm-00002-of-00003.gguf' is missing");
    }

    @Test
    void aPartUnderAnotherNameIsRefused() throws IOException {
        write(split());
        Files.move(part(1), folder.resolve("other.gguf"));
        Refused.file(
                () -> GgufFile.open(folder.resolve("other.gguf")).close(),
                ErrorKind.MALFORMED,
                "is one of 3 parts, but its name does not say which");
    }

    @Test
    void partsWhoseNumbersAreSwappedAreRefused() throws IOException {
        write(split());
        Files.move(part(2), folder.resolve("kept"));
        Files.move(part(3), part(2));
        Files.move(folder.resolve("kept"), part(3));
        refused("m-00002-of-00003.gguf: split.no is 2, expected 1");
    }

    @Test
    void anotherNumberOfTensorsIsRefused() throws IOException {
        write(split());
        replace(3, values(2, 3, 5), TENSORS.subList(0, 0));
        refused("split.tensors.count is 5, expected 4");
    }

    @Test
    void aPartOfAnotherCountIsRefused() throws IOException {
        write(split());
        replace(2, values(1, 4, 5), TENSORS.subList(2, 4));
        refused("m-00002-of-00003.gguf: split.count is 4, expected 3");
    }

    @Test
    void aPartThatIsNoPartIsRefused() throws IOException {
        write(split());
        replace(2, new LinkedHashMap<>(), TENSORS.subList(2, 4));
        refused("m-00002-of-00003.gguf: split.no is missing, expected 1");
    }

    @Test
    void aTensorInTwoPartsIsRefused() throws IOException {
        write(split());
        replace(2, values(1, 3, 5), TENSORS.subList(0, 2));
        refused("m-00002-of-00003.gguf: tensor 't0' is also in", "m-00001-of-00003.gguf'");
    }

    @Test
    void aPartOfAnotherModelIsRefused() throws IOException {
        write(split());
        var values = values(1, 3, 5);
        values.put("general.name", new GgufValue.Text("y"));
        replace(2, values, TENSORS.subList(2, 4));
        refused("m-00002-of-00003.gguf: value of 'general.name' differs");
    }

    private void refused(String... words) {
        Problem problem =
                Refused.file(() -> GgufFile.open(part(1)).close(), ErrorKind.MALFORMED, words);
        assertThat(problem.file()).isPresent();
    }

    private static List<Integer> sizes(long maxBytes, int maxTensors) {
        return GgufSplit.plan("m.gguf", metadata(), GgufSplit.divide(TENSORS, maxBytes, maxTensors))
                .stream()
                .map(part -> part.layout().tensors().size())
                .toList();
    }

    private static List<GgufSplit.Part> split() {
        return GgufSplit.plan("m.gguf", metadata(), GgufSplit.divide(TENSORS, 100, 5));
    }

    private static SequencedMap<String, GgufValue> metadata() {
        var metadata = new LinkedHashMap<String, GgufValue>();
        metadata.put("general.name", new GgufValue.Text("x"));
        return metadata;
    }

    private static SequencedMap<String, GgufValue> values(int number, int count, int tensors) {
        var values = new LinkedHashMap<String, GgufValue>();
        values.put("split.no", new GgufValue.U16(number));
        values.put("split.count", new GgufValue.U16(count));
        values.put("split.tensors.count", new GgufValue.I32(tensors));
        return values;
    }

    private Path part(int number) {
        return folder.resolve(new GgufPartName("m", number, 3).toString());
    }

    private void replace(
            int number, SequencedMap<String, GgufValue> values, List<TensorInfo> tensors)
            throws IOException {
        Files.delete(part(number));
        TestFiles.write(part(number), GgufLayout.of(values, tensors), TestFiles::pattern);
    }

    private void write(List<GgufSplit.Part> parts) throws IOException {
        for (var part : parts) {
            TestFiles.write(folder.resolve(part.name()), part.layout(), TestFiles::pattern);
        }
    }
}
