package dev.weightsmith.inference;

import java.util.Arrays;

/// What a model's logits say about tokens that are known: how likely each was, and which was
/// likeliest. The logits come in blocks of ids, in double precision.
final class TokenScores {
    private final int[] targets;
    private final double[] largest;
    private final double[] sums;
    private final double[] targetLogits;
    private final int[] top;

    /// @param targets the true ids
    TokenScores(int[] targets) {
        this.targets = targets.clone();
        this.largest = new double[targets.length];
        this.sums = new double[targets.length];
        this.targetLogits = new double[targets.length];
        this.top = new int[targets.length];
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        Arrays.fill(targetLogits, Double.NaN);
    }

    int tokens() {
        return targets.length;
    }

    /// Takes the logits of ids `firstId` to `firstId + count` for one token.
    ///
    /// @return by what everything that was summed before has to be multiplied, because there is a
    ///   new largest logit
    double add(int token, int firstId, float[] logits, int offset, int count) {
        double before = largest[token];
        double most = before;
        for (int i = 0; i < count; i++) {
            if (logits[offset + i] > most) {
                most = logits[offset + i];
                top[token] = firstId + i;
            }
        }
        double scale = most == before ? 1 : Math.exp(before - most);
        double sum = sums[token] * scale;
        for (int i = 0; i < count; i++) {
            sum += Math.exp(logits[offset + i] - most);
        }
        largest[token] = most;
        sums[token] = sum;
        int place = targets[token] - firstId;
        if (place >= 0 && place < count) {
            targetLogits[token] = logits[offset + place];
        }
        return scale;
    }

    /// The largest logit so far.
    double largest(int token) {
        return largest[token];
    }

    /// The sum of `exp(logit - largest)`.
    double sum(int token) {
        return sums[token];
    }

    /// The id with the largest logit.
    int top(int token) {
        return top[token];
    }

    /// The logarithm of the sum of all logits' exponentials.
    double logSum(int token) {
        return largest[token] + Math.log(sums[token]);
    }

    /// Minus the logarithm of the true id's probability.
    double loss(int token) {
        return logSum(token) - targetLogits[token];
    }

    /// All losses together.
    double loss() {
        double loss = 0;
        for (int token = 0; token < targets.length; token++) {
            loss += loss(token);
        }
        return loss;
    }
}
