#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A convolution or a pool: sizes of what it reads and writes, kernel, stride, dilation, padding on top and left. */
typedef struct {
    int in_group, h, w, out, oh, ow, kh, kw, sh, sw, dh, dw, top, left, groups, relu;
} Conv;
