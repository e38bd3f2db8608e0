import {
  delimited,
  fixedLength,
  type Framing,
  lengthPrefixed,
  terminated,
  untilSilence,
} from '../../../src/driver/index.ts';
import type { ReplyFraming } from '../definition/definition.ts';

/** How the end of a reply is found, as its definition says. */
export function framingOf(reply: ReplyFraming): Framing {
  if (reply.by === 'terminator') return terminated(reply.terminator, reply.maxBytes);
  if (reply.by === 'silence') return untilSilence(reply.maxBytes);
  if (reply.by === 'length') return fixedLength(reply.bytes);
  if (reply.by === 'length-field') return lengthPrefixed(reply, reply.maxBytes);
  return delimited(reply.start, reply.end, reply.maxBytes);
}

/** Where the device says that it is ready: the prompt is a frame of its own, whatever the others look like. */
export function orPrompt(framing: Framing, prompt: Uint8Array): Framing {
  return {
    endsByGap: framing.endsByGap,
    brokenByGap: framing.brokenByGap === true,
    maxBytes: Math.max(framing.maxBytes, prompt.length),
    cut(bytes, seen) {
      const common = commonLength(bytes, prompt);
      if (common === prompt.length) return { from: 0, to: common, end: common };
      return common === bytes.length ? undefined : framing.cut(bytes, seen);
    },
  };
}

/** A reply without a terminator of its own ends where the device says that it is ready again, and by no silence before. */
export function untilPrompt(prompt: Uint8Array, maxBytes: number): Framing {
  return terminated(prompt, maxBytes);
}

/**
 * What the device repeats of a message. Bytes that are none of it are cut as `other` would: something that the device
 * said unasked may stand before it, and a wrong echo is told at once.
 */
export function echoOf(message: Uint8Array, other: Framing): Framing {
  return {
    endsByGap: other.endsByGap,
    maxBytes: Math.max(other.maxBytes, message.length),
    cut(bytes) {
      const common = commonLength(bytes, message);
      if (common === message.length) return { from: 0, to: common, end: common };
      return common === bytes.length ? undefined : other.cut(bytes, 0);
    },
  };
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && commonLength(a, b) === a.length;
}

/** How many bytes the two begin with alike. */
function commonLength(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) if (a[at] !== b[at]) return at;
  return shorter;
}
