/** By how much a clock may be wrong before that matters, in ms; a `Date` is in whole seconds. */
const toleranceMs = 3000;

let ahead = 0;

/** The service's wall clock, ms: that of whoever looks at the page may be wrong, and everything that is told here is by the service's. */
export function serviceNow(): number {
  return Date.now() + ahead;
}

/** Every answer tells what time it is there. */
export function readClock({ headers }: Response): void {
  const now = Date.parse(headers.get('date') ?? '') + 500;
  if (Math.abs(now - serviceNow()) > toleranceMs) ahead = now - Date.now();
}
