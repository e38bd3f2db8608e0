import { expect, test } from 'vitest';
import type { Action, Definition, ErrorRule } from '../../drivers/declarative/definition/definition.ts';
import {
  command,
  type Ended,
  isAnswered,
  type Open,
  read,
  run,
  settled,
  write,
} from '../support/definition-handlers.ts';
import { examplesOf, samplesOf } from '../support/definition-samples.ts';
import type { Face } from '../support/definition-face.ts';
import { lastOf } from '../support/pace.ts';

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

export function refusals(open: Open, definition: Definition): void {
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

export function silence(open: Open, definition: Definition): void {
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
      expect(await run(face, (call) => face.session.resync?.(call))).toMatchObject({ outcome: 'succeeded' });
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

async function lateOf({ pace }: Face, { late }: Ended): Promise<readonly unknown[]> {
  return await lastOf(
    pace,
    () => late,
    () => late.length > 0,
  );
}

export function lateness(open: Open, definition: Definition): void {
  const decided = Object.entries(definition.properties).find(
    ([, { write: action }]) => action?.steps.length === 1 && action.steps.every(isAnswered),
  );
  const isDecided = decided !== undefined && definition.errorQueue === undefined;

  test.runIf(isDecided)('a late reply resolves its command', async () => {
    const [name] = decided ?? [''];
    const face = await open();
    const [value] = samplesOf(definition.model.properties[name]?.schema ?? {});
    face.behaviour.replies.delayNext(face.definition.line.replyTimeoutMs + 200);
    const ended = await write(face, name, value);
    expect(ended).toMatchObject({ outcome: 'not told', error: { code: 'device-timeout' }, late: [] });
    expect(await lateOf(face, ended)).toEqual([undefined]);
  });

  test.runIf(isDecided && refusable(definition) !== undefined)('a late refusal resolves its command, too', async () => {
    const { name = '', rule } = refusable(definition) ?? {};
    const face = await open();
    const [value] = samplesOf(definition.model.properties[name]?.schema ?? {});
    face.behaviour.refuseNext(codeFor(rule));
    face.behaviour.replies.delayNext(face.definition.line.replyTimeoutMs + 200);
    const ended = await write(face, name, value);
    expect(ended).toMatchObject({ outcome: 'not told', error: { code: 'device-timeout' }, late: [] });
    expect(await lateOf(face, ended)).toMatchObject([{ outcome: 'refused' }]);
  });
}
