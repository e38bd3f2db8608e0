import { printable } from '../errors.ts';

const longest = 500;

/** What a device calls itself or its parts, short enough and harmless for whoever shows it. */
export function brief(text: unknown): string {
  const whole = String(text);
  return printable(whole.length > longest ? `${whole.slice(0, longest)}…` : whole);
}
