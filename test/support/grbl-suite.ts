import { afterEach } from 'vitest';
import type { GrblFace, GrblFaceSettings, OpenGrblFace } from './grbl-face.ts';

export type Open = (settings?: GrblFaceSettings) => Promise<GrblFace>;

/** Opens faces and closes them after each test. */
export function faces(openFace: OpenGrblFace): Open {
  const opened: GrblFace[] = [];
  afterEach(async () => {
    for (const face of opened.splice(0)) await face.close();
  });
  return async (settings) => {
    const face = await openFace(settings);
    opened.push(face);
    return face;
  };
}

export async function untilState(face: GrblFace, state: string): Promise<void> {
  await face.time.until(() => face.machine.state === state);
}

/** What a line is answered with when nobody listens. */
export const unheard = { data: (): void => {}, answer: (): void => {} };
