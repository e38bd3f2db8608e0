import type { Finding, Path } from '../definition/definition.ts';
import { warning } from '../definition/scope.ts';
import { fieldsOf, type Template } from '../template/index.ts';
import { distinct, expectPath, membersOf, offsetIn, type Subject, type Use } from './subject.ts';

/** What is read, declared or taken, and then used for nothing. */
export function unused(subject: Subject): Finding[] {
  return distinct([...fields(subject), ...params(subject), ...options(subject), ...events(subject)]);
}

/** Fields of a version are of use to people and to the simulator. */
const keepsAll: readonly Use['role'][] = ['identify', 'errorQueue'];

function fields(subject: Subject): Finding[] {
  return subject.uses.flatMap(({ role, exchange, known, wanted, repeat }) => {
    if (keepsAll.includes(role)) return [];
    const used = new Set([...known, ...Object.keys(wanted), ...Object.keys(repeat?.until ?? {})]);
    return exchange.expect.flatMap((template, index) =>
      idle(template, used, expectPath(subject, exchange, index), subject.raw.frame?.expect),
    );
  });
}

function idle(template: Template, used: ReadonlySet<string>, path: Path, frame: string | undefined): Finding[] {
  return fieldsOf(template).flatMap(({ name, at, conversion }) => {
    if (name === undefined || used.has(name)) return [];
    const drop = `{%*${conversion.text.slice(1)}}`;
    return [
      warning(path, `${name}: is read and never used; ${drop} reads and drops it`, offsetIn(template, at, frame)),
    ];
  });
}

/** A parameter that is not sent has no effect, whatever it promises. */
function params({ uses }: Subject): Finding[] {
  const sent = new Map<Path, Set<string>>();
  const declared = new Map<Path, Use>();
  for (const use of uses) {
    const names = sent.get(use.owner) ?? new Set<string>();
    sent.set(use.owner, names);
    if (use.role !== 'command' && use.role !== 'write') continue;
    declared.set(use.owner, use);
    if (use.exchange.send !== undefined) for (const { name } of fieldsOf(use.exchange.send)) names.add(name ?? '');
  }
  return [...declared].flatMap(([owner, { role, params: all }]) =>
    Object.keys(all)
      .filter((name) => sent.get(owner)?.has(name) !== true)
      .map((name) => {
        if (role === 'write') return warning([...owner, 'write'], 'never sends {value}', { key: true });
        return warning([...owner, 'params', name], 'is never sent', { key: true });
      }),
  );
}

function options({ definition, uses, raw }: Subject): Finding[] {
  const used = new Set(
    uses.flatMap(({ exchange }) =>
      [...(exchange.send ? [exchange.send] : []), ...exchange.expect].flatMap((template) =>
        fieldsOf(template).flatMap(({ name }) => name ?? []),
      ),
    ),
  );
  const elsewhere = JSON.stringify([raw.properties, raw.commands, raw.address]);
  return Object.keys(membersOf(definition.optionsSchema))
    .filter((name) => !used.has(name) && !elsewhere.includes(`{${name}}`))
    .map((name) => warning(['options', name], 'is never used', { key: true }));
}

function events({ raw, definition }: Subject): Finding[] {
  const emitted = new Set(definition.unsolicited.map(({ emit }) => emit));
  return Object.keys(raw.events ?? {})
    .filter((name) => !emitted.has(name))
    .map((name) => warning(['events', name], 'is never emitted by a rule of `unsolicited`', { key: true }));
}
