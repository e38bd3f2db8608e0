import { BellcrankError, quoted } from '../../../src/driver/index.ts';

/** One line of a job as it is sent. */
export interface JobLine {
  /** Counted from 1 in the text that was given. */
  readonly number: number;
  readonly text: string;
  /**
   * It reads or writes EEPROM, during which the controller hears nothing: it is sent only when all before it is
   * answered, and nothing after it until it is.
   */
  readonly isAlone: boolean;
}

/** LINE_BUFFER_SIZE is 80 with its end mark; what does not count (blanks, comments) is not sent. */
const longestLine = 79;

/** Lines that a job may have once comments and blank ones are gone. */
const maxLines = 50_000;

/** Blanks and comments: `(…)` within a line, `;` to its end. What is left is upper case, as the controller reads it. */
function strip(line: string): string {
  return line
    .replaceAll(/\([^)]*\)?|;[^]*/g, '')
    .replaceAll(/\s/g, '')
    .toUpperCase();
}

/** G10, G28.1 and G30.1 write EEPROM; G28, G30 and G54–G59 read it. */
const usesEeprom = /G(?:10|28|30|5[4-9])(?!\d)/;

/** What a job's text becomes, or `invalid-request` with the line that cannot be sent. Nothing has been sent by then. */
export function jobLines(gcode: string): JobLine[] {
  const lines: JobLine[] = [];
  for (const [index, raw] of gcode.split(/\r\n|\n|\r/).entries()) {
    const text = strip(raw);
    // A percent sign alone marks the beginning and the end of a file.
    if (text === '' || text === '%') continue;
    const problem = problemWith(text);
    if (problem !== undefined) throw invalid(`line ${index + 1}, ${quoted(text)}, ${problem}`);
    lines.push({ number: index + 1, text, isAlone: usesEeprom.test(text) });
  }
  if (lines.length === 0) throw invalid('there is nothing in it but blanks and comments');
  if (lines.length > maxLines) throw invalid(`it has ${lines.length} lines; ${maxLines} are allowed`);
  return lines;
}

function problemWith(text: string): string | undefined {
  if (text.length > longestLine) return `is longer than the ${longestLine} characters that the controller takes`;
  if (text.startsWith('$')) return 'is a command of the controller, not G-code; use the commands of the device';
  // These would not stay in their line: the controller takes them for real-time commands.
  if (/[!?~]|[^\x21-\x7d]/.test(text)) return 'holds a character that is not G-code';
  return undefined;
}

/** The longest pause that a line asks for, in ms: so long the controller may be idle and yet not answer. */
export function longestDwellMs(lines: readonly JobLine[]): number {
  let seconds = 0;
  for (const { text } of lines) {
    if (!/G0*4(?![\d.])/.test(text)) continue;
    seconds = Math.max(seconds, Number(/P(\d*\.?\d+)/.exec(text)?.[1] ?? 0));
  }
  return seconds * 1000;
}

function invalid(detail: string): BellcrankError {
  const error = { pointer: '/gcode', detail };
  return new BellcrankError('invalid-request', `the job cannot be run: ${detail}`, { errors: [error] });
}
