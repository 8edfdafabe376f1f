/*
 * AFF: scale, minimum and codes with value = scale * code - minimum, one search per lane.
 */
#ifndef SEARCH_AFFINE_H
#define SEARCH_AFFINE_H

/* Two searches side by side hide each other's latency. */
#define AFFINE_GROUPS 2

/* Which divisors are tried, and what an error counts. */
typedef struct {
    float start;   /* r */
    float step;    /* dr */
    int last;      /* T: there are T + 1 rounds */
    int absolute;  /* errors count by magnitude instead of by square */
} affine_tries;

static const affine_tries affine_with_importance = {-0.9f, 0.05f, 36, 0};

/* code = NI(divisor * (x - offset)), limited to 0 ... N. */
typedef struct {
    vf scale, low, divisor, offset;
} affine_found;

INLINE vf affine_error(vf scale, vf code, vf low, vf x, int absolute)
{
    vf difference = (scale * code + low) - x;
    if (absolute)
        return magnitude(difference);
    return difference * difference;
}

/*
 * x, w: AFFINE_GROUPS times n vectors. The minimum found is -low.
 */
INLINE void affine_search(int n, float limit, affine_tries tries, const vf *x, const vf *w,
        affine_found *found)
{
    enum { G = AFFINE_GROUPS };
    vf first_low[G], high[G], sum_w[G], sum_x[G];
    vf low[G], scale[G], error[G], divisor[G], offset[G];
    vf code[G * 32];

    for (int g = 0; g < G; g++) {
        const vf *xs = x + g * n, *ws = w + g * n;
        vf lo = xs[0], hi = xs[0], sw = ws[0], sx = ws[0] * xs[0];
        for (int i = 1; i < n; i++) {
            lo = lesser(xs[i], lo);
            hi = greater(xs[i], hi);
            sw = sw + ws[i];
            sx = sx + ws[i] * xs[i];
        }
        lo = pick(above(lo, all(0)), all(0), lo);
        first_low[g] = low[g] = offset[g] = lo;
        high[g] = hi;
        sum_w[g] = sw;
        sum_x[g] = sx;

        divisor[g] = all(limit) / (hi - lo);
        scale[g] = all(1) / divisor[g];
        error[g] = all(0);
    }
    for (int i = 0; i < n; i++)
        for (int g = 0; g < G; g++) {
            vf c = nearest_between(divisor[g] * (x[g * n + i] - low[g]), 0, limit);
            error[g] = error[g] + w[g * n + i]
                    * affine_error(scale[g], c, low[g], x[g * n + i], tries.absolute);
        }

    for (int t = 0; t <= tries.last; t++) {
        float reach = (tries.start + tries.step * (float) t) + limit;
        vf s[G], sum1[G], sum2[G], sum_xc[G];
        for (int g = 0; g < G; g++) {
            s[g] = all(reach) / (high[g] - low[g]);
            sum1[g] = sum2[g] = sum_xc[g] = all(0);
        }
        for (int i = 0; i < n; i++)
            for (int g = 0; g < G; g++) {
                vf xi = x[g * n + i];
                vf c = nearest_between(s[g] * (xi - low[g]), 0, limit);
                vf wc = w[g * n + i] * c;
                code[g * n + i] = c;
                sum1[g] = sum1[g] + wc;
                sum2[g] = sum2[g] + wc * c;
                sum_xc[g] = sum_xc[g] + wc * xi;
            }

        vf trial_scale[G], trial_low[G], trial_error[G];
        vm solvable[G];
        for (int g = 0; g < G; g++) {
            vf determinant = sum_w[g] * sum2[g] - sum1[g] * sum1[g];
            solvable[g] = above(determinant, all(0));
            trial_scale[g] = (sum_w[g] * sum_xc[g] - sum_x[g] * sum1[g]) / determinant;
            trial_low[g] = (sum2[g] * sum_x[g] - sum1[g] * sum_xc[g]) / determinant;
            vm positive = above(trial_low[g], all(0));
            if (any(positive)) {
                trial_low[g] = pick(positive, all(0), trial_low[g]);
                trial_scale[g] = pick(positive, sum_xc[g] / sum2[g], trial_scale[g]);
            }
            trial_error[g] = all(0);
        }
        for (int i = 0; i < n; i++)
            for (int g = 0; g < G; g++)
                trial_error[g] = trial_error[g] + w[g * n + i]
                        * affine_error(trial_scale[g], code[g * n + i], trial_low[g],
                                x[g * n + i], tries.absolute);

        for (int g = 0; g < G; g++) {
            vm better = both(solvable[g], below(trial_error[g], error[g]));
            error[g] = pick(better, trial_error[g], error[g]);
            scale[g] = pick(better, trial_scale[g], scale[g]);
            divisor[g] = pick(better, s[g], divisor[g]);
            offset[g] = pick(better, low[g], offset[g]);
            low[g] = pick(better, trial_low[g], low[g]);
        }
    }

    /* Lanes without a range went along on garbage. */
    for (int g = 0; g < G; g++) {
        vm ranged = differs(high[g], first_low[g]);
        found[g].scale = zero_unless(ranged, scale[g]);
        found[g].low = pick(ranged, low[g], first_low[g]);
        found[g].divisor = zero_unless(ranged, divisor[g]);
        found[g].offset = pick(ranged, offset[g], first_low[g]);
    }
}

#endif
