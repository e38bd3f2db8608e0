import type { LineSettings, ReplyFraming } from '../../drivers/declarative/definition/definition.ts';
import type { Said } from './outbox.ts';
import type { Answer } from './unit.ts';

/** A frame as it goes out on the line. Frames of a length, or with one in them, are whole as they are. */
export function framed(frame: Uint8Array, framing: ReplyFraming): Uint8Array {
  if (framing.by === 'terminator') return Buffer.concat([frame, framing.terminator]);
  if (framing.by === 'delimiters') return Buffer.concat([framing.start, frame, framing.end]);
  return frame;
}

/** All that the device says to one message: the echo, the frames each after its time, and the prompt. */
export function saidTo(
  message: Uint8Array,
  answers: readonly Answer[],
  line: LineSettings,
  replyMs: number,
): readonly Said[] {
  const said: Said[] = [];
  if (line.echo) said.push({ bytes: Buffer.concat([message, line.outTerminator]), afterMs: 0 });
  for (const { frames, framing } of answers) {
    for (const [index, frame] of frames.entries()) {
      const afterMs = index === 0 ? replyMs : 0;
      // Only silence tells two such frames apart.
      const silentMs = framing.by === 'silence' && said.length > 0 ? 2 * line.interByteTimeoutMs : 0;
      said.push({ bytes: framed(frame, framing), afterMs: Math.max(afterMs, silentMs) });
    }
  }
  if (line.prompt !== undefined) said.push({ bytes: line.prompt, afterMs: 0 });
  return said;
}
