/** Longest message that is read from a client, in bytes; a longer one ends the session. */
export const MESSAGE_BYTES = 8_388_608;

/** Tool calls that may be under way at once. */
export const CALLS_AT_ONCE = 32;

/** Longest file, or part of one, that a client may send, in characters: no surface may be longer. */
export const FILE_CHARACTERS = 1_048_576;

/** How long a tool waits by default and at most, in seconds. Clients give up on a silent tool after a minute or so. */
export const WAIT_SECONDS = 45;
export const MOST_WAIT_SECONDS = 3_600;

/** Ideas that one session may write into the notebook. */
export const MOST_IDEAS = 50;
