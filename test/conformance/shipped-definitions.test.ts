import { expect, test } from 'vitest';
import { shipped } from '../../drivers/index.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { ragged } from '../support/chunking.ts';
import { exampleFindings } from '../support/definition-examples.ts';
import { type Connect, definedOverMemory, definedWithoutWire } from '../support/definition-face.ts';
import { compiledOnce } from '../support/definition-source.ts';
import { definitionConformance } from './definition.ts';
import { definitionExamplesInMemory } from './definition-examples.ts';

const connect: Connect = (wire) => {
  const { near, far } = memoryBytes();
  wire.serve(ragged(far));
  return { near: ragged(near) };
};

for (const { source } of shipped) {
  const subject = { source: compiledOnce(source()) };
  definitionConformance('nothing', definedWithoutWire, subject);
  definitionConformance('a memory wire, chunks cut within frames', definedOverMemory(connect), subject);
  definitionExamplesInMemory('a memory wire, chunks cut within frames', connect, subject);

  test(`${subject.source.name}: driver and simulator are as the manual has them`, () => {
    expect(exampleFindings(subject.source)).toEqual([]);
  });
}
