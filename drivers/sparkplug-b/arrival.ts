/** When a message came, or up to when messages have come. */
export interface Arrival {
  /** Its number among all that were told on the connection. */
  readonly count: number;
  /** `written` of the connection when it was read. */
  readonly written: number;
}

/** Neither told before nor, where it had to wait, read before. */
export function isAfter(arrival: Arrival, since: Arrival): boolean {
  return arrival.count > since.count && arrival.written >= since.written;
}
