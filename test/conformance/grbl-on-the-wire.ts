import { describe } from 'vitest';
import type { OpenGrblFace } from '../support/grbl-face.ts';
import { faces } from '../support/grbl-suite.ts';
import { answering } from './grbl-wire-answers.ts';
import { wireEssentials } from './grbl-wire-essentials.ts';
import { units } from './grbl-wire-units.ts';

/** What only a wire can show: bytes, buffers, and answers that are lost. */
export function grblWireConformance(name: string, openFace: OpenGrblFace): void {
  describe(`grbl on the wire of ${name}`, () => {
    const open = faces(openFace);
    for (const tests of [wireEssentials, answering, units]) tests(open);
  });
}

export function grblWireEssentials(name: string, openFace: OpenGrblFace): void {
  describe(`grbl on the wire of ${name}`, () => wireEssentials(faces(openFace)));
}
