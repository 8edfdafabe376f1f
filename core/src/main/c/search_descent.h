/*
 * SYMCD: the symmetric search by coordinate descent, each element weighted by its own
 * square; one search per lane.
 */
#ifndef SEARCH_DESCENT_H
#define SEARCH_DESCENT_H

/* Searches side by side: each is one long chain of dependent operations. */
#define DESCENT_GROUPS 4
#define DESCENT_PASSES 5

/*
 * x: DESCENT_GROUPS times n vectors. Leaves the codes, and a scale for each group.
 */
INLINE void descent_search(int n, float limit, const vf *x, vf *code, vf *scale)
{
    enum { G = DESCENT_GROUPS };
    vf a[G], b[G], extreme[G];
    for (int g = 0; g < G; g++) {
        extreme[g] = extreme_of(n, x + g * n);
        vf s = all(-limit) / extreme[g];
        a[g] = b[g] = all(0);
        for (int i = 0; i < n; i++) {
            vf xi = x[g * n + i], w = xi * xi;
            vf level = nearest_between(s * xi, -limit, limit - 1);
            code[g * n + i] = level;
            a[g] = a[g] + (w * xi) * level;
            b[g] = b[g] + (w * level) * level;
        }
    }

    int moved = 1;
    for (int pass = 0; pass < DESCENT_PASSES && moved; pass++) {
        vm moves[G];
        for (int i = 0; i < n; i++)
            for (int g = 0; g < G; g++) {
                vf xi = x[g * n + i], w = xi * xi, wx = w * xi, level = code[g * n + i];
                vf other_a = a[g] - wx * level;
                vf other_b = b[g] - (w * level) * level;
                vf wanted = nearest_between((xi * other_b) / other_a, -limit, limit - 1);
                vm move = both(above(other_a, all(0)), differs(wanted, level));
                other_a = other_a + wx * wanted;
                other_b = other_b + (w * wanted) * wanted;
                move = both(move, above(other_b, all(0)));
                move = both(move, above((other_a * other_a) * b[g], (a[g] * a[g]) * other_b));
                code[g * n + i] = pick(move, wanted, level);
                a[g] = pick(move, other_a, a[g]);
                b[g] = pick(move, other_b, b[g]);
                moves[g] = i == 0 ? move : either(moves[g], move);
            }
        moved = 0;
        for (int g = 0; g < G; g++)
            moved |= any(moves[g]);
    }

    for (int g = 0; g < G; g++) {
        vm empty = below(magnitude(extreme[g]), all(EPSILON));
        scale[g] = zero_unless(above(b[g], all(0)), a[g] / b[g]);
        scale[g] = pick(empty, all(0), scale[g]);
        for (int i = 0; i < n; i++)
            code[g * n + i] = pick(empty, all(0), code[g * n + i] + all(limit));
    }
}

#endif
