import { shipped } from '../../drivers/index.ts';
import { definedOver } from '../support/definition-face.ts';
import { compiledOnce } from '../support/definition-source.ts';
import { overPty, overTcp } from '../support/links.ts';
import { definitionConformance } from './definition.ts';
import { definitionExamples } from './definition-examples.ts';

/** One that answers everything, and one with a queue of errors; the rest differ in nothing that the kernel would see. */
const chosen = ['mettler-toledo-sics', 'rigol-dp832'];

for (const { source } of shipped.filter(({ name }) => chosen.includes(name))) {
  const subject = { source: compiledOnce(source()) };
  definitionConformance('a pseudo-terminal through serialport', definedOver(overPty), subject);
  definitionExamples('a pseudo-terminal through serialport', overPty, subject);
  definitionConformance('a TCP socket', definedOver(overTcp), subject);
  definitionExamples('a TCP socket', overTcp, subject);
}
