import { describe } from 'vitest';
import type { OpenGrblFace } from '../support/grbl-face.ts';
import { faces } from '../support/grbl-suite.ts';
import { alarms } from './grbl-alarms.ts';
import { essentials } from './grbl-essentials.ts';
import { jobs } from './grbl-jobs.ts';
import { lines, urgent } from './grbl-lines.ts';
import { attaching, homing, jogging, moving } from './grbl-motion.ts';

/** What every face of the simulated controller must do alike, whatever lies between it and the driver's contract. */
export function grblConformance(name: string, openFace: OpenGrblFace): void {
  describe(`grbl over ${name}`, () => {
    const open = faces(openFace);
    for (const tests of [essentials, attaching, moving, jogging, homing, lines, urgent, alarms, jobs]) tests(open);
  });
}

/** What is tried where time cannot be made to pass: that the bytes come through as they do in memory. */
export function grblEssentials(name: string, openFace: OpenGrblFace): void {
  describe(`grbl over ${name}`, () => essentials(faces(openFace)));
}
