#include <stdio.h>
#include <string.h>

#include "bigsize.h"
#include "spontan_cases.h"

static int bigsize_is_right(const struct spontan_case *c)
{
    uint8_t bytes[64];
    size_t length = 0, used;
    uint64_t value;
    char got[100];
    const char *hex = strstr(c->input, ":\"") + 2;
    while (sscanf(hex + 2 * length, "%2hhx", &bytes[length]) == 1)
        length++;
    if ((used = decode_bigsize(bytes, length, &value)) == 0)
        return strstr(c->expect, "\"reject\"") != NULL;
    snprintf(got, sizeof got, "[{\"when\":{},\"accept\":{\"value\":\"%llu\",\"length\":%zu}}]", (unsigned long long)value, used);
    return strcmp(got, c->expect) == 0;
}

int main(void)
{
    int run = 0, failed = 0;
    for (size_t i = 0; i < sizeof spontan_cases / sizeof *spontan_cases; i++) {
        const struct spontan_case *c = &spontan_cases[i];
        if (strcmp(c->operation, "bigsize.decode") != 0)
            continue;
        run++;
        if (!bigsize_is_right(c) && ++failed)
            printf("failed: %s\n", c->id);
    }
    printf("%d cases of bigsize.decode, %d failed\n", run, failed);
    return run == 0 || failed != 0;
}
