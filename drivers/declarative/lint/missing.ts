import { suggestion } from '../../../src/yaml/suggest.ts';
import type { Finding, Path } from '../definition/definition.ts';
import { error } from '../definition/scope.ts';
import { fieldsOf, type Template } from '../template/index.ts';
import { distinct, membersOf, offsetIn, type Subject, type Use } from './subject.ts';

/** Values that are promised or needed, and come from nowhere. */
export function missing(subject: Subject): Finding[] {
  return distinct([
    ...subject.uses.flatMap((use) => [...unknownSent(subject, use), ...until(use), ...scales(use)]),
    ...results(subject),
    ...pushed(subject),
    ...emitted(subject),
  ]);
}

/** Fields of what is sent that nothing gives a value. A field that an earlier step read has one. */
function unknownSent({ raw, uses }: Subject, { exchange, known, owner }: Use): Finding[] {
  const { send, path } = exchange;
  if (send === undefined) return [];
  const read = new Set(
    uses.filter((use) => use.owner === owner).flatMap((use) => use.exchange.expect.flatMap(namesIn)),
  );
  return fieldsOf(send).flatMap(({ name, at }) => {
    if (name === undefined || known.has(name) || read.has(name)) return [];
    const detail = `${name}: is no parameter, option or variable of \`each\`${suggestion(name, [...known])}`;
    return [error([...path, 'send'], detail, offsetIn(send, at, raw.frame?.send))];
  });
}

function namesIn(template: Template): string[] {
  return fieldsOf(template).flatMap(({ name }) => name ?? []);
}

function until({ repeat, exchange }: Use): Finding[] {
  if (repeat === undefined) return [];
  const names = exchange.expect.flatMap(namesIn);
  return Object.keys(repeat.until)
    .filter((name) => !names.includes(name))
    .map((name) =>
      error([...repeat.path, 'until', name], `is no field of \`expect\`${suggestion(name, names)}`, { key: true }),
    );
}

function scales({ exchange, known, repeat }: Use): Finding[] {
  const { send, expect, path, fields } = exchange;
  const names = [...(send ? namesIn(send) : []), ...expect.flatMap(namesIn), ...(repeat ? [] : known)];
  return Object.keys(fields)
    .filter((name) => !names.includes(name) && name !== 'value')
    .map((name) => error([...path, 'fields', name], `is no field here${suggestion(name, names)}`, { key: true }));
}

/** The field of a property, and each field of a result, must stand in a reply. */
function results({ uses, definition }: Subject): Finding[] {
  const read = new Map<string, string[]>();
  for (const { owner, role, exchange } of uses) {
    const key = `${role} ${owner.join('.')}`;
    read.set(key, [...(read.get(key) ?? []), ...exchange.expect.flatMap(namesIn)]);
  }
  const properties = Object.entries(definition.properties).flatMap(([, { read: action, path }]): Finding[] => {
    if (action === undefined) return [];
    const names = action.steps.flatMap((step) =>
      step.kind === 'wait' ? [] : exchangeOf(step).expect.flatMap(namesIn),
    );
    if (names.includes(action.field)) return [];
    return [
      error([...path, 'read'], `has no field ${action.field} in a reply${suggestion(action.field, names)}`, {
        key: true,
      }),
    ];
  });
  const commands = Object.entries(definition.commands).flatMap(([name, { path }]) => {
    const names = read.get(`command ${path.join('.')}`) ?? [];
    return Object.keys(membersOf(definition.model.commands[name]?.result))
      .filter((field) => !names.includes(field))
      .map((field) =>
        error([...path, 'result', field], `is no field of a reply${suggestion(field, names)}`, { key: true }),
      );
  });
  return [...properties, ...commands];
}

const exchangeOf = (step: Exclude<Use['repeat'], undefined> | Use['exchange']) =>
  step.kind === 'repeat' ? step.exchange : step;

function pushed({ definition }: Subject): Finding[] {
  const reported = new Set(definition.unsolicited.flatMap(({ report }) => Object.keys(report)));
  return Object.entries(definition.model.properties).flatMap(([name, spec]) => {
    const path: Path = definition.properties[name]?.path ?? ['properties', name];
    if (spec.access === 'write' || spec.source !== 'pushed' || reported.has(name)) return [];
    return [error([...path, 'pushed'], 'but no rule of `unsolicited` reports it', { key: true })];
  });
}

/** Fields that a rule reports or emits, and that its message has not. */
function emitted({ definition }: Subject): Finding[] {
  return definition.unsolicited.flatMap(({ match, report, emit, path }) => {
    const names = namesIn(match);
    const data = emit === undefined ? [] : Object.keys(membersOf(definition.model.events[emit]?.data));
    const lacking = [...Object.values(report), ...data].filter((name) => !names.includes(name));
    // What was known before is told only where the event has it.
    const isExcess = (name: string): boolean => !data.includes(name) && !Object.hasOwn(definition.options, name);
    const excess = emit === undefined ? [] : names.filter(isExcess);
    return [
      ...lacking.map((name) =>
        error([...path, 'match'], `has no field ${name}, which is told${suggestion(name, names)}`),
      ),
      ...excess.map((name) => error([...path, 'match'], `has the field ${name}, which the event ${emit} has not`)),
    ];
  });
}
