import { findingText, readDefinition } from '../definition/dialect.ts';
import { whole } from '../definition/fixture.ts';
import { textProtocol } from '../dialect.ts';

/** What `bellcrank check` says of a text, without the file's name; what it lacks of a whole definition is filled in. */
export function linted(text: string): string[] {
  const { findings } = readDefinition({ name: 'a.yaml', text: whole(text) }, () => undefined, [textProtocol]);
  return findings.map((finding) => findingText(finding).replace(/^a\.yaml:/, ''));
}
