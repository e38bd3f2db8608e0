import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Action, Definition, ErrorRule, Exchange } from '../../drivers/declarative/definition/definition.ts';
import { scanTemplate } from '../../drivers/declarative/template/scan.ts';
import { readReply } from '../../drivers/declarative/session/judge.ts';
import { Talk } from '../../drivers/declarative/session/talk.ts';
import type { Fields } from '../../drivers/declarative/session/values.ts';
import { hearingsOf } from '../../simulators/declarative/hearings.ts';
import { definitionSimulator } from '../../simulators/declarative/index.ts';
import { systemClock } from '../../src/clock.ts';
import {
  BellcrankError,
  type ByteConnection,
  latin1,
  type Confirmation,
  DryRunEnd,
  validate,
} from '../../src/driver/index.ts';
import { makeCall } from '../support/call.ts';
import { type Told, toldBy } from '../support/definition-examples.ts';
import { hurried, throughKernel } from '../support/definition-hurry.ts';
import type { Connect, Face, FaceSettings, OpenFace, Subject } from '../support/definition-face.ts';
import { precisionOf, sampleParams, samplesOf } from '../support/definition-samples.ts';

interface Ended {
  readonly outcome: string;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly levels: readonly Confirmation[];
}

/** A handler without the runtime; the outcome is what it itself makes certain. */
async function run(face: Face, handler: (call: never) => Promise<unknown> | undefined): Promise<Ended> {
  const { call, confirmed } = makeCall(face.connection);
  const levels = (): Confirmation[] => confirmed.map(({ level }) => level);
  try {
    // The contract erases calls to `never`; the driver that takes them is the one under test.
    const result = await handler(call as never);
    return { outcome: 'succeeded', result, levels: levels() };
  } catch (error) {
    const outcome = error instanceof BellcrankError ? (error.outcome ?? 'not told') : 'not an error of ours';
    return { outcome, error, levels: levels() };
  }
}

const command = (face: Face, name: string, params: unknown): Promise<Ended> =>
  run(face, (call) => face.session.commands[name]?.(params as never, call));
const write = (face: Face, name: string, value: unknown): Promise<Ended> =>
  run(face, (call) => face.session.write?.[name]?.(value as never, call));
const stop = (face: Face): Promise<Ended> => run(face, (call) => face.session.stop?.(call));

async function read(face: Face, name: string): Promise<unknown> {
  const value = await face.session.read?.[name]?.(makeCall(face.connection).call as never);
  expect(validate(face.definition.model.properties[name]?.schema ?? {}, value), name).toEqual([]);
  return value;
}

/** Confirmation by verification is the runtime's: a handler's own is at most `acknowledged`. */
function levelsOf(face: Face, { steps }: Action, asksQueue = true): Confirmation[] {
  const last = steps.findLast(({ kind }) => kind !== 'wait');
  const hasReply = last?.kind === 'repeat' || (last?.kind === 'exchange' && last.expect.length > 0);
  return hasReply || (asksQueue && face.definition.errorQueue !== undefined) ? ['acknowledged'] : [];
}

/** Everything that does not move by itself. */
function settled({ behaviour, definition }: Face): Record<string, unknown> {
  const moving = new Set(definition.simulator.relations.map(({ property }) => property));
  const names = Object.keys(definition.model.properties).filter((name) => !moving.has(name));
  return Object.fromEntries(names.map((name) => [name, behaviour.read(name)]));
}

/** What every face of a definition's simulator must do alike, whatever lies between it and the driver's contract. */
export function definitionConformance(name: string, openFace: OpenFace, subject: Subject): void {
  describe(`${subject.source.name} over ${name}`, () => {
    const opened: Face[] = [];
    const open = async (settings?: FaceSettings): Promise<Face> => {
      const face = await openFace(subject, settings);
      opened.push(face);
      return face;
    };
    afterEach(async () => {
      for (const face of opened.splice(0)) {
        await face.close();
        expect(face.behaviour.untold).toEqual([]);
      }
    });
    const definition = subject.source.compile(subject.options ?? {});
    attaching(open, definition, subject);
    properties(open, definition);
    commands(open, definition);
    stopping(open, definition);
    refusals(open, definition);
    silence(open, definition);
  });
}

type Open = (settings?: FaceSettings) => Promise<Face>;

function attaching(
  open: Open,
  { identify, line }: Definition,
  { stranger = Buffer.from('SOMEBODY,ELSE,1') }: Subject,
): void {
  test('attaching changes nothing', async () => {
    let before: Record<string, unknown> = {};
    const face = await open({
      prepare: (behaviour) => {
        before = settled({ behaviour, definition: behaviour.definition } as Face);
      },
    });
    expect(settled(face)).toEqual(before);
    expect(face.told.unmatched).toEqual([]);
  });

  const [first] = identify?.expect ?? [];
  const canTell = first !== undefined && !scanTemplate(first, stranger, {}).ok;
  const isOfLength = line.reply.by === 'length' || line.reply.by === 'length-field';
  test.runIf(canTell && !isOfLength)('another device on the port is refused', async () => {
    const opening = open({ prepare: (behaviour) => void (behaviour.stranger = stranger) });
    await expect(opening).rejects.toMatchObject({ code: 'identity-mismatch' });
  });
}

function properties(open: Open, definition: Definition): void {
  const { model, simulator } = definition;
  const named = Object.entries(definition.properties);
  const readable = named.flatMap(([name, { read: source }]) => (source ? [name] : []));
  const writable = named.flatMap(([name, { write: target }]) => (target ? [[name, target] as const] : []));

  test.runIf(readable.length > 0)('every property that can be asked for is told, and valid', async () => {
    const face = await open();
    for (const name of readable) await read(face, name);
  });

  test.runIf(readable.length > 1)('several properties together are what each is alone', async () => {
    const face = await open();
    const calm = readable.filter((name) => !simulator.relations.some(({ property }) => property === name));
    const { readMany } = face.session;
    if (readMany === undefined) return;
    const many = await readMany(calm, makeCall(face.connection).call as never);
    for (const name of calm) expect(many[name], name).toEqual(await read(face, name));
  });

  test.each(writable)('%s is read back as it was written', async (name, action) => {
    const face = await open();
    const spec = model.properties[name];
    if (spec === undefined || spec.access === 'read') throw new Error(`${name} cannot be written`);
    const isMoving = simulator.relations.some(({ property }) => property === name);
    for (const value of samplesOf(spec.write.schema ?? spec.schema)) {
      const ended = await write(face, name, value);
      if (isRefusedByClause(definition, `write:${name}`) && ended.outcome === 'refused') continue;
      expect(ended, `${name} = ${String(value)}`).toEqual({
        outcome: 'succeeded',
        result: undefined,
        levels: levelsOf(face, action),
      });
      const told = readable.includes(name) ? () => read(face, name) : async () => face.behaviour.read(name);
      if (!isMoving) await expectSame(definition, name, told, value);
    }
  });
}

/** What does not answer has not done it yet when the write is over. */
async function expectSame(
  definition: Definition,
  name: string,
  told: () => Promise<unknown>,
  value: unknown,
): Promise<void> {
  const isSame = (found: unknown): boolean =>
    typeof value === 'number' && typeof found === 'number'
      ? Math.abs(found - value) <= precisionOf(definition, name)
      : found === value;
  await expect.poll(told, { timeout: 2000, interval: 5 }).toSatisfy(isSame);
}

function isRefusedByClause({ simulator }: Definition, on: string): boolean {
  return simulator.refuse.some((refusal) => refusal.on === on);
}

function commands(open: Open, definition: Definition): void {
  const { model } = definition;
  const named = Object.entries(definition.commands);

  test.each(named)('%s ends as it is declared to', async (name, action) => {
    const face = await open();
    const spec = model.commands[name];
    if (spec === undefined) throw new Error(`the model has no ${name}`);
    for (const params of examplesOf(definition, name)) {
      const ended = await command(face, name, params);
      if (isRefusedByClause(definition, name) && ended.outcome === 'refused') continue;
      const levels = levelsOf(face, action, spec.effect !== 'read');
      expect(ended, JSON.stringify(params)).toMatchObject({ outcome: 'succeeded', levels });
      expect(validate(spec.result, ended.result)).toEqual([]);
      const { verify } = spec;
      // What the runtime would look at, with the same patience.
      if (verify === undefined) continue;
      const told = (): Promise<unknown> => read(face, verify.property);
      await expectSame(definition, verify.property, told, params[verify.param]);
    }
  });

  test.each(named)('%s in a dry run does nothing', async (name) => {
    const face = await open();
    const before = settled(face);
    const written = face.connection?.written;
    const { call, confirmed } = makeCall(face.connection, { dryRun: true });
    const [params] = examplesOf(definition, name);
    const ended = await face.session.commands[name]?.(params as never, call as never).catch((error: unknown) => error);
    if (ended instanceof Error) throw ended;
    if (face.connection === null) expect(ended).toBeInstanceOf(DryRunEnd);
    expect(confirmed).toEqual([]);
    expect(settled(face)).toEqual(before);
    expect(face.connection?.written).toBe(written);
  });
}

type Params = Readonly<Record<string, unknown>>;

/** The definition's own examples; else a sample of each parameter. */
function examplesOf({ model, examples, options }: Definition, name: string): readonly Params[] {
  const spec = model.commands[name];
  const own = spec?.examples?.map(({ params }) => params as Params) ?? [];
  const manual = examples.flatMap(({ command: example, error, options: its }) =>
    example?.name === name && error === undefined && agrees(its, options) ? [example.params] : [],
  );
  const all = [...own, ...manual];
  return all.length > 0 ? all : [sampleParams(spec?.params ?? {})];
}

function agrees(wanted: Params, options: Params): boolean {
  return Object.entries(wanted).every(([name, value]) => options[name] === value);
}

function stopping(open: Open, { stop: action, simulator }: Definition): void {
  test.runIf(action !== undefined)('stop makes it safe', async () => {
    const face = await open();
    if (action === undefined) return;
    expect(await stop(face)).toEqual({
      outcome: 'succeeded',
      result: undefined,
      levels: levelsOf(face, action, false),
    });
    for (const [name, value] of Object.entries(simulator.stop)) {
      await expect.poll(() => face.behaviour.read(name), { timeout: 2000, interval: 5 }).toEqual(value);
    }
  });
}

/** Something that is set by one message, whose refusal the device can tell. */
function refusable(
  definition: Definition,
): { readonly name: string; readonly rule: ErrorRule | undefined } | undefined {
  for (const [name, { write: action }] of Object.entries(definition.properties)) {
    const rule = action?.steps.map(ruleOf).find((one) => one !== undefined);
    const isOne = action?.steps.length === 1;
    if (action !== undefined && isOne && (rule !== undefined || definition.errorQueue !== undefined))
      return { name, rule };
  }
  return undefined;
}

function ruleOf(step: Action['steps'][number]): ErrorRule | undefined {
  if (step.kind !== 'exchange' || step.expect.length === 0) return undefined;
  return step.errors[0];
}

function refusals(open: Open, definition: Definition): void {
  const target = refusable(definition);

  test.runIf(target !== undefined)(
    'what the device refuses is refused, in its words, and changes nothing',
    async () => {
      if (target === undefined) return;
      const face = await open();
      const spec = definition.model.properties[target.name];
      const [value] = samplesOf(spec?.schema ?? {});
      const before = settled(face);
      const { rule } = target;
      const code = codeFor(rule);
      face.behaviour.refuseNext(code, 'Not now');
      const ended = await write(face, target.name, value);
      expect(ended).toMatchObject({ outcome: rule?.outcome === 'failed' ? 'failed' : 'refused', levels: [] });
      if (rule?.code !== undefined || definition.errorQueue !== undefined) {
        expect(ended.error).toMatchObject({ device: { code } });
      }
      expect(settled(face)).toEqual(before);
      expect(await write(face, target.name, value)).toMatchObject({ outcome: 'succeeded' });
    },
  );
}

/** A code that the rule can tell. */
function codeFor(rule: ErrorRule | undefined): string {
  if (rule?.code !== undefined && 'text' in rule.code) return rule.code.text;
  return Object.keys(rule?.texts ?? {})[0] ?? (rule === undefined ? '-222' : '1');
}

function silence(open: Open, definition: Definition): void {
  const [readable] = Object.entries(definition.properties).flatMap(([name, { read: action }]) =>
    action ? [name] : [],
  );

  test.runIf(readable !== undefined)(
    'no answer is neither success nor failure, and after a resync all is well',
    async () => {
      if (readable === undefined) return;
      const face = await open();
      face.behaviour.replies.mute();
      const ended = await run(face, (call) => face.session.read?.[readable]?.(call));
      expect(ended).toMatchObject({ outcome: 'not told', error: { code: 'device-timeout' } });
      face.behaviour.replies.unmute();
      await face.session.resync?.(makeCall(face.connection).call as never);
      await read(face, readable);
    },
  );

  const answered = Object.entries(definition.commands).find(([, { steps }]) => steps.some(isAnswered));
  test.runIf(answered !== undefined)('a command that is not answered ends in nothing certain', async () => {
    const [name, { steps }] = answered ?? ['', { steps: [] }];
    const face = await open();
    const asksQueue = definition.errorQueue !== undefined && definition.model.commands[name]?.effect !== 'read';
    face.behaviour.replies.mute(asksQueue ? 1 : 0);
    const ended = await command(face, name, examplesOf(definition, name)[0]);
    expect(ended, `${name}, ${steps.length} steps`).toMatchObject({
      outcome: 'not told',
      error: { code: 'device-timeout' },
      levels: [],
    });
  });
}

function isAnswered(step: Action['steps'][number]): boolean {
  if (step.kind === 'wait') return false;
  const exchange: Exchange = step.kind === 'repeat' ? step.exchange : step;
  return exchange.expect.length > 0;
}

/** The manual's own bytes, sent to the simulator: it answers what the definition's driver understands. */
export function definitionExamples(name: string, connect: Connect, { source: given }: Subject): void {
  const source = hurried(given, throughKernel);
  const sendable = source.largest.examples.filter(({ send, error }) => send !== undefined && error === undefined);

  describe.runIf(sendable.length > 0)(`the manual’s examples of ${source.name} over ${name}`, () => {
    test.each(sendable.map((example) => [example.send, example] as const))('%s', async (_, example) => {
      const options = { ...source.largest.options, ...example.options };
      const simulator = definitionSimulator(source).create({ clock: systemClock, seed: 7, options });
      onTestFinished(() => simulator.close());
      for (const [property, value] of Object.entries(example.read ?? {})) simulator.behaviour.set(property, value);
      const told = toldBy({ hearings: hearingsOf(simulator.behaviour.definition) }, example);
      if (told === undefined || simulator.wire.shape !== 'bytes') return;
      const link = await connect(simulator.wire);
      onTestFinished(async () => {
        await link.near.close();
        await link.close?.();
      });
      const fields = await askedBy(simulator.behaviour.definition, link.near, told);
      const wanted = told.hearings.flatMap(({ meaning }) =>
        meaning.kind === 'read' ? [[meaning.field, example.read?.[meaning.property]] as const] : [],
      );
      for (const [field, value] of wanted) expect(fields[field]).toEqual(value);
      expect(fields).toMatchObject(example.command?.result ?? {});
    });
  });
}

/** The example's exact bytes as a message of the driver's. */
async function askedBy(
  definition: Definition,
  near: ByteConnection,
  { send, hearings, values }: Told,
): Promise<Fields> {
  const { line, options } = definition;
  const talk = new Talk(near, { line, clock: systemClock, unmatched: () => {}, isUnsolicited: () => false });
  onTestFinished(() => talk.close());
  const [hearing] = hearings;
  if (hearing === undefined) throw new Error('nothing is meant');
  const { exchange } = hearing;
  const known = { ...options, ...values, ...hearing.known };
  const message = { exchange, bytes: Buffer.concat([send, line.outTerminator]), text: latin1(send), known };
  return await talk.ask(makeCall(near).call, message, (replies) => readReply(replies, exchange, known));
}
