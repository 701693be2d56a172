#include <stddef.h>
#include <stdint.h>

/* The decoder under test, in place of your own: the number of bytes that it read, or 0 where it refuses. */
static size_t decode_bigsize(const uint8_t *bytes, size_t length, uint64_t *value)
{
    if (length == 0)
        return 0;
    size_t width = bytes[0] < 0xfd ? 0 : (size_t)2 << (bytes[0] - 0xfd);
    uint64_t least = width == 2 ? 0xfd : width == 4 ? 0x10000 : width == 8 ? 0x100000000 : 0;
    if (length < 1 + width)
        return 0;
    *value = width == 0 ? bytes[0] : 0;
    for (size_t i = 1; i <= width; i++)
        *value = *value << 8 | bytes[i];
    return *value < least ? 0 : 1 + width;
}
