package dev.weightsmith.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KernelChoiceTest {
    private static final Platform LINUX = new Platform("linux", "x86_64");
    private static final Platform WINDOWS = new Platform("windows-11", "x86_64");
    private static final NativeLibrary LOADED =
            new NativeLibrary.Loaded(SymbolLookup.loaderLookup());
    private static final NativeLibrary ABSENT = new NativeLibrary.Absent("this build has none");
    private static final KernelSet JAVA = new JavaKernels();

    private record Avx2() implements KernelSet {
        @Override
        public String name() {
            return "avx2";
        }

        @Override
        public Optional<Codec> codec(DType dtype) {
            return JAVA.codec(dtype);
        }

        @Override
        public LoraFold loraFold() {
            return JAVA.loraFold();
        }
    }

    private static KernelChoice choice(
            Platform platform, NativeLibrary library, List<KernelSet> available, String... asked) {
        return new KernelChoice(platform, library, available, List.of(asked).stream().findFirst());
    }

    @Test
    void nativeKernelsNeedNoReason() {
        assertThat(choice(LINUX, LOADED, List.of(new Avx2(), JAVA)).whyJava()).isEmpty();
        assertThat(choice(LINUX, LOADED, List.of(new Avx2(), JAVA), "avx2").whyJava()).isEmpty();
    }

    @Test
    void reasonIsThePropertyWhereItAsksForJava() {
        assertThat(choice(LINUX, LOADED, List.of(new Avx2(), JAVA), "java").whyJava())
                .contains("weightsmith.kernels asks for them");
    }

    @Test
    void reasonIsTheLibraryWhereItIsAbsent() {
        assertThat(choice(LINUX, ABSENT, List.of(JAVA)).whyJava()).contains("this build has none");
        assertThat(choice(LINUX, ABSENT, List.of(JAVA), "java").whyJava())
                .contains("this build has none");
    }

    @Test
    void reasonIsTheProcessorWhereTheLibraryHasNothingForIt() {
        assertThat(choice(LINUX, LOADED, List.of(JAVA)).whyJava())
                .contains("this processor runs none of avx512, avx2, neon");
    }

    @Test
    void platformWithoutNativeKernelsNeedsNoReason() {
        assertThat(choice(WINDOWS, ABSENT, List.of(JAVA)).whyJava()).isEmpty();
    }
}
