import { afterEach, describe, expect, test } from 'vitest';
import type { Definition } from '../../drivers/declarative/definition/definition.ts';
import { scanTemplate } from '../../drivers/declarative/template/scan.ts';
import { makeCall } from '../support/call.ts';
import type { Face, FaceSettings, OpenFace, Subject } from '../support/definition-face.ts';
import {
  expectSame,
  isRefusedByClause,
  levelsOf,
  type Open,
  read,
  settled,
  write,
} from '../support/definition-handlers.ts';
import { samplesOf } from '../support/definition-samples.ts';
import { commands, stopping } from './definition-commands.ts';
import { lateness, refusals, silence } from './definition-troubles.ts';

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
    lateness(open, definition);
  });
}

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
    const many = await face.pace.settled(readMany(calm, makeCall(face.connection).call as never));
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
      expect(ended, `${name} = ${String(value)}`).toMatchObject({
        outcome: 'succeeded',
        result: undefined,
        levels: levelsOf(face, action),
      });
      const told = readable.includes(name) ? () => read(face, name) : async () => face.behaviour.read(name);
      if (!isMoving) await expectSame(face, name, told, value);
    }
  });
}
