/* The header holds every case. */
#include <stdio.h>
#include <stdlib.h>

#include "spontan_cases.h"

int main(void)
{
    int count = (int)(sizeof spontan_cases / sizeof *spontan_cases);
    const char *wanted = getenv("SPONTAN_CASES");
    if (wanted == NULL || count != atoi(wanted)) {
        fprintf(stderr, "%d cases, and the bundle has %s\n", count, wanted == NULL ? "(SPONTAN_CASES is not set)" : wanted);
        return 1;
    }
    return 0;
}
