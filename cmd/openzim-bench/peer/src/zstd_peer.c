/* Decodes and makes zstd frames with the C library, for comparison with the Go reader.
 *
 * zstd-peer compress LEVEL   frames on standard input and output: length (4 bytes, native order), then bytes.
 * zstd-peer decode           commands on standard input, one a line, one answer each:
 *     version                ok NAME
 *     load ARCHIVE EXTENTS   EXTENTS holds lines "offset length", the frames inside ARCHIVE.
 *     decode LIMIT           reads and decodes the frames in order until LIMIT bytes (0: all), with one context
 *                            and one buffer: the fastest way the library has.
 *     answer: ok WALL_NS CPU_NS BYTES 0   or   err REASON; fields are separated by tabs.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

#define MAX_OUT (128u << 20)

static int64_t now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct extent { int64_t off; size_t len; };
static struct extent *extents;
static size_t count, largest;
static int fd = -1;
static char *in, *out;

static const char *load(const char *archive, const char *list) {
    FILE *f = fopen(list, "r");
    size_t room = 0;
    long long off, len;
    if (fd >= 0) close(fd);
    fd = open(archive, O_RDONLY);
    if (!f || fd < 0) return "cannot open the files";
    for (count = largest = 0; fscanf(f, "%lld %lld", &off, &len) == 2; count++) {
        if (count == room) extents = realloc(extents, (room = 2 * room + 64) * sizeof *extents);
        if (!extents) return "out of memory";
        extents[count].off = off;
        extents[count].len = (size_t)len;
        if ((size_t)len > largest) largest = (size_t)len;
    }
    fclose(f);
    in = realloc(in, largest + 1);
    if (!out) out = malloc(MAX_OUT);
    return in && out ? NULL : "out of memory";
}

static int64_t decode(ZSTD_DCtx *ctx, int64_t limit) {
    int64_t total = 0;
    for (size_t i = 0; i < count && (limit == 0 || total < limit); i++) {
        if (pread(fd, in, extents[i].len, extents[i].off) != (ssize_t)extents[i].len) return -1;
        size_t n = ZSTD_decompressDCtx(ctx, out, MAX_OUT, in, extents[i].len);
        if (ZSTD_isError(n)) return -1;
        total += (int64_t)n;
    }
    return total;
}

static int serve(void) {
    static char line[8192], archive[4096], list[4096];
    ZSTD_DCtx *ctx = ZSTD_createDCtx();
    while (fgets(line, sizeof line, stdin)) {
        long long limit;
        const char *reason = "unknown command";
        int64_t wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID), bytes = 0;
        if (sscanf(line, "load %4095[^\t\n]\t%4095[^\n]", archive, list) == 2) {
            reason = load(archive, list);
        } else if (sscanf(line, "decode %lld", &limit) == 1) {
            reason = (bytes = decode(ctx, limit)) < 0 ? "a frame does not decode" : NULL;
        } else if (!strcmp(line, "version\n")) {
            printf("ok libzstd %s\n", ZSTD_versionString());
            fflush(stdout);
            continue;
        }
        if (reason) {
            printf("err %s\n", reason);
        } else {
            printf("ok %lld %lld %lld 0\n", (long long)(now(CLOCK_MONOTONIC) - wall),
                   (long long)(now(CLOCK_PROCESS_CPUTIME_ID) - cpu), (long long)bytes);
        }
        fflush(stdout);
    }
    return 0;
}

/* The streaming interface without a pledged size leaves the content size out of the frame, as libzim does. */
static int compress(int level) {
    ZSTD_CCtx *ctx = ZSTD_createCCtx();
    uint32_t len;
    if (!ctx || ZSTD_isError(ZSTD_CCtx_setParameter(ctx, ZSTD_c_compressionLevel, level))) return 1;
    while (fread(&len, sizeof len, 1, stdin) == 1) {
        size_t room = ZSTD_compressBound(len) + 1024;
        char *src = malloc(len + 1), *dst = malloc(room);
        if (!src || !dst || fread(src, 1, len, stdin) != len) return 1;
        ZSTD_inBuffer i = {src, len, 0};
        ZSTD_outBuffer o = {dst, room, 0};
        if (ZSTD_isError(ZSTD_compressStream2(ctx, &o, &i, ZSTD_e_continue)) || i.pos != i.size) return 1;
        if (ZSTD_compressStream2(ctx, &o, &i, ZSTD_e_end) != 0) return 1;
        uint32_t n = (uint32_t)o.pos;
        if (fwrite(&n, sizeof n, 1, stdout) != 1 || fwrite(dst, 1, n, stdout) != n || fflush(stdout)) return 1;
        free(src);
        free(dst);
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 3 && !strcmp(argv[1], "compress")) return compress(atoi(argv[2]));
    if (argc == 2 && !strcmp(argv[1], "decode")) return serve();
    fprintf(stderr, "usage: zstd-peer compress LEVEL | decode\n");
    return 2;
}
