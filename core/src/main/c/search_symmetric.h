/*
 * SYM: scale and codes with value = scale * (code - N), one search per lane.
 */
#ifndef SEARCH_SYMMETRIC_H
#define SEARCH_SYMMETRIC_H

/* code = NI(divisor * x), limited to -N ... N-1, + base; the base is 0 where all is zero. */
typedef struct {
    vf scale, divisor, base;
} symmetric_found;

/* How many divisors are evaluated in one pass over the elements. */
#define SYMMETRIC_TRIES 4

INLINE symmetric_found symmetric_search(int n, float limit, const vf *x, const vf *w)
{
    /* The first is the obvious one; the last repeats, which changes nothing. */
    static const int order[20] = {
        0, -9, -8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9,
    };
    enum { K = SYMMETRIC_TRIES };
    vf extreme = extreme_of(n, x);
    vf scale = all(0), best = all(0), divisor = all(0);

    for (int t = 0; t < 20; t += K) {
        vf s[K], a[K], b[K];
        for (int k = 0; k < K; k++) {
            /* For the obvious one this is -N, too. */
            s[k] = all(-(limit + 0.1f * (float) order[t + k])) / extreme;
            a[k] = b[k] = all(0);
        }
        for (int i = 0; i < n; i++) {
            vf wx = w[i] * x[i];
            for (int k = 0; k < K; k++) {
                vf level = nearest_between(s[k] * x[i], -limit, limit - 1);
                a[k] = a[k] + wx * level;
                b[k] = b[k] + (w[i] * level) * level;
            }
        }
        for (int k = 0; k < K; k++) {
            vf ratio = a[k] / b[k];
            if (t + k == 0) {
                scale = zero_unless(differs(b[k], all(0)), ratio);
                divisor = s[k];
                best = scale * a[k];
                continue;
            }
            vm better = both(above(b[k], all(0)), above(a[k] * a[k], best * b[k]));
            scale = pick(better, ratio, scale);
            divisor = pick(better, s[k], divisor);
            best = pick(better, ratio * a[k], best);
        }
    }

    vm empty = below(magnitude(extreme), all(EPSILON));
    symmetric_found found = {
        pick(empty, all(0), scale),
        pick(empty, all(0), divisor),
        pick(empty, all(0), all(limit)),
    };
    return found;
}

/* The codes of such a search as floats. */
INLINE vf symmetric_code(const symmetric_found *found, vf x, float limit)
{
    return nearest_between(found->divisor * x, -limit, limit - 1) + found->base;
}

#endif
