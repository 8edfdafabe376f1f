package dev.weightsmith.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.pattern.StepBudget;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Expected answers: Python's `re.match(rf"(.*\.)?({key})$", path)`.
class ModulePatternTest {
    @ParameterizedTest
    @CsvSource({
        "q_proj,                  model.layers.0.self_attn.q_proj, true",
        "q_proj,                  q_proj,                          true",
        "q_proj,                  xq_proj,                         false",
        "layers.1.mlp.down_proj,  model.layers.1.mlp.down_proj,    true",
        "layers.1.mlp.down_proj,  model.layers.11.mlp.down_proj,   false",
        "layers.1.mlp.down_proj,  model.layersX1.mlp.down_proj,    true",
        "q_proj|v_proj,           model.v_proj,                    true",
        "[qv]_proj,               model.v_proj,                    true",
        "layers\\.\\d+\\.up_proj, model.layers.17.up_proj,         true",
        "model,                   model.v_proj,                    false",
        "^model.v_proj,           model.v_proj,                    true",
        "a)|(b,                   b,                               true",
        ".*,                      anything.at.all,                 true"
    })
    void matchesAsPythonDoes(String key, String path, boolean expected) {
        assertThat(ModulePattern.of(key).matches(path, new StepBudget())).isEqualTo(expected);
    }
}
