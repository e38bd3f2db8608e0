import { describe, expect, test } from 'vitest';
import { dialects, readDefinition } from '../../drivers/index.ts';
import { systemClock } from '../../src/clock.ts';
import { definitionSimulator, topicMapSimulator } from '../../simulators/index.ts';
import { type Block, blocksOf } from './document.ts';

describe.each(['definitions.md', 'topic-maps.md'])('in %s', (page) => {
  const blocks = blocksOf(page);
  const base = blocks.find(({ info }) => info === 'yaml base')?.text ?? '';
  const shown = blocks.filter(({ info }) => info === 'yaml' || info === 'yaml whole' || info === 'yaml modbus');

  /** A part of a definition, with the keys of the page's base that it does not have itself. */
  function whole({ info, text }: Block): string {
    if (info !== 'yaml') return text;
    const missing = base.split('\n').filter((row) => !new RegExp(`^${row.split(':')[0] ?? ''}:`, 'm').test(text));
    return `${missing.join('\n')}\n${text}`;
  }

  function read(block: Block) {
    const { findings, result } = readDefinition(
      { name: `block at ${block.line}`, text: whole(block) },
      (reference) => {
        const beside = blocks.find(({ info }) => info === `yaml ${reference}`);
        return beside && { name: reference, text: beside.text };
      },
      dialects,
    );
    // A part has not all that a definition should have.
    const meant = findings.filter(
      ({ detail }) => block.info === 'yaml whole' || !detail.includes('nothing late is under way'),
    );
    return { told: meant.map(({ path, detail, severity }) => `${severity} ${path}: ${detail}`), result };
  }

  test('there are many parts of definitions', () => {
    expect(shown.length).toBeGreaterThan(8);
  });

  test.each(shown)('the definition in line $line is sound, and its examples hold', (block) => {
    const { told, result } = read(block);
    expect(told).toEqual([]);
    expect(result?.driver.model.name).toMatch(/^[a-z]/);
  });

  test.each(shown)('the definition in line $line has a simulator', (block) => {
    const { source, topics } = read(block).result ?? {};
    const settings = { clock: systemClock, seed: 1 };
    // What is neither has a simulator elsewhere.
    if (source !== undefined)
      definitionSimulator(source)
        .create({ ...settings, options: {} })
        .close();
    if (topics !== undefined)
      topicMapSimulator(topics)
        .create({ ...settings, options: topics.largest.options })
        .close();
  });
});
