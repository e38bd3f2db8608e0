import { describe, expect, onTestFinished, test } from 'vitest';
import type { Definition, DefinitionSource } from '../../drivers/declarative/definition/definition.ts';
import { readReply } from '../../drivers/declarative/session/judge.ts';
import { valueOf } from '../../drivers/declarative/session/reads.ts';
import { Talk } from '../../drivers/declarative/session/talk.ts';
import type { Fields } from '../../drivers/declarative/session/values.ts';
import { definitionSimulator } from '../../simulators/declarative/index.ts';
import { hearingsOf } from '../../simulators/declarative/hearings.ts';
import { type ByteConnection, latin1 } from '../../src/driver/index.ts';
import { makeCall } from '../support/call.ts';
import { calm } from '../support/definition-calm.ts';
import { sentBy, type Told, toldBy } from '../support/definition-examples.ts';
import type { Connect, Subject } from '../support/definition-face.ts';
import { hurried, throughKernel } from '../support/definition-hurry.ts';
import { type Pace, realTime, virtualTime } from '../support/pace.ts';

/** Over a connection of the memory transport: no time but the clock's own passes. */
export function definitionExamplesInMemory(name: string, connect: Connect, { source }: Subject): void {
  examples(name, connect, calm(source), virtualTime);
}

/** The manual's own bytes, sent to the simulator: it answers what the definition's driver understands. */
export function definitionExamples(name: string, connect: Connect, { source }: Subject): void {
  examples(name, connect, hurried(calm(source), throughKernel), () => realTime);
}

function examples(name: string, connect: Connect, source: DefinitionSource, paceOf: () => Pace): void {
  const sendable = source.largest.examples.filter(({ send, error }) => send !== undefined && error === undefined);

  describe.runIf(sendable.length > 0)(`the manual’s examples of ${source.name} over ${name}`, () => {
    test.each(sendable.map((example) => [example.send, example] as const))('%s', async (_, example) => {
      const pace = paceOf();
      const options = { ...source.largest.options, ...example.options };
      const simulator = definitionSimulator(source).create({ clock: pace.clock, seed: 7, options });
      onTestFinished(() => simulator.close());
      const { definition } = simulator.behaviour;
      for (const [property, value] of Object.entries(example.read ?? {})) simulator.behaviour.set(property, value);
      const told = toldBy({ hearings: hearingsOf(definition) }, example);
      if (told === undefined || simulator.wire.shape !== 'bytes') return;
      const link = await connect(simulator.wire);
      onTestFinished(async () => {
        await link.near.close();
        await link.close?.();
      });
      const meant = sentBy(definition, told);
      for (const { exchange, meaning, known } of meant) {
        const fields = await pace.settled(askedBy(definition, link.near, pace, { ...told, exchange, known }));
        // With several steps each exchange tells its own part.
        if (meaning.kind === 'read' && meaning.field in fields) {
          const { property } = meaning;
          expect(valueOf(property, meaning, fields), property).toEqual(example.read?.[property]);
        }
        const results = Object.entries(example.command?.result ?? {}).filter(([field]) => field in fields);
        expect(fields).toMatchObject(Object.fromEntries(results));
      }
      expect(meant.length).toBeGreaterThan(0);
      expect(simulator.behaviour.untold).toEqual([]);
    });
  });
}

type Asked = Pick<Told, 'send' | 'values'> & Pick<Told['hearings'][number], 'exchange' | 'known'>;

/** The example's exact bytes as a message of the driver's. */
async function askedBy(definition: Definition, near: ByteConnection, pace: Pace, asked: Asked): Promise<Fields> {
  const { line, options } = definition;
  const { exchange, send } = asked;
  const talk = new Talk(near, { line, clock: pace.clock, unmatched: () => {}, isUnsolicited: () => false });
  const known = { ...options, ...asked.values, ...asked.known };
  const message = { exchange, bytes: Buffer.concat([send, line.outTerminator]), text: latin1(send), known };
  try {
    return await talk.ask(makeCall(near).call, message, (replies) => readReply(replies, exchange, known));
  } finally {
    talk.close();
  }
}
