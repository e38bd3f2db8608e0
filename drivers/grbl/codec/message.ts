import { parseReport, type Report } from './report.ts';

/** What one line of the controller's is; each can be told without knowing what was asked (interface: "Message Summary"). */
export type Message =
  | { readonly kind: 'ok' }
  | { readonly kind: 'error'; readonly code: number }
  | { readonly kind: 'alarm'; readonly code: number }
  | { readonly kind: 'banner'; readonly text: string }
  | { readonly kind: 'report'; readonly report: Report }
  /** `[MSG:…]`: sent unasked. */
  | { readonly kind: 'message'; readonly text: string }
  /** `[GC:…]`, `[VER:…]`, … : belongs to the line that asked, whose `ok` follows. */
  | { readonly kind: 'data'; readonly type: string; readonly text: string }
  | { readonly kind: 'setting'; readonly number: number; readonly value: number }
  /** `>G54G20:ok`: a start-up line was executed; its `:ok` answers nothing. */
  | { readonly kind: 'startup'; readonly text: string }
  | { readonly kind: 'blank' }
  | { readonly kind: 'unknown' };

/** Reads a line without its terminator. Throws `device-protocol` for a report that is none. */
export function parseMessage(line: string): Message {
  if (line === '') return { kind: 'blank' };
  if (line === 'ok') return { kind: 'ok' };
  const error = /^error:(\d{1,3})$/.exec(line)?.[1];
  if (error !== undefined) return { kind: 'error', code: Number(error) };
  const alarm = /^ALARM:(\d{1,3})$/.exec(line)?.[1];
  if (alarm !== undefined) return { kind: 'alarm', code: Number(alarm) };
  if (line.startsWith('<') && line.endsWith('>')) return { kind: 'report', report: parseReport(line.slice(1, -1)) };
  if (line.startsWith('>')) return { kind: 'startup', text: line.slice(1) };
  // grblHAL calls itself so, and is another one.
  if (/^Grbl(?:HAL)? \d/.test(line)) return { kind: 'banner', text: line };
  return bracketed(line) ?? setting(line) ?? { kind: 'unknown' };
}

function bracketed(line: string): Message | undefined {
  const [, type, text] = /^\[([A-Za-z][A-Za-z0-9]*):(.*)\]$/.exec(line) ?? [];
  if (type === undefined || text === undefined) return undefined;
  return type === 'MSG' ? { kind: 'message', text } : { kind: 'data', type, text };
}

/** `$110=500.000` (interface: "Grbl $ Settings Message"). */
function setting(line: string): Message | undefined {
  const [, number, value] = /^\$(\d{1,3})=(-?\d{1,9}(?:\.\d{1,6})?)$/.exec(line) ?? [];
  if (number === undefined || value === undefined) return undefined;
  return { kind: 'setting', number: Number(number), value: Number(value) };
}

/** Whether a start-up message or a build info is that of GRBL 1.1: `Grbl 1.1h ['$' for help]`, `[VER:1.1h.20190825:]`. */
export function isVersion(text: string): boolean {
  return /^(?:Grbl |v)?1\.1[a-z]?(?:[ .]|$)/.test(text);
}
