const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const exact = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

type Instant = string | number;

/** Clocks of the day, here and now: 14:05:09. */
export const timeOfDay = (at: Instant): string => time.format(new Date(at));
/** With thousandths, for what follows in quick succession. */
export const exactTime = (at: Instant): string => exact.format(new Date(at));
/** With the date. */
export const dateAndTime = (at: Instant): string => full.format(new Date(at));

/** With thousandths, and with the date if it was on another day. */
export function moment(at: Instant, now: number): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return isToday ? exactTime(at) : dateAndTime(at);
}

/** "3 s", "12 min", "5 h", "2 days": how long it lasts, or is ago. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

export function ago(at: Instant, now: number): string {
  const ms = now - new Date(at).getTime();
  return ms < 1500 ? 'just now' : `${duration(ms)} ago`;
}

/** "4:05" or "1:02:03", for what counts down. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, ...rest] = parts;
  const digits = rest.map((part) => String(part).padStart(2, '0')).join(':');
  return hours > 0 ? `${hours}:${digits}` : digits;
}
