/* A disk that fails now and then: preloaded into a process, it makes calls on the ledger's files fail.
 * FAIL_EVERY=n   every n-th write or sync fails with FAIL_ERRNO
 * FAIL_AT=n      the n-th fails, once
 * FAIL_CALLS     "sync", "write" or "both"
 * FAIL_TORN=1    a failing write has written half of its bytes before
 * COUNT_TO=file  at exit, how many calls there were
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long calls;

static long setting(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

static int of_ledger(int file) {
    char link[64], path[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, "ledger.db") != NULL && strstr(path, "-shm") == NULL;
}

static int fails(int file, const char *kind) {
    const char *which = getenv("FAIL_CALLS");
    if (!which || !of_ledger(file) || (strcmp(which, "both") && strcmp(which, kind))) return 0;
    calls++;
    long every = setting("FAIL_EVERY"), at = setting("FAIL_AT");
    return (every && calls % every == 0) || (at && calls == at);
}

static int refuse(void) {
    errno = setting("FAIL_ERRNO") ? (int)setting("FAIL_ERRNO") : EIO;
    return -1;
}

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("COUNT_TO");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld", calls);
        fclose(file);
    }
}

int fsync(int file) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    return fails(file, "sync") ? refuse() : real(file);
}

int fdatasync(int file) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
    return fails(file, "sync") ? refuse() : real(file);
}

static ssize_t pwrite_or_fail(const char *name, int file, const void *data, size_t size, off_t at) {
    ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, name);
    if (!fails(file, "write")) return real(file, data, size, at);
    if (setting("FAIL_TORN")) real(file, data, size / 2, at);
    return refuse();
}

ssize_t pwrite(int file, const void *data, size_t size, off_t at) { return pwrite_or_fail("pwrite", file, data, size, at); }

ssize_t pwrite64(int file, const void *data, size_t size, off_t at) { return pwrite_or_fail("pwrite64", file, data, size, at); }
