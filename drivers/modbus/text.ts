import { BellcrankError } from '../../src/driver/index.ts';

const printable = /^[\u0020-\u007e]*$/;

/** ASCII, filled up with NUL or spaces; anything else is no text. */
export function textFrom(bytes: Buffer): string {
  const text = bytes.toString('latin1').replace(/[\0 ]+$/, '');
  if (!printable.test(text)) throw new Error('the registers hold no ASCII text');
  return text;
}

/** The text filled up with NUL. Throws `invalid-request` for what does not fit. */
export function textTo(text: string, bytes: number): Buffer {
  if (!printable.test(text)) throw new BellcrankError('invalid-request', 'only printable ASCII can be written');
  if (text.length > bytes) {
    throw new BellcrankError(
      'invalid-request',
      `the text has ${text.length} characters, and there is room for ${bytes}`,
    );
  }
  return Buffer.from(text.padEnd(bytes, '\0'), 'latin1');
}
