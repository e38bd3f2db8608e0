/** A checksum as a number of so many bytes. */
export interface Checksum {
  readonly bytes: number;
  compute(message: Uint8Array): number;
}
