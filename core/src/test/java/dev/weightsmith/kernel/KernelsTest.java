package dev.weightsmith.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KernelsTest {
    static Stream<KernelSet> sets() {
        return Kernels.available().stream();
    }

    static Stream<KernelSet> nativeSets() {
        return sets().filter(NativeKernels.class::isInstance);
    }

    @AfterEach
    void forgetTheChoice() {
        System.clearProperty(Kernels.PROPERTY);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void propertyForcesAChoice(KernelSet set) {
        System.setProperty(Kernels.PROPERTY, set.name());
        assertThat(Kernels.loraFold()).hasSameClassAs(set.loraFold());
        assertThat(Kernels.description()).startsWith(set.name() + " (possible");
    }

    @ParameterizedTest
    @MethodSource("sets")
    void whatASetLacksIsDoneInJava(KernelSet set) {
        System.setProperty(Kernels.PROPERTY, set.name());
        assertThat(Kernels.codec(DType.F64)).containsInstanceOf(JavaF64.class);
    }

    @Test
    void impossibleChoiceSaysWhatIsPossible() {
        System.setProperty(Kernels.PROPERTY, "altivec");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Kernels.codec(DType.F16))
                .withMessageStartingWith("no kernels 'altivec' here, possible are ")
                .withMessageEndingWith("java (weightsmith.kernels)");
    }

    @Test
    void typesWithoutValuesHaveNoCodec() {
        assertThat(Kernels.codec(DType.I64)).isEmpty();
    }

    @Test
    void buildPacksNativeKernelsWhereItCan() {
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64")
                        && Files.isExecutable(Path.of("/usr/bin/cc"))
                        && Files.isExecutable(Path.of("/usr/bin/make")),
                "skipped: no Linux on x86-64 with cc and make");
        assertThat(Kernels.description()).doesNotContain("no native ones");
    }

    @ParameterizedTest
    @MethodSource("nativeSets")
    void buffersThatAreTooSmallAreRefusedBeforeTheyAreTouched(KernelSet set) {
        var codec = set.codec(DType.Q4_0).orElseThrow();
        try (var arena = Arena.ofConfined()) {
            var values = arena.allocate(4 * 64);
            var encoded = arena.allocate(2 * 18);
            var none = Optional.<MemorySegment>empty();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> codec.encode(values.asSlice(1), encoded, 1, 64, none))
                    .withMessage("1 rows of 64 F32 need 256 bytes off the heap, found 255 off it");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> codec.encode(values, encoded.asSlice(1), 1, 64, none));
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            codec.encode(values, encoded, 1, 64, Optional.of(values.asSlice(4))));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> codec.decode(encoded.asSlice(1), values, 1, 64));
        }
    }
}
