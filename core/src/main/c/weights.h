/* How much an error in each element counts in a search. */
#ifndef WEIGHTS_H
#define WEIGHTS_H

/* Strictly sequential sums, one per lane. */
INLINE vf sum_of_squares(int n, const vf *x)
{
    vf sum = all(0);
    for (int i = 0; i < n; i++)
        sum = sum + x[i] * x[i];
    return sum;
}
INLINE vf sum_of(int n, const vf *w)
{
    vf sum = all(0);
    for (int i = 0; i < n; i++)
        sum = sum + w[i];
    return sum;
}

/* Own weights of Q3_K, Q6_K and IQ4. */
INLINE void squares(int n, const vf *x, vf *w)
{
    for (int i = 0; i < n; i++)
        w[i] = x[i] * x[i];
}

/* Own weights of Q2_K. */
INLINE void magnitudes(int n, const vf *x, vf *w)
{
    for (int i = 0; i < n; i++)
        w[i] = magnitude(x[i]);
}

/* Own weights of Q4_K and Q5_K. */
INLINE void raised_magnitudes(int n, const vf *x, vf *w)
{
    vf level = root(sum_of_squares(n, x) / all((float) n));
    for (int i = 0; i < n; i++)
        w[i] = level + magnitude(x[i]);
}

/* With importance: w holds it and becomes importance * sqrt(spread + x*x). */
INLINE void weigh(int n, const vf *x, vf spread, vf *w)
{
    for (int i = 0; i < n; i++)
        w[i] = w[i] * root(spread + x[i] * x[i]);
}

/* Sum of squares of each of `count` rows, at most LANES, divided by their length. */
INLINE void row_spreads(const float *x, int count, int32_t columns, float *spreads)
{
    const float *rows[LANES];
    for (int lane = 0; lane < LANES; lane++)
        rows[lane] = x + (int64_t) (lane < count ? lane : count - 1) * columns;
    vf sum = all(0);
    for (int32_t at = 0; at < columns; at += 32) {
        vf values[32];
        load_lanes(rows, at, 32, values);
        for (int i = 0; i < 32; i++)
            sum = sum + values[i] * values[i];
    }
    store(spreads, sum / all((float) columns));
}

#endif
