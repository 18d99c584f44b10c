#define _GNU_SOURCE
#include "CSyscalls.h"
#include <net/if.h>
#include <sys/socket.h>

static volatile sig_atomic_t child, interruption;

// PID 1 of a namespace ignores what it has no handler for, so an interruption ends it for sure;
// the kernel then ends all that it started and takes its mounts away.
static void interrupt(int signal) {
    interruption = signal;
    if (child > 0) kill(child, SIGKILL);
}

static struct slipway_isolation failure(const char *step) {
    return (struct slipway_isolation){.failed = step, .code = errno};
}

// Runs newuidmap or newgidmap: 0 inside is the caller, 1... are the caller's range.
static int map_range(const char *tool, pid_t target, unsigned own, uint32_t first, uint32_t count) {
    char text[5][16];
    snprintf(text[0], 16, "%d", target);
    snprintf(text[1], 16, "%u", own);
    snprintf(text[2], 16, "%u", first);
    snprintf(text[3], 16, "%u", count);
    char *argv[] = {(char *)tool, text[0], "0", text[1], "1", "1", text[2], text[3], NULL};
    pid_t pid;
    int code = posix_spawnp(&pid, tool, NULL, NULL, argv, slipway_environment());
    if (code) return errno = code, -1;
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return -1;
    if (status != 0) return errno = EPERM, -1;
    return 0;
}

// A network namespace of its own has the loopback interface only, and that is down at first.
static int raise_loopback(void) {
    int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (control < 0) return -1;
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int result = ioctl(control, SIOCSIFFLAGS, &request), code = errno;
    close(control);
    return errno = code, result;
}

// The child's half: private mounts, its own /proc and host name, dead when its parent is.
static const char *settle(int has_network) {
    // What scripts make gets the modes that their packages mean, whatever the caller prefers.
    umask(022);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) return "prctl";
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return "make mounts private";
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
        return "mount /proc";
    static const char name[] = "localhost";
    if (sethostname(name, sizeof name - 1) < 0) return "set the host name";
    if (!has_network && raise_loopback() < 0) return "raise the loopback interface";
    return NULL;
}

struct slipway_isolation slipway_isolate_start(uint32_t subuid, uint32_t subgid, uint32_t count,
                                               int has_network) {
    int mapped[2], ready[2];
    uid_t uid = geteuid();
    gid_t gid = getegid();
    int ordinary = uid != 0;
    if (pipe2(mapped, O_CLOEXEC) < 0 || pipe2(ready, O_CLOEXEC) < 0) return failure("pipe");

    unsigned long flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | SIGCHLD;
    if (ordinary) flags |= CLONE_NEWUSER;
    if (!has_network) flags |= CLONE_NEWNET;
    // The raw call behaves as fork(2) does, with the namespaces made in the same breath, so that
    // the very first process in them is this one.
    pid_t pid = (pid_t)syscall(SYS_clone, flags, NULL, NULL, NULL, NULL);
    if (pid < 0) return failure(ordinary ? "make a user namespace" : "make namespaces");

    if (pid == 0) {
        char byte;
        struct slipway_isolation result = {0};
        close(mapped[1]);
        close(ready[0]);
        if (read(mapped[0], &byte, 1) != 1) _exit(1);
        // Also sets the supplementary groups aside, which no map covers.
        if (ordinary && (setgroups(0, NULL) < 0 || setgid(0) < 0 || setuid(0) < 0))
            result = failure("become root of the namespace");
        if (!result.failed) {
            const char *step = settle(has_network);
            if (step) result = failure(step);
        }
        result.is_worker = 1;
        if (write(ready[1], &result, sizeof result) != sizeof result || result.failed) _exit(1);
        close(mapped[0]);
        close(ready[1]);
        return result;
    }

    close(mapped[0]);
    close(ready[1]);
    struct slipway_isolation result = {0};
    if (ordinary && map_range("newuidmap", pid, uid, subuid, count) < 0)
        result = failure("newuidmap");
    else if (ordinary && map_range("newgidmap", pid, gid, subgid, count) < 0)
        result = failure("newgidmap");
    else if (write(mapped[1], "", 1) != 1 || read(ready[0], &result, sizeof result) != sizeof result)
        result = failure("start the isolated process");
    close(mapped[1]);
    close(ready[0]);

    result.is_worker = 0;
    result.process = pid;
    if (result.failed) {
        kill(pid, SIGKILL);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    return result;
}

struct slipway_isolation slipway_isolate(uint32_t subuid, uint32_t subgid, uint32_t count) {
    struct slipway_isolation result = slipway_isolate_start(subuid, subgid, count, 1);
    if (result.failed || result.is_worker) return result;

    int status;
    pid_t pid = result.process;
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    enum { end_count = sizeof ends / sizeof *ends };
    struct sigaction action = {.sa_handler = interrupt}, before[end_count];
    interruption = 0;
    child = pid;
    for (int i = 0; i < end_count; i++) sigaction(ends[i], &action, &before[i]);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return failure("waitpid");
    child = 0;
    for (int i = 0; i < end_count; i++) sigaction(ends[i], &before[i], NULL);
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    result.interruption = interruption;
    return result;
}
