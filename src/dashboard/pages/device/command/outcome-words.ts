import type { BellcrankProblem, CommandView, Confirmation, NotSentReason } from '../../../../client/index.ts';

/** How it looks: never by colour alone, and `unknown` like neither success nor failure. */
export type Tone = 'busy' | 'ok' | 'refused' | 'failed' | 'not-sent' | 'unknown';

export interface Words {
  readonly tone: Tone;
  /** In one or two words. */
  readonly title: string;
  readonly text: string;
  /** What the device said, as it came. */
  readonly device?: string;
  /** What to do now. */
  readonly advice?: string;
}

/** A command under way may say how far it is. */
export type LiveCommand = CommandView & { readonly progress?: unknown; readonly position?: number };

const confirmed: Readonly<Record<Confirmation, string>> = {
  sent: 'It was handed to the wire. The device confirms nothing more for this command.',
  acknowledged: 'The device answered that it took it.',
  confirmed: 'The device itself reports the state that was asked for.',
};

const reasons: Readonly<Record<NotSentReason, string>> = {
  expired: 'its turn did not come in time',
  cancelled: 'it was cancelled',
  superseded: 'a newer command took its place',
  stopped: 'the device is stopped',
  leased: 'somebody else holds the lease',
  interlocked: 'an interlock forbids it',
  offline: 'the device is offline',
  unrecorded: 'it could not be put on record',
  shutdown: 'the service is shutting down',
  fault: 'its driver is at fault',
  forbidden: 'who asked may not do that',
};

/** What is known of a command, and no more. */
export function wordsFor(command: LiveCommand): Words {
  if (command.state === 'queued') return { tone: 'busy', title: 'Waiting', text: waiting(command.position) };
  if (command.state === 'sent')
    return { tone: 'busy', title: 'On its way', text: 'It has left. Waiting for the device.' };
  const words = ended(command);
  return command.resolvedLate === true ? { ...words, text: `${words.text} A late answer settled it.` } : words;
}

function waiting(position: number | undefined): string {
  if (position === undefined || position < 1) return 'It waits for its turn. Nothing has left yet.';
  return `It waits for its turn, with ${position} before it. Nothing has left yet.`;
}

function ended(command: LiveCommand): Words {
  const { outcome, confirmation, error, reason } = command;
  const detail = error === undefined ? '' : sentence(error.detail);
  const said = error?.device === undefined ? {} : { device: saidBy(error.device) };
  switch (outcome) {
    case 'succeeded':
      return { tone: 'ok', title: 'Done', text: confirmed[confirmation ?? 'sent'] };
    case 'refused':
      return { tone: 'refused', title: 'Refused', text: `The device said no, and nothing changed. ${detail}`, ...said };
    case 'failed':
      return { tone: 'failed', title: 'Failed', text: detail, ...said, advice: 'Look at the device before you go on.' };
    case 'not-sent':
      return { tone: 'not-sent', title: 'Not sent', text: notSent(reason, detail), ...said };
    case 'unknown':
    case undefined:
      break;
  }
  return { ...unknown(detail), ...said };
}

function notSent(reason: NotSentReason | undefined, detail: string): string {
  const why = reason === undefined ? '' : ` because ${reasons[reason]}`;
  return `Nothing has left${why}. ${detail}`.trimEnd();
}

function unknown(detail: string): Words {
  return {
    tone: 'unknown',
    title: 'Unknown',
    text: `It has left, and nobody knows what came of it: it may have happened, wholly, in part or not at all. ${detail}`,
    advice:
      'Look at the device, or read back what should have changed, before you send it again. A late answer may still settle this.',
  };
}

/**
 * Before it is accepted a command cannot have left. These say less than that: something in between answered, a browser sent
 * the request again while the first one runs, or something broke inside the service.
 */
const mayHaveLeft: ReadonlySet<string> = new Set(['unexpected-answer', 'idempotency-in-flight', 'internal']);

/** An answer that is no command: it was turned away before it had a place in the record, or nobody knows. */
export function wordsForProblem(problem: BellcrankProblem): Words {
  const detail = sentence(problem.detail);
  const said = problem.device === undefined ? {} : { device: saidBy(problem.device) };
  switch (problem.outcome) {
    case 'unknown':
      return { ...unknown(detail), ...said };
    case 'failed':
      return { tone: 'failed', title: 'Failed', text: detail, ...said };
    case 'refused':
      return { tone: 'refused', title: 'Refused', text: `The device said no, and nothing changed. ${detail}`, ...said };
    case 'succeeded':
    case 'not-sent':
    case undefined:
      break;
  }
  if (problem.outcome === undefined && mayHaveLeft.has(problem.code)) {
    return { ...unknown(detail), text: `It may have left or not. ${detail}` };
  }
  return { tone: 'not-sent', title: 'Not sent', text: notSent(problem.reason, detail) };
}

function saidBy({ code, text }: { readonly code: string; readonly text: string }): string {
  return text === '' || text === code ? code : `${text} (${code})`;
}

export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const capital = trimmed.slice(0, 1).toUpperCase() + trimmed.slice(1);
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}
