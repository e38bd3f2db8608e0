import type { Readable } from 'node:stream';

/** Longest line that is taken; a longer one is left out. */
const maxLine = 4096;

/** Calls with each line until the input ends or the signal aborts. Readline would keep a line without end. */
export function eachLine(input: Readable, signal: AbortSignal, tell: (line: string) => void): void {
  let line = '';
  let tooLong = false;
  const take = (piece: string): void => {
    tooLong ||= line.length + piece.length > maxLine;
    line = tooLong ? '' : line + piece;
  };
  const hear = (text: string): void => {
    const [first = '', ...others] = text.split('\n');
    take(first);
    for (const piece of others) {
      if (!tooLong) tell(line);
      [line, tooLong] = ['', false];
      take(piece);
    }
  };
  // Whatever ends the input ends nothing else.
  input.on('error', () => {});
  input.setEncoding('utf8').on('data', hear);
  signal.addEventListener('abort', () => input.off('data', hear).pause(), { once: true });
}
