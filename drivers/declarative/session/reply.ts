import { BellcrankError } from '../../../src/driver/index.ts';
import type { Exchange, LineSettings } from '../definition/definition.ts';
import { equalBytes, framingOf } from './framing.ts';
import { matches, refusalIn, shown } from './judge.ts';
import { echoedOf, type Message } from './message.ts';
import type { ReplyShape } from './reply-plan.ts';

/** What a refusal means for the command as a whole. */
export type Verdict = (refusal: BellcrankError) => BellcrankError;

/** What answers a message on a line; `instead` knows a first frame that stands in place of the whole reply. */
export function shapeOf(
  message: Message,
  line: LineSettings,
  instead: ((frame: Uint8Array) => boolean) | undefined,
): ReplyShape {
  const { exchange, known } = message;
  const { echo, prompt, reply: lineReply } = line;
  const { reply, expect } = exchange;
  return {
    echo: echo ? echoedOf(message, line) : undefined,
    prompt,
    frames: expect.length,
    framing: framingOf(reply ?? lineReply),
    lineFraming: framingOf(lineReply),
    kindOf: (frame, index) => {
      if (index === 0 && refusalIn(frame, exchange, known) !== undefined) return 'instead';
      const template = expect[index];
      if (template !== undefined && matches(frame, template, exchange, known)) return 'expected';
      return index === 0 && instead?.(frame) === true ? 'instead' : 'nonsense';
    },
  };
}

/** Whether anything at all answers it: a reply, an echo, a prompt. */
export function isAnswered({ expect }: Exchange, { echo, prompt }: LineSettings): boolean {
  return expect.length > 0 || echo || prompt !== undefined;
}

/** Whether a reply to this message begins with this frame. */
export function isFirstFrame(frame: Uint8Array, message: Message, line: LineSettings): boolean {
  const { exchange, known } = message;
  const echo = line.echo ? echoedOf(message, line) : undefined;
  if (echo !== undefined) return equalBytes(frame, echo);
  const [first] = exchange.expect;
  return first !== undefined && matches(frame, first, exchange, known);
}

/** Throws the refusal that stands in place of a reply. */
export function unlessRefused(
  replies: readonly Uint8Array[],
  { exchange, known }: Message,
  verdict: Verdict | undefined,
): readonly Uint8Array[] {
  const [first] = replies;
  const refusal = first === undefined ? undefined : refusalIn(first, exchange, known);
  if (refusal !== undefined) throw verdict?.(refusal) ?? refusal;
  return replies;
}

export function notTheEcho(found: Uint8Array, message: Message, line: LineSettings): BellcrankError {
  const echo = echoedOf(message, line) ?? found;
  return new BellcrankError('device-protocol', `the device repeated ${shown(found)} instead of ${shown(echo)}`);
}
