package dev.weightsmith.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.error.PlanException;
import dev.weightsmith.pattern.StepBudget;
import dev.weightsmith.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypeOverrideTest {
    @ParameterizedTest
    @ValueSource(strings = {"ffn_down=q6_k", "FFN_DOWN=Q6_K", "blk\\.[0-3]\\.ffn=Q6_K"})
    void theExpressionIsFoundAnywhereInTheName(String text) {
        var override = TypeOverride.parse(text);
        assertThat(override.matches("blk.2.ffn_down.weight", new StepBudget())).isTrue();
    }

    @Test
    void theTypeStandsBehindTheLastEqualsSign() {
        assertThat(TypeOverride.parse("a(?=b)=f16").dtype()).isEqualTo(DType.F16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffn_down", "=Q6_K", "(=Q6_K", "ffn_down=Q7", "ffn_down=IQ2_S"})
    void whatIsNoExpressionAndTypeIsRefused(String text) {
        assertThatThrownBy(() -> TypeOverride.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anExpressionThatNeverEndsIsStopped() {
        var override = TypeOverride.parse(".*.*.*.*.*.*.*.*.*.*!=F16");
        String name = "blk.10.attn_output.weight" + "a".repeat(30);
        assertThatThrownBy(() -> override.matches(name, new StepBudget()))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("takes too long");
    }
}
