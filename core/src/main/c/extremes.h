/* What the searches need to know of a block before they begin, one block per lane. */
#ifndef EXTREMES_H
#define EXTREMES_H

/* The element of largest magnitude with its sign, the first of equals; +0 if all are zero. */
INLINE vf extreme_of(int n, const vf *x)
{
    vf largest_magnitude = all(0), extreme = all(0);
    for (int i = 0; i < n; i++) {
        vm more = above(magnitude(x[i]), largest_magnitude);
        largest_magnitude = pick(more, magnitude(x[i]), largest_magnitude);
        extreme = pick(more, x[i], extreme);
    }
    return extreme;
}

/* The largest above +0. */
INLINE vf positive_of(int n, const vf *v)
{
    vf top = all(0);
    for (int j = 0; j < n; j++)
        top = greater(v[j], top);
    return top;
}

#endif
