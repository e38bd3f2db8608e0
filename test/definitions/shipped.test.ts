import { expect, test } from 'vitest';
import { textProtocol } from '../../drivers/declarative/dialect.ts';
import { findingText, readDefinition } from '../../drivers/declarative/definition/dialect.ts';
import { trust } from '../../drivers/declarative/definition/read.ts';
import { definitionNames, shippedDefinition } from '../../drivers/definitions/index.ts';
import { drivers } from '../../drivers/index.ts';

test('the list of definitions that come with us has no name twice', () => {
  expect(new Set(definitionNames).size).toBe(definitionNames.length);
});

test.each(definitionNames.map((name) => [name]))('%s is sound, and its examples hold', (name) => {
  const text = shippedDefinition(name);
  if (text === undefined) throw new Error('it is listed');
  const { findings, result } = readDefinition(text, shippedDefinition, [textProtocol]);
  expect(findings.map(findingText)).toEqual([]);
  expect(result?.name).toBe(name);
  expect(result?.largest.examples.length).toBeGreaterThan(0);
});

test.each(definitionNames.map((name) => [name]))('%s is the same without the checks', (name) => {
  const text = shippedDefinition(name);
  if (text === undefined) throw new Error('it is listed');
  const checked = readDefinition(text, shippedDefinition, [textProtocol]).result?.largest.model;
  expect(readDefinition(text, shippedDefinition, [{ understand: trust }]).result?.largest.model).toEqual(checked);
  const driver = drivers.find(({ model }) => model.name === name);
  expect(JSON.parse(JSON.stringify(driver?.model))).toEqual(JSON.parse(JSON.stringify(checked)));
});
