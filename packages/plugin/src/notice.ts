/** Something that a person who watches may want to know, told by a plugin while it works. */
export interface Notice {
  /**
   * `progress`: how far something is that takes long, such as the download of an image. Each replaces the one before it,
   * and none is kept.
   *
   * `waiting`: everything stands still until something outside is back. `resumed`: it is.
   *
   * `note`: anything else, such as what was cleaned up after a crash.
   *
   * All but `progress` are kept in the ledger where a run is open.
   */
  readonly kind: "progress" | "waiting" | "resumed" | "note";
  /** One line, without a full stop at its end. */
  readonly message: string;
}
