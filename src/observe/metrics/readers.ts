/** How many follow the live stream, and how many were turned away or let go since the start. */
export interface ReaderCounts {
  now: number;
  /** There was no room for them. */
  full: number;
  /** They took too little. */
  slow: number;
}
