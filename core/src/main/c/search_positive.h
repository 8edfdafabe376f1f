/*
 * POS: scale and codes of the scales or minimums of super-blocks, value = scale * code; one
 * search, that is one super-block, per lane.
 */
#ifndef SEARCH_POSITIVE_H
#define SEARCH_POSITIVE_H

#define POSITIVE_PASSES 5

INLINE vf low_byte(vf whole) { return floats(low_bytes(integers(whole))); }

/* NI, limited to N from above only. */
INLINE vf nearest_below(vf v, float limit) { return lesser(nearest(v), all(limit)); }

/* x, w, code: n vectors. Codes are whole bytes: a negative x, rare but possible, wraps. */
INLINE vf positive_search(int n, float limit, const vf *x, const vf *w, vf *code)
{
    vf top = all(0);
    for (int i = 0; i < n; i++)
        top = greater(top, x[i]);

    vf s = all(limit) / top;
    vf g = all(1) / s;
    vf error = all(0);
    for (int i = 0; i < n; i++) {
        vf difference = x[i] - g * low_byte(nearest(s * x[i]));
        error = error + (w[i] * difference) * difference;
    }
    for (int t = -4; t <= 4; t++) {
        if (t == 0)
            continue;
        vf trial = all(0.1f * (float) t + limit) / top;
        vf trial_error = all(0);
        g = all(1) / trial;
        for (int i = 0; i < n; i++) {
            vf difference = x[i] - g * nearest_below(trial * x[i], limit);
            trial_error = trial_error + (w[i] * difference) * difference;
        }
        vm better = below(trial_error, error);
        error = pick(better, trial_error, error);
        s = pick(better, trial, s);
    }

    vf a = all(0), b = all(0);
    for (int i = 0; i < n; i++) {
        vf level = nearest_below(s * x[i], limit);
        a = a + (w[i] * x[i]) * level;
        b = b + (w[i] * level) * level;
        code[i] = low_byte(level);
    }
    int moved = 1;
    for (int pass = 0; pass < POSITIVE_PASSES && moved; pass++) {
        moved = 0;
        for (int i = 0; i < n; i++) {
            vf other_a = a - (w[i] * x[i]) * code[i];
            vf other_b = b - (w[i] * code[i]) * code[i];
            vm move = both(above(other_a, all(0)), above(other_b, all(0)));
            vf wanted = nearest_below((x[i] * other_b) / other_a, limit);
            move = both(move, differs(wanted, code[i]));
            other_a = other_a + (w[i] * x[i]) * wanted;
            other_b = other_b + (w[i] * wanted) * wanted;
            move = both(move, above((other_a * other_a) * b, (a * a) * other_b));
            code[i] = pick(move, low_byte(wanted), code[i]);
            a = pick(move, other_a, a);
            b = pick(move, other_b, b);
            moved |= any(move);
        }
    }

    vm empty = below(top, all(EPSILON));
    for (int i = 0; i < n; i++)
        code[i] = pick(empty, all(0), code[i]);
    return pick(empty, all(0), zero_unless(above(b, all(0)), a / b));
}

#endif
