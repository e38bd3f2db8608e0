/** Hears one connection of a replay. */
export interface Ear {
  hear(chunk: Uint8Array): void;
  /** Forgets what it has heard, and stops its timers. */
  close(): void;
}
