import type { CommandView, NotSentReason } from '../../../../client/index.ts';

const reasons: Readonly<Record<NotSentReason, string>> = {
  expired: 'its deadline passed first',
  cancelled: 'it was withdrawn',
  superseded: 'a newer one took its place',
  stopped: 'the device was stopped',
  leased: 'somebody else holds the device, or the lease has ended',
  interlocked: 'an interlock forbade it',
  offline: 'the device was not there',
  unrecorded: 'it could not be put on record',
  shutdown: 'the service was ending',
  fault: 'something was wrong on this side',
};

const reached = {
  sent: 'It was handed to the wire, and more is not asked of this command.',
  acknowledged: 'The device answered that it took it.',
  confirmed: 'The device itself reports what was asked for.',
};

/** What became of a command, in plain words. `unknown` is neither good nor bad news. */
export function wordsOf({ state, outcome, reason, confirmation }: CommandView): string {
  if (state === 'queued') return 'It waits for its turn. Nothing has left.';
  if (state === 'sent') return 'It has left. What becomes of it is not known yet.';
  switch (outcome) {
    case 'succeeded':
      return confirmation === null ? 'It was done.' : reached[confirmation];
    case 'refused':
      return 'The device said no. Nothing changed.';
    case 'failed':
      return 'The device tried and did not manage, or what it answered was not valid.';
    case 'not-sent':
      return `Nothing left: ${reason === undefined ? 'it was not sent' : reasons[reason]}.`;
    default:
      return 'It may have happened, and it may not. It left, and no answer settles it: look at the device before you send it again.';
  }
}

/** Milliseconds as a person reads them. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const minutes = Math.floor(ms / 60_000);
  return minutes < 60
    ? `${minutes} min ${Math.round((ms % 60_000) / 1000)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
