import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { BellcrankProblem, type CommandView } from '../../../../client/index.ts';
import { answerWith } from '../../../../client/http/http.ts';
import { usePage } from '../data/page.ts';
import { lab } from '../data/shared.ts';
import { newKey } from '../data/key.ts';
import { later as after, monotonic } from '../data/later.ts';
import { commandAt, requestOf, type Target } from '../data/paths.ts';
import { leaseHeaders } from '../lease/token.ts';
import { isUnderWay, later, type Submission } from './submission.ts';

/** A second press so soon is the same press, if it asks for the same: a double click, or a key that bounces. */
const doubleMs = 1000;
/** The stream tells of a command at once; that is asked for in case it is interrupted. */
const askMs = 1500;

export interface Sending {
  readonly submission: Submission;
  /** What went with the last press, as JSON. */
  readonly sent: string | undefined;
  readonly send: (params: unknown) => void;
  /** The same request under the same key: it is sent at most once, whatever was lost. */
  readonly askAgain: () => void;
  readonly cancel: () => Promise<void>;
  readonly forget: () => void;
}

/** Sends one thing at a time and follows it to its end. */
export function useSubmission(device: string, target: Target): Sending {
  const [submission, setSubmission] = useState<Submission>({ phase: 'none' });
  const [sent, setSent] = useState<string>();
  const pressed = useRef({ at: -doubleMs, text: '' });
  const asking = useRef(false);

  const ask = async (params: unknown, key: string): Promise<void> => {
    if (asking.current) return;
    asking.current = true;
    setSubmission({ phase: 'asking', params, key });
    setSubmission(await answerTo(device, target, params, key));
    asking.current = false;
  };

  const followed = useFollowed(submission, setSubmission);
  return {
    submission: followed,
    sent,
    send: (params) => {
      const press = { at: monotonic(), text: JSON.stringify(params) };
      if (press.at - pressed.current.at < doubleMs && press.text === pressed.current.text) return;
      pressed.current = press;
      if (!asking.current) setSent(press.text);
      void ask(params, newKey());
    },
    askAgain: () => {
      if (submission.phase === 'lost') void ask(submission.params, submission.key);
    },
    cancel: async () => {
      if (followed.phase === 'followed') await lab.http.request('DELETE', commandAt(followed.command.id));
    },
    forget: () => setSubmission({ phase: 'none' }),
  };
}

/** Said by something in between, or to a repetition that the browser made by itself: neither tells what became of it. */
const answeredForAnother: ReadonlySet<string> = new Set(['unexpected-answer', 'idempotency-in-flight']);

/** Answers at once with the command's place in the record, so that it can be watched and cancelled. */
async function answerTo(device: string, target: Target, params: unknown, key: string): Promise<Submission> {
  const { method, path, body } = requestOf(device, target, params);
  const headers = { prefer: 'respond-async', 'idempotency-key': key, ...leaseHeaders(device) };
  try {
    const answer = answerWith(await lab.http.request<CommandView>(method, path, { body, headers }), 'id', 'state');
    return { phase: 'followed', command: answer.body };
  } catch (error) {
    if (!(error instanceof BellcrankProblem) || answeredForAnother.has(error.code)) {
      return { phase: 'lost', params, key };
    }
    const command = await commandOf(error.commandId);
    return command === undefined ? { phase: 'turned-away', problem: error } : { phase: 'followed', command };
  }
}

async function commandOf(id: string | undefined): Promise<CommandView | undefined> {
  if (id === undefined) return undefined;
  try {
    return (await lab.http.request<CommandView>('GET', commandAt(id))).body;
  } catch {
    return undefined;
  }
}

/** The same, with what has become of the command meanwhile. */
function useFollowed(submission: Submission, set: (next: Submission) => void): Submission {
  const { commands } = usePage();
  const own = submission.phase === 'followed' ? submission.command : undefined;
  const known =
    own &&
    later(
      own,
      commands.find(({ id }) => id === own.id),
    );
  const id = known !== undefined && isUnderWay(known) ? known.id : undefined;
  const tell = useEffectEvent((command: CommandView) => set({ phase: 'followed', command }));
  useEffect(() => {
    if (id === undefined) return undefined;
    let stopped = false;
    const look = async (): Promise<void> => {
      const command = await commandOf(id);
      if (stopped) return;
      if (command !== undefined) tell(command);
      cancel = after(askMs, () => void look());
    };
    let cancel = after(askMs, () => void look());
    return () => {
      stopped = true;
      cancel();
    };
  }, [id]);
  return known === undefined ? submission : { phase: 'followed', command: known };
}
