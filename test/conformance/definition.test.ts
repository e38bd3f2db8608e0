import { expect, test } from 'vitest';
import { memoryBytes } from '../../src/transport/memory.ts';
import { bytewise, merged, ragged } from '../support/chunking.ts';
import { exampleFindings } from '../support/definition-examples.ts';
import { type Connect, definedOverMemory, definedWithoutWire } from '../support/definition-face.ts';
import { compiledOnce, sourceOf } from '../support/definition-source.ts';
import { definitionTexts as texts } from '../support/definition-texts.ts';
import { definitionConformance } from './definition.ts';
import { definitionExamplesInMemory } from './definition-examples.ts';

const ways = {
  'a memory wire': (connection) => connection,
  'a memory wire, byte by byte': bytewise,
  'a memory wire, chunks merged': merged,
  'a memory wire, chunks cut within frames': ragged,
} satisfies Record<string, typeof bytewise>;

for (const text of Object.values(texts)) {
  const subject = { source: compiledOnce(sourceOf(text)) };
  definitionConformance('nothing', definedWithoutWire, subject);
  for (const [name, rechunk] of Object.entries(ways)) {
    const connect: Connect = (wire) => {
      const { near, far } = memoryBytes();
      wire.serve(rechunk(far));
      return { near: rechunk(near) };
    };
    definitionConformance(name, definedOverMemory(connect), subject);
    definitionExamplesInMemory(name, connect, subject);
  }
}

test.each(Object.entries(texts))('%s: driver and simulator are as the manual has them', (_, text) => {
  expect(exampleFindings(sourceOf(text))).toEqual([]);
});

/** The same mistake on both sides: driver and simulator agree, and only the manual tells. */
test.each([
  ['a command’s word', 'bench', "'OUT {on:", "'OUTPUT {on:"],
  ['a choice the wrong way round', 'bench', '%{0|1}', '%{1|0}'],
  ['a query’s word', 'bench', "'VSET?'", "'VS?'"],
  ['digits', 'bench', "'VSET {value:%.2f}'", "'VSET {value:%.1f}'"],
  ['the form of a reply', 'bench', "'EN={wattHours:%.1f}'", "'E={wattHours:%.1f}'"],
  ['fields of a reply', 'bench', '{output:%{OFF|ON}},{mode:', '{output:%{ON|OFF}},{mode:'],
  ['a scale', 'queued', 'scale: 0.001', 'scale: 0.01'],
  ['a checksum', 'framed', '%#<crc16-modbus>', '%#<ccitt16>'],
  ['a bit', 'flagged', 'bit: 6', 'bit: 5'],
  ['what bits mean', 'flagged', '3: parallel', '2: parallel'],
  ['the order of bytes', 'framed', '\\x11{value:%+2r}', '\\x11{value:%+#2r}'],
] as const)('the examples notice: %s', (_, name, from, to) => {
  const [described = '', examples = ''] = texts[name].split('\nexamples:');
  expect(described).toContain(from);
  const changed = `${described.replaceAll(from, to)}\nexamples:${examples}`;
  expect(exampleFindings(sourceOf(changed))).not.toEqual([]);
});
