/*
 * NL: the scale with value = scale * level of the codebook for 32 elements, one search per
 * lane.
 */
#ifndef SEARCH_CODEBOOK_H
#define SEARCH_CODEBOOK_H

/* How many factors are evaluated in one pass over the elements. */
#define CODEBOOK_TRIES 4

INLINE vf codebook_search(const vf *x, const vf *w)
{
    enum { K = CODEBOOK_TRIES };
    vf extreme = extreme_of(32, x);
    vf scale = all(0), best = all(0);
    for (int t = 0; t < 16; t += K) {
        vf factor[K], a[K], b[K];
        for (int k = 0; k < K; k++) {
            /*
             * Others than the first map the extreme to the other end: near the lowest level
             * instead of near the highest.
             */
            if (t + k == 0)
                factor[k] = all(1) / (negated(extreme) / all(-127));
            else
                factor[k] = all((float) (t + k - 8 - 127)) / extreme;
            a[k] = b[k] = all(0);
        }
        for (int i = 0; i < 32; i++)
            for (int k = 0; k < K; k++) {
                vf level = codebook_level(factor[k] * x[i]);
                vf weighted = w[i] * level;
                a[k] = a[k] + weighted * x[i];
                b[k] = b[k] + weighted * level;
            }
        for (int k = 0; k < K; k++) {
            vf ratio = a[k] / b[k];
            if (t + k == 0) {
                scale = zero_unless(above(b[k], all(0)), ratio);
                best = scale * a[k];
                continue;
            }
            vm better = both(above(b[k], all(0)), above(a[k] * a[k], best * b[k]));
            scale = pick(better, ratio, scale);
            best = pick(better, ratio * a[k], best);
        }
    }
    return pick(below(magnitude(extreme), all(EPSILON)), all(0), scale);
}

#endif
