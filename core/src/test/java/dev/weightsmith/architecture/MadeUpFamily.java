package dev.weightsmith.architecture;

import static dev.weightsmith.architecture.Part.matrix;
import static dev.weightsmith.architecture.Part.norm;
import static dev.weightsmith.architecture.Size.HIDDEN;
import static dev.weightsmith.architecture.Size.INTERMEDIATE;
import static dev.weightsmith.architecture.Size.KEYS;
import static dev.weightsmith.architecture.Size.QUERIES;
import static dev.weightsmith.architecture.Size.VOCABULARY;

import dev.weightsmith.architecture.Part.Bias;
import dev.weightsmith.architecture.Part.Heads;
import java.util.List;

/// A family that nobody has: other names than LLaMA's, and biases.
public final class MadeUpFamily implements Architectures.Family {
    @Override
    public Architecture architecture() {
        Bias always = new Bias.Always();
        return new Architecture(
                "Made Up",
                "made-up",
                "MadeUpForCausalLM",
                List.of(matrix(Role.EMBEDDING, "model.embed_tokens", VOCABULARY, HIDDEN)),
                List.of(
                        norm(Role.ATTENTION_NORM, "first_norm"),
                        matrix(Role.QUERY, "mixer.ask", QUERIES, HIDDEN)
                                .rotary(Heads.QUERIES)
                                .bias(always),
                        matrix(Role.KEY, "mixer.key", KEYS, HIDDEN).rotary(Heads.KEYS).bias(always),
                        matrix(Role.VALUE, "mixer.value", KEYS, HIDDEN).bias(always),
                        matrix(Role.ATTENTION_OUTPUT, "mixer.answer", HIDDEN, QUERIES),
                        norm(Role.FEED_FORWARD_NORM, "second_norm"),
                        matrix(Role.GATE, "wide.gate", INTERMEDIATE, HIDDEN),
                        matrix(Role.UP, "wide.up", INTERMEDIATE, HIDDEN),
                        matrix(Role.DOWN, "wide.down", HIDDEN, INTERMEDIATE)),
                List.of(
                        norm(Role.OUTPUT_NORM, "model.last_norm"),
                        matrix(Role.OUTPUT, "lm_head", VOCABULARY, HIDDEN)));
    }
}
