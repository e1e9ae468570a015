import { describe, expect, test } from "vitest";
import { findPlace, gitCommand, pawlCommand, quote } from "./place.ts";

describe("commands for copying", () => {
  const place = { cwd: "/home/ada/shop", command: "pawl" };

  test.each([
    ["/home/ada/shop", "pawl show"],
    ["/home/ada/shop/.demo/fraud", "pawl -C .demo/fraud show"],
    ["/home/ada/shop/my prices", "pawl -C 'my prices' show"],
    ["/home/ada/shop/it's", "pawl -C 'it'\\''s' show"],
    ["/home/ada/other", "pawl -C ../other show"],
    ["/srv/far", "pawl -C /srv/far show"],
  ])("%s: %s", (folder, command) => expect(pawlCommand(place, folder, "show")).toBe(command));

  test("git", () => {
    expect(gitCommand(place, "/home/ada/shop", "diff", "a..b")).toBe("git diff a..b");
    expect(gitCommand(place, "/home/ada/shop/x", "commit", "-m", "Two words")).toBe("git -C x commit -m 'Two words'");
  });

  test("quoting leaves nothing to the shell", () => {
    for (const word of ["a b", "$HOME", "`id`", "a;b", "*", "~", "", "a\nb", '"'])
      expect(quote(word)).toMatch(/^'.*'$/s);
  });
});

describe("how we were called", () => {
  test.each([
    [{}, "pawl"],
    [{ npm_lifecycle_event: "npx" }, "npx pawl"],
    [{ npm_lifecycle_event: "pawl", npm_config_user_agent: "pnpm/12.1.0 npm/? node/v24" }, "pnpm pawl"],
    [
      {
        npm_lifecycle_event: "pawl",
        npm_config_user_agent: "pnpm/12.1.0 npm/?",
        npm_execpath: "/root/.npm/_npx/0390/node_modules/pnpm/pnpm",
      },
      "npx -y pnpm@12.1.0 pawl",
    ],
    [{ npm_lifecycle_event: "pawl", npm_config_user_agent: "npm/11.0.0" }, "npm run pawl"],
    [{ PAWL_COMMAND: "docker run pawl" }, "docker run pawl"],
  ])("%o", (env, command) => expect(findPlace(env, "/x").command).toBe(command));

  test("a package manager's script runs elsewhere than where the user stands", () => {
    expect(findPlace({ npm_lifecycle_event: "pawl", INIT_CWD: "/repo/sub" }, "/repo").cwd).toBe("/repo/sub");
    expect(findPlace({ INIT_CWD: "/repo/sub" }, "/repo").cwd).toBe("/repo");
  });
});
