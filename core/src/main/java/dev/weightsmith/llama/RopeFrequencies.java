package dev.weightsmith.llama;

import java.util.ArrayList;
import java.util.List;

/// The divisors of the rotary frequencies that Llama 3.1's rope scaling makes, one for each pair of
/// a head: GGUF's tensor `rope_freqs.weight` (specs/gguf.md §6).
final class RopeFrequencies {
    private RopeFrequencies() {}

    /// In float32 throughout and in the operations of PyTorch, which divides a number by a tensor
    /// as the number times the tensor's reciprocal.
    static List<Float> of(RopeScaling.Llama3 scaling, int headSize, double theta) {
        float factor = (float) scaling.factor();
        float low = (float) scaling.lowFrequency();
        float span = (float) (scaling.highFrequency() - scaling.lowFrequency());
        float longest = (float) (scaling.original() / scaling.lowFrequency());
        float shortest = (float) (scaling.original() / scaling.highFrequency());
        List<Float> divisors = new ArrayList<>(headSize / 2);
        for (int i = 0; i < headSize; i += 2) {
            float frequency = 1 / (float) Math.pow((float) theta, (float) i / headSize);
            float wavelength = 1 / frequency * (float) (2 * Math.PI);
            if (wavelength < shortest) {
                divisors.add(1f);
            } else if (wavelength > longest) {
                divisors.add(factor);
            } else {
                float smooth = (1 / wavelength * scaling.original() - low) / span;
                divisors.add(1 / ((1 - smooth) / factor + smooth));
            }
        }
        return List.copyOf(divisors);
    }
}
