/* An adapter for `spontan check`: it puts an implementation on stdin and stdout, one JSON object per line.
 *
 * It needs a C11 compiler and POSIX (getline): `cc -O2 -o adapter adapter.c`. bigsize_decode below already works, so
 * your first suite is green. Let it call your own code, then add one operation after another. Spontan's
 * docs/protocol.md describes the protocol. Stdout belongs to the protocol: print to stderr.
 *
 * C has no JSON. The runner sends well-formed JSON, without escapes in strings, so values need not be copied:
 * `member` and `element` find them in the line at any depth. */

#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A JSON value in the line: its text, from its first character to its last. A length of 0 means that there is no value. */
struct json {
    const char *text;
    size_t length;
};

static const char *skip_space(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

/* The end of the string that starts at `at`, after its closing quote; NULL if it has none. */
static const char *end_of_string(const char *at)
{
    for (at++; *at != '\0'; at++) {
        if (*at == '\\' && at[1] != '\0')
            at++;
        else if (*at == '"')
            return at + 1;
    }
    return NULL;
}

/* The end of the value that starts at `at`; NULL if it has none. */
static const char *end_of_value(const char *at)
{
    int depth = 0;
    if (*at != '{' && *at != '[' && *at != '"')
        return at + strcspn(at, ",]} \t\r\n");
    do {
        if (*at == '"') {
            at = end_of_string(at);
            if (at == NULL)
                return NULL;
            continue;
        }
        depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
        at++;
    } while (depth > 0 && *at != '\0');
    return depth == 0 ? at : NULL;
}

/* The value of a key in an object. */
static struct json member(struct json object, const char *key)
{
    const struct json none = {NULL, 0};
    if (object.length == 0 || *object.text != '{')
        return none;
    const char *at = skip_space(object.text + 1);
    while (*at == '"') {
        const char *name = at + 1;
        const char *name_end = end_of_string(at);
        if (name_end == NULL)
            return none;
        at = skip_space(name_end);
        if (*at != ':')
            return none;
        const char *value = skip_space(at + 1);
        at = end_of_value(value);
        if (at == NULL)
            return none;
        size_t name_length = (size_t)(name_end - 1 - name);
        if (name_length == strlen(key) && memcmp(name, key, name_length) == 0)
            return (struct json){value, (size_t)(at - value)};
        at = skip_space(at);
        if (*at == ',')
            at = skip_space(at + 1);
    }
    return none;
}

/* The element of an array, counting from 0. Lists of hops and records come with later operations. */
__attribute__((unused)) static struct json element(struct json array, size_t index)
{
    const struct json none = {NULL, 0};
    if (array.length == 0 || *array.text != '[')
        return none;
    const char *at = skip_space(array.text + 1);
    while (*at != ']' && *at != '\0') {
        const char *end = end_of_value(at);
        if (end == NULL || end == at)
            return none;
        if (index-- == 0)
            return (struct json){at, (size_t)(end - at)};
        at = skip_space(end);
        if (*at == ',')
            at = skip_space(at + 1);
    }
    return none;
}

/* Is this value the string `text`? */
static bool is_string(struct json value, const char *text)
{
    size_t length = strlen(text);
    return value.length == length + 2 && *value.text == '"' && memcmp(value.text + 1, text, length) == 0;
}

static int digit(char hex)
{
    return hex >= '0' && hex <= '9' ? hex - '0' : hex >= 'a' && hex <= 'f' ? hex - 'a' + 10 : -1;
}

/* The bytes of a string of hex digits, to be freed; NULL if it is not one. */
static uint8_t *bytes(struct json hex, size_t *length)
{
    if (hex.length < 2 || hex.length % 2 != 0 || *hex.text != '"')
        return NULL;
    *length = (hex.length - 2) / 2;
    uint8_t *data = malloc(*length + 1);
    for (size_t i = 0; data != NULL && i < *length; i++) {
        int high = digit(hex.text[1 + 2 * i]), low = digit(hex.text[2 + 2 * i]);
        if (high < 0 || low < 0) {
            free(data);
            return NULL;
        }
        data[i] = (uint8_t)(high << 4 | low);
    }
    return data;
}

/* Reads one BigSize (BOLT 1) from the front of some bytes; bytes that follow it stay unread. Writes what follows
 * `seq` in the answer. */
static void bigsize_decode(struct json input)
{
    size_t length;
    uint8_t *data = bytes(member(input, "bytes"), &length);
    if (data == NULL) {
        printf("\"error\":\"the input has no bytes, or no memory is left\"");
        return;
    }
    size_t width = 0;
    uint64_t least = 0, value = 0;
    if (length > 0) {
        value = data[0];
        if (value == 0xfd)
            width = 2, least = 0xfd;
        else if (value == 0xfe)
            width = 4, least = UINT64_C(1) << 16;
        else if (value == 0xff)
            width = 8, least = UINT64_C(1) << 32;
    }
    if (length < 1 + width) {
        printf("\"reject\":{\"reason\":\"bigsize_truncated\"}");
    } else {
        if (width > 0)
            value = 0;
        for (size_t i = 1; i <= width; i++)
            value = value << 8 | data[i];
        if (value < least)
            printf("\"reject\":{\"reason\":\"bigsize_not_minimal\"}");
        else
            printf("\"accept\":{\"value\":\"%" PRIu64 "\",\"length\":%zu}", value, 1 + width);
    }
    free(data);
}

/* What this adapter can answer; the hello has the names too. Only these operations are asked. */
static void answer(struct json message)
{
    struct json seq = member(message, "seq");
    struct json operation = member(message, "operation");
    printf("{\"seq\":%.*s,", (int)seq.length, seq.text);
    if (is_string(operation, "bigsize.decode"))
        bigsize_decode(member(message, "input"));
    else
        printf("\"unsupported\":\"not written yet\"");
    printf("}\n");
}

/* The window says how many cases may wait in the pipe; they are still answered one after another. */
static const char HELLO[] =
    "{\"type\":\"hello\",\"protocol\":1,"
    "\"implementation\":{\"name\":\"my-node\",\"version\":\"0.1.0\",\"language\":\"c\"},"
    "\"operations\":[\"bigsize.decode\"],\"window\":64}\n";

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    while ((length = getline(&line, &capacity, stdin)) > 0) {
        struct json message = {line, (size_t)length};
        if (is_string(member(message, "type"), "hello"))
            fputs(HELLO, stdout);
        else
            answer(message);
        if (fflush(stdout) != 0)
            return EXIT_FAILURE;
    }
    free(line);
    return EXIT_SUCCESS;
}
