/* One example, channels first. Inner loops run over neighbours, so that compilers can use vector instructions. */

/* The nearest integer, to even where two are as near, behind the zero point and within a byte. */
static uint8_t rounded(float value, int zero, int relu)
{
    float moved = nearbyintf(value) + (float)zero;
    float least = relu ? (float)zero : 0.0f;
    return (uint8_t)(moved < least ? least : moved > 255.0f ? 255.0f : moved);
}

/* From which output on, and up to which, a kernel's column stands inside of the row that it reads. */
static int first_inside(int shift, int stride)
{
    return shift >= 0 ? 0 : (-shift + stride - 1) / stride;
}

static int last_inside(int shift, int stride, int width, int count)
{
    int last = width - 1 - shift < 0 ? 0 : (width - 1 - shift) / stride + 1;
    return last < count ? last : count;
}

static float dot_float(const float *a, const float *b, int count)
{
    float sums[16] = {0}, sum = 0;
    int i = 0;
    for (; i + 16 <= count; i += 16) for (int k = 0; k < 16; k++) sums[k] += a[i + k] * b[i + k];
    for (; i < count; i++) sum += a[i] * b[i];
    for (int k = 0; k < 16; k++) sum += sums[k];
    return sum;
}

static int32_t dot_int8(const int16_t *a, const int8_t *b, int count)
{
    int32_t sum = 0;
    for (int i = 0; i < count; i++) sum += (int32_t)a[i] * (int32_t)b[i];
    return sum;
}

/* One channel in, one out: a row at a time. */
static void depthwise_float(const float *x, const float *w, const float *b, float *y, const Conv *c, float *row)
{
    for (int o = 0; o < c->out; o++)
        for (int oy = 0; oy < c->oh; oy++) {
            for (int ox = 0; ox < c->ow; ox++) row[ox] = b[o];
            for (int ky = 0; ky < c->kh; ky++) {
                int iy = oy * c->sh + ky * c->dh - c->top;
                if (iy < 0 || iy >= c->h) continue;
                const float *line = x + ((size_t)(o / (c->out / c->groups)) * c->h + iy) * c->w;
                for (int kx = 0; kx < c->kw; kx++) {
                    float weight = w[((size_t)o * c->kh + ky) * c->kw + kx];
                    int shift = kx * c->dw - c->left, from = first_inside(shift, c->sw);
                    int to = last_inside(shift, c->sw, c->w, c->ow);
                    for (int ox = from; ox < to; ox++) row[ox] += weight * line[ox * c->sw + shift];
                }
            }
            for (int ox = 0; ox < c->ow; ox++)
                y[((size_t)o * c->oh + oy) * c->ow + ox] = c->relu && row[ox] < 0 ? 0 : row[ox];
        }
}

static void depthwise_int8(const uint8_t *x, const int8_t *w, const int32_t *b, uint8_t *y, const Conv *c, int32_t *row,
                           int zero_x, const float *scale, int zero_y)
{
    for (int o = 0; o < c->out; o++)
        for (int oy = 0; oy < c->oh; oy++) {
            for (int ox = 0; ox < c->ow; ox++) row[ox] = b[o];
            for (int ky = 0; ky < c->kh; ky++) {
                int iy = oy * c->sh + ky * c->dh - c->top;
                if (iy < 0 || iy >= c->h) continue;
                const uint8_t *line = x + ((size_t)(o / (c->out / c->groups)) * c->h + iy) * c->w;
                for (int kx = 0; kx < c->kw; kx++) {
                    int32_t weight = w[((size_t)o * c->kh + ky) * c->kw + kx];
                    int shift = kx * c->dw - c->left, from = first_inside(shift, c->sw);
                    int to = last_inside(shift, c->sw, c->w, c->ow);
                    for (int ox = from; ox < to; ox++) row[ox] += weight * ((int32_t)line[ox * c->sw + shift] - zero_x);
                }
            }
            for (int ox = 0; ox < c->ow; ox++)
                y[((size_t)o * c->oh + oy) * c->ow + ox] = rounded((float)row[ox] * scale[o], zero_y, c->relu);
        }
}

/* What the kernel sees of one place is gathered once, for all channels that come out there. */
static void conv_float(const float *x, const float *w, const float *b, float *y, const Conv *c, float *patch)
{
    int each = c->out / c->groups, size = c->in_group * c->kh * c->kw;
    for (int g = 0; g < c->groups; g++)
        for (int oy = 0; oy < c->oh; oy++)
            for (int ox = 0; ox < c->ow; ox++) {
                float *to = patch;
                for (int i = 0; i < c->in_group; i++)
                    for (int ky = 0; ky < c->kh; ky++) {
                        int iy = oy * c->sh + ky * c->dh - c->top;
                        const float *line = x + ((size_t)(g * c->in_group + i) * c->h + iy) * c->w;
                        for (int kx = 0; kx < c->kw; kx++) {
                            int ix = ox * c->sw + kx * c->dw - c->left;
                            *to++ = iy < 0 || iy >= c->h || ix < 0 || ix >= c->w ? 0 : line[ix];
                        }
                    }
                for (int o = g * each; o < (g + 1) * each; o++) {
                    float sum = b[o] + dot_float(patch, w + (size_t)o * size, size);
                    y[((size_t)o * c->oh + oy) * c->ow + ox] = c->relu && sum < 0 ? 0 : sum;
                }
            }
}

static void conv_int8(const uint8_t *x, const int8_t *w, const int32_t *b, uint8_t *y, const Conv *c, int16_t *patch,
                      int zero_x, const float *scale, int zero_y)
{
    int each = c->out / c->groups, size = c->in_group * c->kh * c->kw;
    for (int g = 0; g < c->groups; g++)
        for (int oy = 0; oy < c->oh; oy++)
            for (int ox = 0; ox < c->ow; ox++) {
                int16_t *to = patch;
                for (int i = 0; i < c->in_group; i++)
                    for (int ky = 0; ky < c->kh; ky++) {
                        int iy = oy * c->sh + ky * c->dh - c->top;
                        const uint8_t *line = x + ((size_t)(g * c->in_group + i) * c->h + iy) * c->w;
                        for (int kx = 0; kx < c->kw; kx++) {
                            int ix = ox * c->sw + kx * c->dw - c->left;
                            int outside = iy < 0 || iy >= c->h || ix < 0 || ix >= c->w;
                            *to++ = (int16_t)(outside ? 0 : (int)line[ix] - zero_x);
                        }
                    }
                for (int o = g * each; o < (g + 1) * each; o++) {
                    int32_t sum = b[o] + dot_int8(patch, w + (size_t)o * size, size);
                    y[((size_t)o * c->oh + oy) * c->ow + ox] = rounded((float)sum * scale[o], zero_y, c->relu);
                }
            }
}

static void dense_float(const float *x, const float *w, const float *b, float *y, int in, int out, int relu)
{
    for (int o = 0; o < out; o++) {
        float sum = b[o] + dot_float(x, w + (size_t)o * in, in);
        y[o] = relu && sum < 0 ? 0 : sum;
    }
}

static void dense_int8(const uint8_t *x, const int8_t *w, const int32_t *b, uint8_t *y, int in, int out, int16_t *moved,
                       int zero_x, const float *scale, int zero_y, int relu)
{
    for (int i = 0; i < in; i++) moved[i] = (int16_t)((int)x[i] - zero_x);
    for (int o = 0; o < out; o++) {
        int32_t sum = b[o] + dot_int8(moved, w + (size_t)o * in, in);
        y[o] = rounded((float)sum * scale[o], zero_y, relu);
    }
}

static void dense_int8_float(const uint8_t *x, const int8_t *w, const int32_t *b, float *y, int in, int out,
                             int16_t *moved, int zero_x, const float *scale, int relu)
{
    for (int i = 0; i < in; i++) moved[i] = (int16_t)((int)x[i] - zero_x);
    for (int o = 0; o < out; o++) {
        float sum = (float)(b[o] + dot_int8(moved, w + (size_t)o * in, in)) * scale[o];
        y[o] = relu && sum < 0 ? 0 : sum;
    }
}

static void pool_float(const float *x, float *y, const Conv *c)
{
    for (int o = 0; o < c->out; o++)
        for (int oy = 0; oy < c->oh; oy++)
            for (int ox = 0; ox < c->ow; ox++) {
                float most = -FLT_MAX;
                for (int ky = 0; ky < c->kh; ky++)
                    for (int kx = 0; kx < c->kw; kx++) {
                        int iy = oy * c->sh + ky * c->dh - c->top, ix = ox * c->sw + kx * c->dw - c->left;
                        if (iy < 0 || iy >= c->h || ix < 0 || ix >= c->w) continue;
                        float value = x[((size_t)o * c->h + iy) * c->w + ix];
                        if (value > most) most = value;
                    }
                y[((size_t)o * c->oh + oy) * c->ow + ox] = most;
            }
}

static void pool_int8(const uint8_t *x, uint8_t *y, const Conv *c)
{
    for (int o = 0; o < c->out; o++)
        for (int oy = 0; oy < c->oh; oy++)
            for (int ox = 0; ox < c->ow; ox++) {
                uint8_t most = 0;
                for (int ky = 0; ky < c->kh; ky++)
                    for (int kx = 0; kx < c->kw; kx++) {
                        int iy = oy * c->sh + ky * c->dh - c->top, ix = ox * c->sw + kx * c->dw - c->left;
                        if (iy < 0 || iy >= c->h || ix < 0 || ix >= c->w) continue;
                        uint8_t value = x[((size_t)o * c->h + iy) * c->w + ix];
                        if (value > most) most = value;
                    }
                y[((size_t)o * c->oh + oy) * c->ow + ox] = most;
            }
}

static void mean_float(const float *x, float *y, int channels, int count)
{
    for (int o = 0; o < channels; o++) {
        float sum = 0;
        for (int i = 0; i < count; i++) sum += x[(size_t)o * count + i];
        y[o] = sum / (float)count;
    }
}

static void mean_int8(const uint8_t *x, uint8_t *y, int channels, int count, int zero_x, float scale, int zero_y)
{
    for (int o = 0; o < channels; o++) {
        int32_t sum = 0;
        for (int i = 0; i < count; i++) sum += (int32_t)x[(size_t)o * count + i] - zero_x;
        y[o] = rounded((float)sum * scale, zero_y, 0);
    }
}

static void add_float(const float *a, const float *b, float *y, int count, int relu)
{
    for (int i = 0; i < count; i++) {
        float sum = a[i] + b[i];
        y[i] = relu && sum < 0 ? 0 : sum;
    }
}

static void add_int8(const uint8_t *a, const uint8_t *b, uint8_t *y, int count, int zero_a, float scale_a, int zero_b,
                     float scale_b, int zero_y, int relu)
{
    for (int i = 0; i < count; i++) {
        float sum = scale_a * (float)((int32_t)a[i] - zero_a) + scale_b * (float)((int32_t)b[i] - zero_b);
        y[i] = rounded(sum, zero_y, relu);
    }
}

static void relu_float(const float *x, float *y, int count)
{
    for (int i = 0; i < count; i++) y[i] = x[i] < 0 ? 0 : x[i];
}

static void quantize(const float *x, uint8_t *y, int count, float scale, int zero)
{
    for (int i = 0; i < count; i++) y[i] = rounded(x[i] / scale, zero, 0);
}

static void dequantize(const uint8_t *x, float *y, int count, float scale, int zero)
{
    for (int i = 0; i < count; i++) y[i] = scale * (float)((int32_t)x[i] - zero);
}
