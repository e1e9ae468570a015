/**
 * The system calls that a container may make: what programs, their threads, files, memory and pipes need, and nothing
 * that inspects other processes, makes namespaces, loads code into the kernel, or mounts. Tighter than Docker's own list
 * in two points that matter here: no `ptrace` and its kin, and only four families of sockets. AF_VSOCK, which some
 * versions of Docker let through, reaches the host of a virtual machine past every network namespace.
 *
 * The names are those of the kernel's system call tables; a name that a machine does not have is skipped there.
 */
const FILES = `access faccessat faccessat2 open openat openat2 creat close close_range read readv pread64 preadv preadv2
write writev pwrite64 pwritev pwritev2 lseek _llseek stat stat64 lstat lstat64 fstat fstat64 newfstatat fstatat64 statx
statfs statfs64 fstatfs fstatfs64 getdents getdents64 readdir chdir fchdir getcwd mkdir mkdirat rmdir rename renameat
renameat2 link linkat unlink unlinkat symlink symlinkat readlink readlinkat chmod fchmod fchmodat fchmodat2 chown chown32
fchown fchown32 lchown lchown32 fchownat umask truncate truncate64 ftruncate ftruncate64 fallocate fadvise64 fadvise64_64
arm_fadvise64_64 readahead sync syncfs fsync fdatasync sync_file_range sync_file_range2 arm_sync_file_range utime utimes
utimensat utimensat_time64 futimesat fcntl fcntl64 flock dup dup2 dup3 pipe pipe2 tee splice vmsplice sendfile sendfile64
copy_file_range getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr setxattr lsetxattr fsetxattr removexattr
lremovexattr fremovexattr inotify_init inotify_init1 inotify_add_watch inotify_rm_watch ioctl mknod mknodat
name_to_handle_at memfd_create cachestat`;

const PROCESSES = `execve execveat exit exit_group fork vfork wait4 waitid waitpid getpid getppid gettid getpgid
getpgrp setpgid getsid setsid kill tkill tgkill pidfd_open pidfd_send_signal getuid getuid32 geteuid geteuid32 getgid
getgid32 getegid getegid32 getresuid getresuid32 getresgid getresgid32 getgroups getgroups32 setuid setuid32 setgid
setgid32 setreuid setreuid32 setregid setregid32 setresuid setresuid32 setresgid setresgid32 setgroups setgroups32
setfsuid setfsuid32 setfsgid setfsgid32 capget capset prctl arch_prctl set_tid_address set_thread_area get_thread_area
set_robust_list get_robust_list rseq getrlimit ugetrlimit setrlimit prlimit64 getrusage getpriority setpriority
ioprio_get ioprio_set sched_yield sched_getaffinity sched_setaffinity sched_getattr sched_setattr sched_getparam
sched_setparam sched_getscheduler sched_setscheduler sched_get_priority_max sched_get_priority_min
sched_rr_get_interval sched_rr_get_interval_time64 getcpu uname sysinfo times alarm pause membarrier seccomp
landlock_create_ruleset landlock_add_rule landlock_restrict_self riscv_flush_icache riscv_hwprobe cacheflush set_tls
get_tls breakpoint`;

const SIGNALS = `rt_sigaction rt_sigprocmask rt_sigpending rt_sigsuspend rt_sigreturn rt_sigqueueinfo rt_tgsigqueueinfo
rt_sigtimedwait rt_sigtimedwait_time64 sigaction sigprocmask sigpending sigsuspend sigreturn signal sigaltstack signalfd
signalfd4 restart_syscall`;

const MEMORY = `brk mmap mmap2 munmap mremap mprotect madvise mincore msync mlock mlock2 munlock mlockall munlockall
pkey_alloc pkey_free pkey_mprotect get_mempolicy set_mempolicy mbind remap_file_pages`;

const WAITING = `poll ppoll ppoll_time64 select _newselect pselect6 pselect6_time64 epoll_create epoll_create1 epoll_ctl
epoll_ctl_old epoll_wait epoll_wait_old epoll_pwait epoll_pwait2 eventfd eventfd2 futex futex_time64 futex_waitv
futex_wait futex_wake futex_requeue nanosleep clock_nanosleep clock_nanosleep_time64 clock_gettime clock_gettime64
clock_getres clock_getres_time64 gettimeofday time getitimer setitimer timer_create timer_settime timer_settime64
timer_gettime timer_gettime64 timer_getoverrun timer_delete timerfd_create timerfd_settime timerfd_settime64
timerfd_gettime timerfd_gettime64 getrandom io_setup io_submit io_getevents io_pgetevents io_pgetevents_time64 io_cancel
io_destroy semget semop semtimedop semtimedop_time64 semctl shmget shmat shmdt shmctl`;

const SOCKETS = `socketpair bind listen accept accept4 connect getsockname getpeername getsockopt setsockopt send sendto
sendmsg sendmmsg recv recvfrom recvmsg recvmmsg recvmmsg_time64 shutdown`;

/**
 * AF_UNIX, AF_INET, AF_INET6 and AF_NETLINK: what programs ask for and, without a network, get nowhere with. Raw sockets
 * of these need a right that nobody has here.
 */
const FAMILIES = [1, 2, 10, 16];
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET together. */
const NAMESPACES = 0x7e_02_00_00;
const ENOSYS = 38;

const names = (...lists: readonly string[]): string[] => lists.flatMap((list) => list.split(/\s+/));

interface Rule {
  readonly names: readonly string[];
  readonly action: "SCMP_ACT_ALLOW" | "SCMP_ACT_ERRNO";
  readonly errnoRet?: number;
  readonly args?: readonly { index: number; value: number; valueTwo?: number; op: string }[];
}

const rules: readonly Rule[] = [
  { names: names(FILES, PROCESSES, SIGNALS, MEMORY, WAITING, SOCKETS), action: "SCMP_ACT_ALLOW" },
  ...FAMILIES.map((family): Rule => ({
    names: ["socket"],
    action: "SCMP_ACT_ALLOW",
    args: [{ index: 0, value: family, op: "SCMP_CMP_EQ" }],
  })),
  {
    names: ["clone"],
    action: "SCMP_ACT_ALLOW",
    args: [{ index: 0, value: NAMESPACES, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ" }],
  },
  // Its flags lie in memory, where a filter cannot look. Told that there is no such call, programs take clone.
  { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: ENOSYS },
  // The ordinary personality, the one without address randomisation not among them, and the question which it is.
  ...[0, 8, 0xff_ff_ff_ff].map((value): Rule => ({
    names: ["personality"],
    action: "SCMP_ACT_ALLOW",
    args: [{ index: 0, value, op: "SCMP_CMP_EQ" }],
  })),
];

/** The profile in the form that the daemon takes it. */
export const SECCOMP_PROFILE = JSON.stringify({
  defaultAction: "SCMP_ACT_ERRNO",
  archMap: [
    { architecture: "SCMP_ARCH_X86_64", subArchitectures: [] },
    { architecture: "SCMP_ARCH_AARCH64", subArchitectures: ["SCMP_ARCH_ARM"] },
    { architecture: "SCMP_ARCH_S390X", subArchitectures: [] },
    { architecture: "SCMP_ARCH_PPC64LE", subArchitectures: [] },
    { architecture: "SCMP_ARCH_RISCV64", subArchitectures: [] },
  ],
  syscalls: rules,
});
