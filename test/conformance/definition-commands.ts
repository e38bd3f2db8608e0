import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import type { Definition } from '../../drivers/declarative/definition/definition.ts';
import { DryRunEnd, validate } from '../../src/driver/index.ts';
import { makeCall } from '../support/call.ts';
import {
  command,
  expectSame,
  isRefusedByClause,
  levelsOf,
  type Open,
  read,
  settled,
  stop,
} from '../support/definition-handlers.ts';
import { examplesOf } from '../support/definition-samples.ts';
import { lastOf } from '../support/pace.ts';

export function commands(open: Open, definition: Definition): void {
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
      await expectSame(face, verify.property, told, params[verify.param]);
    }
  });

  test.each(named)('%s in a dry run does nothing', async (name) => {
    const face = await open();
    const before = settled(face);
    const written = face.connection?.written;
    const { call, confirmed } = makeCall(face.connection, { dryRun: true });
    const [params] = examplesOf(definition, name);
    const handler = face.session.commands[name];
    const dryRun = handler?.(params as never, call as never) ?? Promise.resolve();
    const ended = await face.pace.settled(dryRun.catch((error: unknown) => error));
    if (ended instanceof Error) throw ended;
    if (face.connection === null) expect(ended).toBeInstanceOf(DryRunEnd);
    expect(confirmed).toEqual([]);
    expect(settled(face)).toEqual(before);
    expect(face.connection?.written).toBe(written);
  });
}

export function stopping(open: Open, { stop: action, simulator }: Definition): void {
  test.runIf(action !== undefined)('stop makes it safe', async () => {
    const face = await open();
    if (action === undefined) return;
    expect(await stop(face)).toMatchObject({
      outcome: 'succeeded',
      result: undefined,
      levels: levelsOf(face, action, false),
    });
    for (const [name, value] of Object.entries(simulator.stop)) {
      expect(
        await lastOf(
          face.pace,
          () => face.behaviour.read(name),
          (told) => isDeepStrictEqual(told, value),
        ),
      ).toEqual(value);
    }
  });
}
