/** The user and group `nobody`, by number: names need files that may not be there. */
const NOBODY = 65_534;

/**
 * Gives up root for good, with all of its capabilities, once everything is loaded: the files of Node and of this
 * package may be where `nobody` cannot read. Does nothing for another user, or for a root that may not change users.
 */
export function dropPrivileges(): void {
  if (process.getuid?.() !== 0) return;
  try {
    process.setgroups?.([]);
    process.setgid?.(NOBODY);
    process.setuid?.(NOBODY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
  }
}
