import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { textProtocol } from '../declarative/dialect.ts';
import type { Definition } from '../declarative/definition/definition.ts';
import { findingText, readDefinition } from '../declarative/definition/dialect.ts';
import { parseTree } from '../../src/yaml/tree.ts';
import { dialects, drivers } from '../index.ts';
import { definitionNames, modbusMapNames, shippedDefinition, topicMapNames } from './index.ts';

const folder = new URL('.', import.meta.url);
const all = [...definitionNames, ...modbusMapNames, ...topicMapNames];

/** Devices that answer everything alike, or first acknowledge everything alike. */
const alike = ['alicat-mc', 'pfeiffer-tpg262'];

function fileOf(name: string) {
  const file = shippedDefinition(name);
  if (file === undefined) throw new Error(`${name} is not listed`);
  return file;
}

/** What it can say and be told, each counted once. */
function messagesOf(definition: Definition | undefined): number {
  const { properties = {}, commands = {}, unsolicited = [] } = definition ?? {};
  const asked = Object.values(properties).filter(({ read, write }) => read !== undefined || write !== undefined);
  return asked.length + Object.keys(commands).length + unsolicited.length;
}

test('every definition in the folder is listed, once, and every listed one is there', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  expect(all.map((name) => `${name}.yaml`).toSorted()).toEqual(files.toSorted());
});

test('each has a line in the README', () => {
  const text = readFileSync(new URL('README.md', folder), 'utf8');
  expect(all.filter((name) => !text.includes(`| \`${name}\` `))).toEqual([]);
});

test('what is not listed does not come with us', () => {
  expect(shippedDefinition('../index')).toBeUndefined();
});

test.each(all.map((name) => [name]))('%s is sound, its examples hold, and it is among the drivers', (name) => {
  const { findings, result } = readDefinition(fileOf(name), shippedDefinition, dialects);
  const untold = findings.filter(({ detail }) => detail.includes('nothing late is under way'));
  expect(untold.length).toBe(alike.includes(name) ? 1 : 0);
  expect(findings.filter((finding) => !untold.includes(finding)).map(findingText)).toEqual([]);
  expect(result?.driver.model.name).toBe(name);
  const driver = drivers.find(({ model }) => model.name === name);
  // Those that come with us are read without the checks.
  expect(JSON.parse(JSON.stringify(driver?.model))).toEqual(JSON.parse(JSON.stringify(result?.driver.model)));
  expect(driver?.transports).toEqual(result?.driver.transports);
});

test.each(definitionNames.map((name) => [name]))(
  '%s says what it is, where its facts are from, and shows bytes',
  (name) => {
    const { text } = fileOf(name);
    expect(parseTree(text).value).toMatchObject({
      summary: expect.stringMatching(/.{10}/),
      manual: expect.stringMatching(/.{10}/),
    });
    const { result } = readDefinition(fileOf(name), shippedDefinition, [textProtocol]);
    expect(result?.largest.examples.length).toBeGreaterThanOrEqual(Math.min(3, messagesOf(result?.largest)));
    expect(result?.largest.examples.filter(({ manual }) => manual.length < 3)).toEqual([]);
  },
);

test.each(topicMapNames.map((name) => [name]))(
  '%s says what it is, where its facts are from, and shows messages',
  (name) => {
    expect(parseTree(fileOf(name).text).value).toMatchObject({
      summary: expect.stringMatching(/.{10}/),
      manual: expect.stringMatching(/.{10}/),
    });
    const { result } = readDefinition(fileOf(name), shippedDefinition, dialects);
    const examples = result?.topics?.largest.map.examples ?? [];
    expect(examples.length).toBeGreaterThanOrEqual(5);
    expect(examples.filter(({ manual }) => manual.length < 3)).toEqual([]);
  },
);
