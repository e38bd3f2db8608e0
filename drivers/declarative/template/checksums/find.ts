import { parseTemplate } from '../parse.ts';
import { checksums } from './table.ts';

/** A checksum as a template has it. */
export interface FoundChecksum {
  /** `{%0<xor8>}` */
  readonly text: string;
  readonly size: number;
  compute(before: Uint8Array): Uint8Array;
}

/** Fewer different messages may end like that by chance. */
const fewest = 3;
/** More say no more. */
const most = 100;

/** As digits, as bytes in either order, and as the rest that there is. */
const flags = ['0', '', '#', '#0', '-', '#-', '+'];
/** A byte that begins a frame is often left out. */
const leftOut = ['', '1'];

/** What every one of these messages ends with: the checksum of all before it. */
export function checksumAtEnd(messages: readonly Uint8Array[]): FoundChecksum | undefined {
  const different = new Map(messages.map((message) => [Buffer.from(message).toString('latin1'), message]));
  const looked = [...different.values()].slice(0, most);
  if (looked.length < fewest) return undefined;
  const all = flags.flatMap((flag) =>
    leftOut.flatMap((width) => [...checksums.keys()].map((name) => foundAs(`{%${flag}${width}<${name}>}`))),
  );
  const fitting = all.filter((one) => looked.every((message) => endsWith(message, one)));
  // Of a sum whose highest bytes are 0 the lowest would do as well.
  return fitting.toSorted((a, b) => b.size - a.size)[0];
}

function foundAs(text: string): FoundChecksum {
  const [part] = parseTemplate(text).parts;
  if (part?.kind !== 'checksum') throw new Error(`${text} is no checksum`);
  return { text, size: part.compute(new Uint8Array()).length, compute: (before) => part.compute(before) };
}

function endsWith(message: Uint8Array, checksum: FoundChecksum): boolean {
  const at = message.length - checksum.size;
  return at > 1 && Buffer.compare(message.subarray(at), checksum.compute(message.subarray(0, at))) === 0;
}
