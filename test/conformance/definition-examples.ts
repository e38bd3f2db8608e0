import { describe, expect, onTestFinished, test } from 'vitest';
import type { Definition } from '../../drivers/declarative/definition/definition.ts';
import { readReply } from '../../drivers/declarative/session/judge.ts';
import { valueOf } from '../../drivers/declarative/session/reads.ts';
import { Talk } from '../../drivers/declarative/session/talk.ts';
import type { Fields } from '../../drivers/declarative/session/values.ts';
import { hearingsOf } from '../../simulators/declarative/hearings.ts';
import { definitionSimulator } from '../../simulators/declarative/index.ts';
import { systemClock } from '../../src/clock.ts';
import { type ByteConnection, latin1 } from '../../src/driver/index.ts';
import { makeCall } from '../support/call.ts';
import { type Told, toldBy } from '../support/definition-examples.ts';
import type { Connect, Subject } from '../support/definition-face.ts';
import { hurried, throughKernel } from '../support/definition-hurry.ts';

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
      for (const { meaning } of told.hearings) {
        if (meaning.kind !== 'read') continue;
        const { property } = meaning;
        expect(valueOf(property, meaning, fields), property).toEqual(example.read?.[property]);
      }
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
