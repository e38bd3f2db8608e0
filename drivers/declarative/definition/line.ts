import type { LineSettings, Path, ReplyFraming, Report } from './definition.ts';
import { error } from './scope.ts';
import type { RawExchange, RawLine } from './schema/definition.ts';
import { bytesAt } from './templates.ts';

type RawReply = NonNullable<RawExchange['reply']>;

const defaults = { replyTimeoutMs: 500, interByteTimeoutMs: 50, gapMs: 0, quietMs: 250 };

const defaultMaxBytes = 4096;

/** The line's settings with their defaults. */
export function lineOf(raw: RawLine | undefined, report: Report): LineSettings {
  const { outTerminator, inTerminator, reply, echo = false, prompt, maxReplyBytes, ...rest } = raw ?? {};
  const path = ['line'];
  if (inTerminator !== undefined && reply !== undefined) {
    report(error([...path, 'inTerminator'], 'and `reply` both say how replies end; keep one', { key: true }));
  }
  const framed = reply ?? terminatedBy(inTerminator);
  return {
    ...defaults,
    ...rest,
    echo: echo !== false,
    ...(typeof echo === 'object' && {
      echoTerminator: bytesAt(report, echo.terminator, [...path, 'echo', 'terminator']),
    }),
    outTerminator: bytesAt(report, outTerminator ?? '', [...path, 'outTerminator']),
    reply: framingOf(framed, maxReplyBytes ?? defaultMaxBytes, [...path, reply ? 'reply' : 'inTerminator'], report),
    ...(prompt !== undefined && { prompt: notEmpty(report, prompt, [...path, 'prompt']) }),
  };
}

/** An empty terminator means that the reply ends with silence. */
function terminatedBy(terminator: string | undefined): RawReply {
  return terminator === undefined || terminator === '' ? { silence: true } : { terminator };
}

const kinds = ['terminator', 'bytes', 'silence', 'lengthField', 'start'] as const;

export function framingOf(raw: RawReply, maxReplyBytes: number, path: Path, report: Report): ReplyFraming {
  const said = kinds.filter((kind) => raw[kind] !== undefined);
  const maxBytes = raw.maxBytes ?? maxReplyBytes;
  if (said.length !== 1) report(error(path, `must have exactly one of ${kinds.join(', ')} (with end)`));
  if ((raw.start === undefined) !== (raw.end === undefined)) report(error(path, 'must have start and end together'));
  const { terminator, bytes, lengthField, start, end } = raw;
  if (terminator !== undefined) return { by: 'terminator', terminator: some('terminator', terminator), maxBytes };
  if (bytes !== undefined) return { by: 'length', bytes };
  if (lengthField !== undefined) {
    return { by: 'length-field', size: 1, littleEndian: false, adds: 0, ...lengthField, maxBytes };
  }
  if (start === undefined || end === undefined) return { by: 'silence', maxBytes };
  return { by: 'delimiters', start: some('start', start), end: some('end', end), maxBytes };

  function some(key: string, text: string): Uint8Array {
    // Under `line.inTerminator` the text stands without a key of its own.
    return notEmpty(report, text, path.at(-1) === 'inTerminator' ? path : [...path, key]);
  }
}

/** What nothing at all would match at once, and for ever. */
function notEmpty(report: Report, text: string, path: Path): Uint8Array {
  const parsed = bytesAt(report, text, path);
  if (text === '') report(error(path, 'must have at least one byte'));
  return parsed;
}
