import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { validate } from '../../../src/driver/index.ts';
import { type FaultKind, faultKinds, faultSchemaOf } from './kinds.ts';
import { triggerProperties } from './trigger.ts';

const page = readFileSync(new URL('../../../docs/faults.md', import.meta.url), 'utf8');

const blocks = [...page.matchAll(/```json\n([^]*?)```/g)].map(([, text = '']): unknown => JSON.parse(text));

/** What the page shows: a whole request, and a list with each kind. */
const [request, list] = blocks as [{ faults: object[] }, object[]];
const shown = [...request.faults, ...list] as { kind: FaultKind }[];

test.each(Object.keys(faultKinds))('the page tells of %s and shows it', (kind) => {
  expect(page).toContain(`| \`${kind}\``);
  expect(shown.map((fault) => fault.kind)).toContain(kind);
});

test.each(Object.keys(triggerProperties))('the page tells of the trigger %s and shows it', (name) => {
  expect(page).toContain(`| \`${name}\``);
  expect(shown.some((fault) => Object.hasOwn(fault, name))).toBe(true);
});

test.each(shown)('what the page shows is valid: %j', (fault) => {
  expect(validate(faultSchemaOf(fault.kind), fault)).toEqual([]);
});
