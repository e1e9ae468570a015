import { describe, expect, test } from "vitest";
import { findCgroup } from "./cgroup-paths.ts";

describe("cgroup v1", () => {
  const mount = (root: string, point: string): string =>
    `23 22 0:21 / /proc rw - proc proc rw\n31 28 0:27 ${root} ${point} rw,relatime - cgroup cgroup rw,memory\n`;

  test("on the host the group is below the mount", () => {
    expect(findCgroup(1, "5:cpu,cpuacct:/a\n4:memory:/user/b\n0::/\n", mount("/", "/sys/fs/cgroup/memory"))).toEqual({
      mount: "/sys/fs/cgroup/memory",
      own: "/sys/fs/cgroup/memory/user/b",
    });
  });

  test("in a container only the own part of the hierarchy is mounted", () => {
    const cgroup = "4:memory:/docker/abc\n";
    expect(findCgroup(1, cgroup, mount("/docker/abc", "/sys/fs/cgroup/memory"))?.own).toBe("/sys/fs/cgroup/memory");
    expect(findCgroup(1, `4:memory:/docker/abc/x\n`, mount("/docker/abc", "/m"))?.own).toBe("/m/x");
    // Another container's part is not ours, even where its name begins alike.
    expect(findCgroup(1, "4:memory:/docker/abcd\n", mount("/docker/abc", "/m"))).toBeUndefined();
  });

  test("blanks in the mount point are unescaped", () => {
    expect(findCgroup(1, "4:memory:/\n", mount("/", "/my\\040mounts"))?.own).toBe("/my mounts");
  });

  test("without a memory controller there is none", () => {
    expect(findCgroup(1, "0::/user.slice\n", mount("/", "/m"))).toBeUndefined();
    expect(findCgroup(1, "4:memory:/\n", "31 28 0:27 / /c rw - cgroup cgroup rw,cpu\n")).toBeUndefined();
  });
});

describe("cgroup v2", () => {
  const mountinfo = "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

  test("the group is below the mount", () => {
    const cgroup = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope\n";
    expect(findCgroup(2, cgroup, mountinfo)?.own).toBe(
      "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope",
    );
    expect(findCgroup(2, "0::/\n", mountinfo)).toEqual({ mount: "/sys/fs/cgroup", own: "/sys/fs/cgroup" });
  });

  test("a group outside of the visible part is not used", () => {
    expect(findCgroup(2, "0::/../other\n", mountinfo)).toBeUndefined();
  });
});
