import { definedOver } from '../support/definition-face.ts';
import { sourceOf } from '../support/definition-source.ts';
import { definitionTexts as texts } from '../support/definition-texts.ts';
import { overPty, overTcp } from '../support/links.ts';
import { definitionConformance } from './definition.ts';
import { definitionExamples } from './definition-examples.ts';

for (const text of Object.values(texts)) {
  const subject = { source: sourceOf(text) };
  for (const [name, connect] of [
    ['a pseudo-terminal through serialport', overPty],
    ['a TCP socket', overTcp],
  ] as const) {
    definitionConformance(name, definedOver(connect), subject);
    definitionExamples(name, connect, subject);
  }
}
