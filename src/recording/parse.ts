import { eventOf, isEventLine } from './event.ts';
import { HeaderReader } from './header.ts';
import { wrong } from './problem.ts';
import { type RecordedEvent, type Recording, recordingLimits } from './recording.ts';
import { type Token, tokensOf } from './tokens.ts';

export const firstLine = 'bellcrank recording 1';

/** Reads a recording; throws what is wrong with it, where, and what to do (docs/recordings.md). */
export function parseRecording(text: string): Recording {
  const { characters } = recordingLimits;
  if (text.length > characters) throw wrong(start, `it is longer than ${characters} characters; split it`);
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  checkFirst(lines[0] ?? '');
  const header = new HeaderReader();
  const events: RecordedEvent[] = [];
  for (const { tokens, line, isEvent } of logical(lines)) {
    if (!isEvent) {
      if (events.length > 0) throw wrong({ line, column: 1 }, `${whatALineIs}; the header stands before all events`);
      header.read(tokens, line);
      continue;
    }
    if (events.length === recordingLimits.events) {
      throw wrong({ line, column: 1 }, `it has more than ${recordingLimits.events} events; split it`);
    }
    events.push(eventOf(tokens, line, events.at(-1)));
  }
  return { header: header.header, events };
}

const start = { line: 1, column: 1 };
const whatALineIs =
  'an event begins with its time, as in: 12.5 > "text"; a line that continues one begins with a space';

function checkFirst(line: string): void {
  if (line.trimEnd() === firstLine) return;
  const isNewer = /^bellcrank recording \d+\s*$/.test(line);
  throw wrong(
    start,
    isNewer
      ? `this version reads "${firstLine}" alone; read it with the version that wrote it`
      : `a recording begins with the line: ${firstLine}`,
  );
}

interface Logical {
  readonly tokens: readonly Token[];
  readonly line: number;
  readonly isEvent: boolean;
}

/** Lines without the empty ones and comments, each with those that continue it. */
function* logical(lines: readonly string[]): Generator<Logical> {
  let open: { tokens: Token[]; line: number; isEvent: boolean } | undefined;
  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    if (index === 0 || /^[ \t]*(#|$)/.test(text)) continue;
    if (text.length > recordingLimits.lineCharacters) {
      throw wrong({ line, column: 1 }, `it is longer than ${recordingLimits.lineCharacters} characters; fold it`);
    }
    const tokens = tokensOf(text, line);
    if (/^[ \t]/.test(text)) {
      if (open?.isEvent !== true) throw wrong({ line, column: 1 }, 'there is no event that this line could continue');
      for (const token of tokens) open.tokens.push(token);
      continue;
    }
    if (open !== undefined) yield open;
    open = { tokens, line, isEvent: isEventLine(text) };
  }
  if (open !== undefined) yield open;
}
