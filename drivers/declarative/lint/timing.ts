import type { Exchange, Finding, LineSettings } from '../definition/definition.ts';
import { error, warning } from '../definition/scope.ts';
import { characterMs, exchangeBytes } from './line-time.ts';
import { distinct, type Subject, type Use, valueAt } from './subject.ts';

/** Times that the line's speed makes impossible. */
export function timing(subject: Subject): Finding[] {
  const { definition, uses } = subject;
  const character = characterMs(definition.line);
  if (character === undefined) return [];
  return distinct([
    ...uses.flatMap((use) => checkExchange(subject, use, character)),
    ...checkGap(subject, character),
    ...checkPolling(subject, character),
  ]);
}

function checkExchange(subject: Subject, { exchange }: Use, character: number): Finding[] {
  const { line } = subject.definition;
  const { reply } = exchangeBytes(line, exchange);
  const takes = reply * character;
  if (exchange.expect.length === 0) return [];
  return [
    ...tooShort(subject, exchange, 'totalTimeoutMs', takes, error),
    ...tooShort(subject, exchange, 'replyTimeoutMs', takes, warning),
  ].map((finding) => ({
    ...finding,
    detail: `${finding.detail}: ${reply} bytes of reply take ${ceil(takes)} ms at ${line.baudRate} Bd`,
  }));
}

type Timeout = 'totalTimeoutMs' | 'replyTimeoutMs';

function tooShort(subject: Subject, exchange: Exchange, key: Timeout, takes: number, make: typeof error): Finding[] {
  const limit = exchange[key] ?? subject.definition.line[key];
  if (limit === undefined || limit >= takes) return [];
  return [make(placeOf(subject, exchange, key), 'is too short')];
}

/** An exchange's own key, or else the line's. */
function placeOf({ raw }: Subject, { path }: Exchange, key: string) {
  const own = [...path, key];
  return valueAt(raw, own) === undefined ? ['line', key] : own;
}

function checkGap(subject: Subject, character: number): Finding[] {
  const { line } = subject.definition;
  const all: { exchange?: Exchange; ms: number }[] = [
    { ms: line.interByteTimeoutMs },
    ...subject.uses.flatMap(({ exchange }) =>
      exchange.interByteTimeoutMs === undefined ? [] : [{ exchange, ms: exchange.interByteTimeoutMs }],
    ),
  ];
  return all
    .filter(({ ms }) => ms < character)
    .map(({ exchange }) => {
      const path = exchange === undefined ? ['line', 'interByteTimeoutMs'] : [...exchange.path, 'interByteTimeoutMs'];
      return error(path, `is shorter than one character, which takes ${ceil(character)} ms at ${line.baudRate} Bd`);
    });
}

/** Properties are read one after the other on one line. */
function checkPolling({ definition }: Subject, character: number): Finding[] {
  const seen = new Set<string>();
  let load = 0;
  for (const [name, { read }] of Object.entries(definition.properties)) {
    const spec = definition.model.properties[name];
    if (read === undefined || spec === undefined || spec.access === 'write' || spec.source === 'pushed') continue;
    if (read.from !== undefined && seen.has(read.from)) continue;
    if (read.from !== undefined) seen.add(read.from);
    const exchanges = read.steps.flatMap((step) => (step.kind === 'exchange' ? [step] : []));
    const busy = exchanges.reduce((sum, exchange) => sum + lineMs(definition.line, exchange, character), 0);
    load += busy / spec.source.pollMs;
  }
  if (load <= 1) return [];
  const percent = Math.round(load * 100);
  return [
    warning(['properties'], `need ${percent} % of the line’s time to be read as often as \`pollMs\` says`, {
      key: true,
    }),
  ];
}

function lineMs(line: LineSettings, exchange: Exchange, character: number): number {
  const { sent, reply } = exchangeBytes(line, exchange);
  const gap = exchange.gapMs ?? line.gapMs;
  return Math.max((sent + reply) * character + gap, line.minIntervalMs ?? 0);
}

function ceil(ms: number): number {
  return Math.ceil(ms * 10) / 10;
}
