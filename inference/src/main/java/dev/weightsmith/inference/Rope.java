package dev.weightsmith.inference;

import dev.weightsmith.config.ModelConfig;
import dev.weightsmith.config.RopeScaling;
import dev.weightsmith.output.GgufMetadata;
import java.util.List;
import java.util.OptionalDouble;

/// The angles by which queries and keys are turned, as transformers computes them: in float32.
final class Rope {
    private final ModelConfig config;

    Rope(ModelConfig config) {
        this.config = config;
    }

    /// Cosines and sines of some positions.
    ///
    /// @param cosines positions × half a head
    /// @param sines the same shape
    record Table(float[] cosines, float[] sines) {}

    /// The table of positions `first` to `first + count`.
    ///
    /// @param length tokens of the text so far; dynamic NTK stretches by it
    Table table(int first, int count, int length) {
        float[] frequencies = frequencies(length);
        float magnitude = magnitude();
        int half = frequencies.length;
        var table = new Table(new float[count * half], new float[count * half]);
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < half; i++) {
                float angle = (first + row) * frequencies[i];
                table.cosines[row * half + i] = (float) Math.cos(angle) * magnitude;
                table.sines[row * half + i] = (float) Math.sin(angle) * magnitude;
            }
        }
        return table;
    }

    /// Radians per position, one for each pair of a head's elements.
    private float[] frequencies(int length) {
        return switch (config.ropeScaling()) {
            case RopeScaling.None _ -> plain(config.ropeTheta());
            case RopeScaling.Linear linear -> {
                float[] frequencies = plain(config.ropeTheta());
                for (int i = 0; i < frequencies.length; i++) {
                    frequencies[i] /= (float) linear.factor();
                }
                yield frequencies;
            }
            case RopeScaling.DynamicNtk dynamic -> plain(dynamicTheta(dynamic, length));
            case RopeScaling.Yarn yarn -> yarn(yarn);
            case RopeScaling.Llama3 _, RopeScaling.Divisors _ -> {
                float[] frequencies = plain(config.ropeTheta());
                List<Float> divisors = GgufMetadata.ropeFrequencies(config);
                for (int i = 0; i < frequencies.length; i++) {
                    frequencies[i] /= divisors.get(i);
                }
                yield frequencies;
            }
        };
    }

    private float[] plain(double theta) {
        int size = config.headSize();
        float[] frequencies = new float[size / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1 / (float) Math.pow((float) theta, (float) (2 * i) / size);
        }
        return frequencies;
    }

    /// The base grows with the text, or by a fixed alpha where the configuration has one.
    private double dynamicTheta(RopeScaling.DynamicNtk dynamic, int length) {
        double factor = dynamic.factor();
        double stretch =
                dynamic.alpha()
                        .orElse(
                                factor
                                                * Math.max(length, config.contextLength())
                                                / config.contextLength()
                                        - (factor - 1));
        double size = config.headSize();
        return config.ropeTheta() * Math.pow(stretch, size / (size - 2));
    }

    /// Frequencies that turn often within the first training's context are kept, slow ones divided
    /// by the factor, those between blended.
    private float[] yarn(RopeScaling.Yarn yarn) {
        float[] frequencies = plain(config.ropeTheta());
        int size = config.headSize();
        double low = Math.max(0, Math.floor(yarnDimension(yarn, yarn.betaFast().orElse(32))));
        double high = Math.min(size - 1, Math.ceil(yarnDimension(yarn, yarn.betaSlow().orElse(1))));
        double span = low == high ? 0.001 : high - low;
        for (int i = 0; i < frequencies.length; i++) {
            float ramp = Math.clamp((float) ((i - low) / span), 0f, 1f);
            float kept = (1 - ramp) * (float) yarn.extrapolationFactor().orElse(1);
            frequencies[i] =
                    frequencies[i] / (float) yarn.factor() * (1 - kept) + frequencies[i] * kept;
        }
        return frequencies;
    }

    /// The pair that turns `rotations` times within the first training's context.
    private double yarnDimension(RopeScaling.Yarn yarn, double rotations) {
        return config.headSize()
                * Math.log(yarn.original() / (rotations * 2 * Math.PI))
                / (2 * Math.log(config.ropeTheta()));
    }

    private float magnitude() {
        if (!(config.ropeScaling() instanceof RopeScaling.Yarn yarn)) {
            return 1;
        }
        OptionalDouble given = yarn.attentionFactor();
        return (float) given.orElse(yarn.factor() <= 1 ? 1 : 0.1 * Math.log(yarn.factor()) + 1);
    }
}
