import { BellcrankError, latin1, quoted } from '../../../src/driver/index.ts';
import { words } from '../../../src/driver/frame-words.ts';
import type { ErrorRule, Exchange } from '../definition/definition.ts';
import type { Template, Values } from '../template/template.ts';
import { scan } from './message.ts';
import { rewritten } from './rewrite.ts';
import { type Fields, type Known, meaning, type Told } from './values.ts';

/** Bytes for a message: as text where they are text, else in hexadecimal; cut. */
export const shown = words(false).show;

/** The refusal that a reply's first frame tells, if it does; the exchange's own rules come before the definition's. */
export function refusalIn(first: Uint8Array, exchange: Exchange, known: Known): BellcrankError | undefined {
  const frame = rewritten(first, exchange.rewrite);
  if (frame === undefined) return undefined;
  for (const rule of exchange.errors) {
    const scanned = scan(rule.match, frame, known, {});
    if (scanned.ok) return refusal(rule, scanned.values, frame);
  }
  return undefined;
}

/** What the frames of a reply tell. Throws `device-protocol` for what is not what was expected. */
export function readReply(
  frames: readonly Uint8Array[],
  exchange: Exchange,
  known: Known,
  templates: readonly Template[] = exchange.expect,
): Fields {
  const fields: Record<string, Told> = {};
  for (const [index, template] of templates.entries()) {
    const frame = frames[index];
    if (frame === undefined) throw nonsense(`the device answered too little`, template, 'more');
    const content = rewritten(frame, exchange.rewrite);
    if (content === undefined) throw nonsense(`the device answered ${shown(frame)}`, template, 'less after `rewrite`');
    Object.assign(fields, readFrame(content, template, exchange, known));
  }
  const excess = frames[templates.length];
  if (excess === undefined) return fields;
  throw new BellcrankError('device-protocol', `the device also answered ${shown(excess)}, which nothing explains`);
}

/** Whether a frame is what a template says. */
export function matches(frame: Uint8Array, template: Template, exchange: Exchange, known: Known): boolean {
  const content = rewritten(frame, exchange.rewrite);
  return content !== undefined && scan(template, content, known, exchange.fields).ok;
}

/** Whether a frame is what a template says but for its checksum. */
export function isWrongChecksum(frame: Uint8Array, template: Template, exchange: Exchange): boolean {
  const content = rewritten(frame, exchange.rewrite);
  const scanned = content && scan(template, content, {}, exchange.fields);
  return scanned?.ok === false && scanned.checksum === true;
}

function readFrame(frame: Uint8Array, template: Template, exchange: Exchange, known: Known): Fields {
  const scanned = scan(template, frame, known, exchange.fields);
  if (scanned.ok) return meaning(scanned.values, exchange.fields);
  const said = `the device answered ${shown(frame)}`;
  if (scanned.checksum) throw nonsense(`${said} with a wrong checksum`, template, scanned.expected, true);
  throw nonsense(said, template, `${scanned.expected} at byte ${scanned.at}`);
}

function nonsense(said: string, template: Template, expected: string, damaged = false): BellcrankError {
  const text = `${said} instead of ${quoted(template.text)}: expected ${expected}`;
  return new BellcrankError('device-protocol', text, { damaged });
}

function refusal(rule: ErrorRule, values: Values, frame: Uint8Array): BellcrankError {
  const code = codeOf(rule, values);
  const own =
    values['text'] ??
    (code !== undefined && Object.hasOwn(rule.texts, code) ? rule.texts[code] : undefined) ??
    rule.text;
  const text = own === undefined ? latin1(frame) : String(own);
  return verdict(rule.outcome, code ?? '', text);
}

function codeOf({ code }: ErrorRule, values: Values): string | undefined {
  if (code === undefined) return undefined;
  const found = 'field' in code ? values[code.field] : code.text;
  return found === undefined ? undefined : String(found);
}

/** What the device said of what it was told, in its own words. */
export function verdict(outcome: ErrorRule['outcome'], code: string, text: string): BellcrankError {
  const device = { code, text };
  const words = code === '' ? quoted(text) : `${code}, ${quoted(text)}`;
  if (outcome === 'failed') {
    return new BellcrankError('device-failed', `the device failed: ${words}`, { outcome: 'failed', device });
  }
  if (outcome === 'busy') {
    return new BellcrankError('busy', `the device is busy: ${words}`, { outcome: 'refused', device });
  }
  return new BellcrankError('device-refused', `the device refused: ${words}`, { outcome: 'refused', device });
}
