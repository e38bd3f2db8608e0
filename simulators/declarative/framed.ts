import type { LineSettings, ReplyFraming } from '../../drivers/declarative/definition/definition.ts';
import type { Said } from '../behaviour/outbox.ts';
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
  if (line.echo) said.push({ bytes: Buffer.concat([message, line.echoTerminator ?? line.outTerminator]), afterMs: 0 });
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

/** Why no reader could cut this frame out of the line again; undefined if it can. */
export function misfit(frame: Uint8Array, framing: ReplyFraming): string | undefined {
  const { length } = frame;
  if (framing.by === 'terminator') return holds(frame, framing.terminator);
  if (framing.by === 'delimiters') return holds(frame, framing.end);
  if (framing.by === 'length')
    return length === framing.bytes ? undefined : `it has ${length} bytes, not ${framing.bytes}`;
  if (framing.by === 'length-field') return wrongLength(frame, framing);
  return length > 0 ? undefined : 'it has no byte that could break the silence';
}

function holds(frame: Uint8Array, end: Uint8Array): string | undefined {
  return Buffer.from(frame).includes(Buffer.from(end)) ? 'it holds what ends it' : undefined;
}

type LengthField = Extract<ReplyFraming, { by: 'length-field' }>;

function wrongLength(frame: Uint8Array, { offset, size, littleEndian, adds }: LengthField): string | undefined {
  if (frame.length < offset + size) return `it has ${frame.length} bytes, and its length should stand at ${offset}`;
  const bytes = Buffer.from(frame);
  const said = (littleEndian ? bytes.readUIntLE(offset, size) : bytes.readUIntBE(offset, size)) + adds;
  return said === frame.length ? undefined : `it has ${frame.length} bytes and says that it has ${said}`;
}
