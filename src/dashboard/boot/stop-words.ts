import type { DeviceStop, Reach } from './stop-request.ts';

/** How sure it is that a device is safe: what is not known is neither. `none`: its model has nothing to stop. */
export type Certainty = 'not' | 'unsure' | 'sent' | 'none' | 'acknowledged' | 'confirmed';

export interface StopWords {
  readonly certainty: Certainty;
  readonly text: string;
}

const told: Readonly<Record<string, StopWords>> = {
  confirmed: { certainty: 'confirmed', text: 'Stopped: read back from the device.' },
  acknowledged: { certainty: 'acknowledged', text: 'The device acknowledged Stop.' },
  sent: { certainty: 'sent', text: 'Stop was sent; this device does not say whether it obeyed.' },
};
const sent: StopWords = { certainty: 'sent', text: 'Stop was sent.' };

/** What became of one device's stop, in plain words. */
export function wordsOf({ outcome, confirmation, error }: DeviceStop): StopWords {
  const why = error === undefined ? '' : ` ${sentence(error.detail)}`;
  switch (outcome ?? 'unknown') {
    case 'succeeded':
      return told[confirmation ?? 'sent'] ?? sent;
    case 'refused':
      return { certainty: 'not', text: `Not stopped: the device refused.${why}` };
    case 'failed':
      return { certainty: 'not', text: `Not stopped: the device says that it failed.${why}` };
    case 'not-sent':
      if (error?.code === 'not-found') return { certainty: 'none', text: `Takes no commands any more.${why}` };
      return { certainty: 'not', text: `Not stopped: nothing was sent.${why}` };
    default:
      return { certainty: 'unsure', text: `It is not known whether it stopped.${why}` };
  }
}

function sentence(detail: string): string {
  const text = detail.trim().slice(0, 300);
  if (text === '') return '';
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

/** What needs a hand comes first. */
const summaries: readonly (readonly [Certainty, string])[] = [
  ['not', 'not stopped'],
  ['unsure', 'not known'],
  ['sent', 'sent without an answer'],
  ['acknowledged', 'acknowledged'],
  ['confirmed', 'confirmed'],
  ['none', 'without a stop of their own'],
];

export function worstFirst(devices: readonly DeviceStop[]): readonly (DeviceStop & { readonly words: StopWords })[] {
  const rank = ({ words }: { readonly words: StopWords }): number =>
    summaries.findIndex(([certainty]) => certainty === words.certainty);
  return devices.map((device) => ({ ...device, words: wordsOf(device) })).sort((a, b) => rank(a) - rank(b));
}

/** What holds as long as nobody releases it, whatever a device answered. */
export const latched = 'Stopped: no device takes commands';
/** The same, as far as somebody can tell who may not see every device. */
export const latchedHere = 'Stopped: no device on this page takes commands';

/** Everything was, and one was released by itself, or has come since. */
export function someOf(stopped: number, devices: number): string {
  return `Not everything is stopped any more: ${stopped} of ${devices} devices ${stopped === 1 ? 'is' : 'are'}`;
}

/** In few words: nothing is called stopped that may not be. */
export function title(devices: readonly DeviceStop[], { everything, left }: Reach): string {
  const all = devices.map((device) => wordsOf(device).certainty);
  const open = all.filter((each) => each === 'not' || each === 'unsure').length;
  if (left > 0) return `Not everything is stopped: ${left} of ${left + all.length} were left as they are`;
  if (open > 0) return `Stopped, but ${open} of ${all.length} may still run`;
  const what = everything ? 'Everything' : 'Every device that is here now';
  return all.includes('sent') ? `${what} has been told to stop` : `${what} is stopped`;
}

/** Who was left, and what to do about it; nothing if nobody was. */
export function leftOut({ left, notAllowed }: Reach): string {
  if (left === 0) return '';
  const named = notAllowed.slice(0, maxNamed).join(', ');
  const which =
    named === '' ? '' : ` (${named}${notAllowed.length > maxNamed || notAllowed.length < left ? ', …' : ''})`;
  const devices = left === 1 ? '1 device was' : `${left} devices were`;
  return `${devices} not stopped${which}: you may not stop ${left === 1 ? 'it' : 'them'}. Whoever may has to.`;
}

/** Devices that are named in one sentence. */
const maxNamed = 20;

/** One sentence over all of them. */
export function summary(devices: readonly DeviceStop[]): string {
  if (devices.length === 0) return 'There is no device; what is added now starts stopped.';
  const all = devices.map((device) => wordsOf(device).certainty);
  const parts = summaries.flatMap(([certainty, text]) => {
    const number = all.filter((each) => each === certainty).length;
    return number === 0 ? [] : [`${number} ${text}`];
  });
  return `${devices.length} ${devices.length === 1 ? 'device' : 'devices'}: ${parts.join(', ')}.`;
}
