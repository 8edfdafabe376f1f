package dev.weightsmith.inference;

/// How far one model's probabilities are from another's, token by token: the Kullback-Leibler
/// divergence, which is 0 for the same probabilities.
///
/// With logits `a` and `b` and `p` the probabilities of `a` it is `Σ p (a - b)` minus the
/// difference of the logarithms of their sums; the logits come in blocks of ids.
final class Divergence {
    private final TokenScores reference;
    private final TokenScores model;
    private final double[] cross;

    Divergence(int[] targets) {
        this.reference = new TokenScores(targets);
        this.model = new TokenScores(targets);
        this.cross = new double[targets.length];
    }

    TokenScores reference() {
        return reference;
    }

    TokenScores model() {
        return model;
    }

    /// Takes both models' logits of ids `firstId` to `firstId + count` for one token.
    void add(int token, int firstId, float[] expected, float[] found, int offset, int count) {
        double scale = reference.add(token, firstId, expected, offset, count);
        model.add(token, firstId, found, offset, count);
        double largest = reference.largest(token);
        double sum = cross[token] * scale;
        for (int i = offset; i < offset + count; i++) {
            sum += Math.exp(expected[i] - largest) * ((double) expected[i] - found[i]);
        }
        cross[token] = sum;
    }

    /// In nats; rounding does not make it negative.
    double of(int token) {
        double difference = model.logSum(token) - reference.logSum(token);
        return Math.max(0, cross[token] / reference.sum(token) + difference);
    }

    /// Whether both find the same id likeliest.
    boolean agree(int token) {
        return reference.top(token) == model.top(token);
    }
}
