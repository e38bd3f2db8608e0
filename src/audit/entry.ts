/** Something that was done, or that somebody wanted to do, for the audit. */
export interface AuditEntry {
  /**
   * What it was, in camelCase: the `operationId` of a request, or one of the service's own doings (`configReloaded`).
   */
  readonly what: string;
  /** Who: the name of a caller (`key:ci`, `anonymous`), or `bellcrank` for the service itself. */
  readonly by: string;
  /** The address that they came from; undefined for what did not come over the network. */
  readonly from: string | undefined;
  readonly device?: string | undefined;
  readonly simulated?: boolean | undefined;
  /** A command's name, or `write:` and a property's. */
  readonly command?: string | undefined;
  /** The id of the command or of whatever else it is about. */
  readonly id?: string | undefined;
  /** JSON data, without secrets. */
  readonly params?: unknown;
  /** How it came out: an outcome of a command, or `done`, `refused` or `failed`. */
  readonly outcome?: string | undefined;
  /** The code of what went wrong. */
  readonly code?: string | undefined;
  /** More about it, for a person. */
  readonly detail?: string | undefined;
}
