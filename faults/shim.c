/* Counts the calls by which a process changes files below a folder, and makes one of them go wrong.
 * Preloaded (LD_PRELOAD); README.md tells what the environment says. Linux with glibc. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum action { PASS, KILL, FAIL, SHORT, TORN };

static char under[PATH_MAX];
static size_t under_length;
static const char *kinds;
static long first;
static long last;
static enum action wanted;
static int error_number;
static int log_file = -1;
static atomic_long calls;

static const struct { const char *name; int number; } ERRORS[] = {
    {"EINTR", EINTR}, {"ENOSPC", ENOSPC}, {"EIO", EIO},       {"EDQUOT", EDQUOT}, {"EROFS", EROFS},
    {"EACCES", EACCES}, {"EPERM", EPERM}, {"EMFILE", EMFILE}, {"EFBIG", EFBIG},   {"EINVAL", EINVAL},
};

/* The next definition of a function behind this one. */
static void *(*real_dlsym)(void *, const char *);
#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) {
    if (!real_dlsym) {
        const char *versions[] = {"GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5"};
        for (int i = 0; i < 3 && !real_dlsym; i++)
            real_dlsym = (void *(*)(void *, const char *))dlvsym(RTLD_NEXT, "dlsym", versions[i]);
    }
    return real_dlsym(RTLD_NEXT, name);
}

static void give_up(const char *message, const char *value) {
    fprintf(stderr, "faults: %s: %s\n", message, value);
    _exit(125);
}

static void read_action(const char *text) {
    if (!strcmp(text, "kill")) wanted = KILL;
    else if (!strcmp(text, "short")) wanted = SHORT;
    else if (!strcmp(text, "torn")) wanted = TORN;
    else {
        for (size_t i = 0; i < sizeof ERRORS / sizeof *ERRORS; i++)
            if (!strcmp(text, ERRORS[i].name)) error_number = ERRORS[i].number;
        if (!error_number) give_up("unknown FAULTS_ACTION", text);
        wanted = FAIL;
    }
}

__attribute__((constructor)) static void read_environment(void) {
    const char *folder = getenv("FAULTS_UNDER");
    if (!folder || !realpath(folder, under)) return;
    under_length = strlen(under);
    kinds = getenv("FAULTS_CALLS");
    const char *at = getenv("FAULTS_AT");
    if (at) {
        char *end;
        first = strtol(at, &end, 10);
        last = *end == '-' ? LONG_MAX : first;
    }
    const char *action = getenv("FAULTS_ACTION");
    read_action(action ? action : "kill");
    const char *log = getenv("FAULTS_LOG");
    if (log) log_file = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

static int is_counted(const char *kind) {
    if (!kinds) return 1;
    size_t length = strlen(kind);
    for (const char *at = kinds; (at = strstr(at, kind)); at += length) {
        int begins = at == kinds || at[-1] == ',';
        int ends = at[length] == 0 || at[length] == ',';
        if (begins && ends) return 1;
    }
    return 0;
}

/* What is to be done about a call on the absolute `path`. */
static enum action on(const char *kind, const char *path) {
    if (strncmp(path, under, under_length) || (path[under_length] && path[under_length] != '/'))
        return PASS;
    if (!is_counted(kind)) return PASS;
    long number = atomic_fetch_add(&calls, 1) + 1;
    int hit = first && number >= first && number <= last;
    if (log_file >= 0) {
        const char *rest = path[under_length] ? path + under_length + 1 : ".";
        dprintf(log_file, "%ld %s %s%s\n", number, kind, rest, hit ? " !" : "");
    }
    if (!hit) return PASS;
    if (wanted == KILL) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    if (wanted == FAIL) errno = error_number;
    return wanted;
}

/* The path that `folder` and `name` mean, or nothing. */
static const char *absolute(int folder, const char *name, char *buffer) {
    if (!under_length || !name) return "";
    if (name[0] == '/') return name;
    ssize_t length;
    if (folder == AT_FDCWD) {
        if (!getcwd(buffer, PATH_MAX)) return "";
        length = (ssize_t)strlen(buffer);
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        length = readlink(link, buffer, PATH_MAX - 1);
        if (length < 0) return "";
        buffer[length] = 0;
    }
    if (name[0]) snprintf(buffer + length, (size_t)(PATH_MAX - length), "/%s", name);
    return buffer;
}

static enum action on_path(const char *kind, int folder, const char *name) {
    char buffer[PATH_MAX];
    return on(kind, absolute(folder, name, buffer));
}

static enum action on_file(const char *kind, int file) {
    char buffer[PATH_MAX];
    return on(kind, absolute(file, "", buffer));
}

/* A call that is done or fails. */
#define WHOLE(what, call) return (what) == FAIL ? -1 : (call)

/* Opening: only what makes a file or empties one. */

static enum action on_open(int folder, const char *name, int flags) {
    return flags & (O_CREAT | O_TRUNC) ? on_path("create", folder, name) : PASS;
}

static mode_t mode_of(int flags, va_list more) {
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0;
}

#define OPEN(name)                                                             \
    int name(const char *path, int flags, ...) {                               \
        va_list more;                                                          \
        va_start(more, flags);                                                 \
        mode_t mode = mode_of(flags, more);                                    \
        va_end(more);                                                          \
        WHOLE(on_open(AT_FDCWD, path, flags), REAL(name)(path, flags, mode));  \
    }
#define OPENAT(name)                                                           \
    int name(int folder, const char *path, int flags, ...) {                   \
        va_list more;                                                          \
        va_start(more, flags);                                                 \
        mode_t mode = mode_of(flags, more);                                    \
        va_end(more);                                                          \
        WHOLE(on_open(folder, path, flags),                                    \
              REAL(name)(folder, path, flags, mode));                          \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

/* Writing: may also do half of its work, and then go on or be killed. */

static ssize_t after(enum action what, ssize_t done) {
    if (what == TORN) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    return done;
}

static size_t part(enum action what, size_t length) {
    return what == SHORT || what == TORN ? (length + 1) / 2 : length;
}

ssize_t write(int file, const void *bytes, size_t length) {
    enum action what = on_file("write", file);
    if (what == FAIL) return -1;
    return after(what, REAL(write)(file, bytes, part(what, length)));
}

#define PWRITE(name, offset_type)                                              \
    ssize_t name(int file, const void *bytes, size_t length, offset_type at) { \
        enum action what = on_file("write", file);                             \
        if (what == FAIL) return -1;                                           \
        return after(what, REAL(name)(file, bytes, part(what, length), at));   \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t writev(int file, const struct iovec *parts, int count) {
    enum action what = on_file("write", file);
    if (what == FAIL) return -1;
    return after(what, REAL(writev)(file, parts, (int)part(what, (size_t)count)));
}

int fsync(int file) { WHOLE(on_file("sync", file), REAL(fsync)(file)); }
int fdatasync(int file) { WHOLE(on_file("sync", file), REAL(fdatasync)(file)); }

int ftruncate(int file, off_t length) {
    WHOLE(on_file("truncate", file), REAL(ftruncate)(file, length));
}
int ftruncate64(int file, off64_t length) {
    WHOLE(on_file("truncate", file), REAL(ftruncate64)(file, length));
}

/* Names. */

int rename(const char *from, const char *to) {
    WHOLE(on_path("rename", AT_FDCWD, to), REAL(rename)(from, to));
}
int renameat(int old, const char *from, int new, const char *to) {
    WHOLE(on_path("rename", new, to), REAL(renameat)(old, from, new, to));
}
int renameat2(int old, const char *from, int new, const char *to, unsigned flags) {
    const char *kind = flags & RENAME_EXCHANGE ? "exchange" : "rename";
    WHOLE(on_path(kind, new, to), REAL(renameat2)(old, from, new, to, flags));
}
int link(const char *from, const char *to) {
    WHOLE(on_path("link", AT_FDCWD, to), REAL(link)(from, to));
}
int linkat(int old, const char *from, int new, const char *to, int flags) {
    WHOLE(on_path("link", new, to), REAL(linkat)(old, from, new, to, flags));
}
int unlink(const char *path) {
    WHOLE(on_path("unlink", AT_FDCWD, path), REAL(unlink)(path));
}
int unlinkat(int folder, const char *path, int flags) {
    WHOLE(on_path(flags & AT_REMOVEDIR ? "rmdir" : "unlink", folder, path),
          REAL(unlinkat)(folder, path, flags));
}
int mkdir(const char *path, mode_t mode) {
    WHOLE(on_path("mkdir", AT_FDCWD, path), REAL(mkdir)(path, mode));
}
int mkdirat(int folder, const char *path, mode_t mode) {
    WHOLE(on_path("mkdir", folder, path), REAL(mkdirat)(folder, path, mode));
}
int rmdir(const char *path) {
    WHOLE(on_path("rmdir", AT_FDCWD, path), REAL(rmdir)(path));
}

/* Java looks functions up in the C library itself, past what is preloaded. */
void *dlsym(void *restrict handle, const char *restrict name) {
    static const struct { const char *name; void *function; } OURS[] = {
        {"renameat2", (void *)renameat2}, {"openat", (void *)openat},
        {"openat64", (void *)openat64},   {"renameat", (void *)renameat},
        {"linkat", (void *)linkat},       {"unlinkat", (void *)unlinkat},
    };
    for (size_t i = 0; i < sizeof OURS / sizeof *OURS; i++)
        if (!strcmp(name, OURS[i].name)) return OURS[i].function;
    real("dlsym");
    return real_dlsym(handle, name);
}
