package dev.weightsmith.loss;

import java.util.List;

/// How often errors of each size occur in one tensor.
///
/// @param limit the largest error without sign; the bins divide −limit to +limit evenly
public record ErrorHistogram(String tensor, double limit, List<Long> counts) {
    public ErrorHistogram {
        counts = List.copyOf(counts);
    }
}
