import { commandPath } from '../command-by-hand.ts';
import { type Contender, contenders } from '../command-contenders.ts';
import { compareCommands } from '../command-rounds.ts';
import { stages } from '../floors/whole/stages.ts';
import type { Settings } from '../settings.ts';
import { startSubject } from '../subject.ts';
import type { Result } from '../table.ts';

/** What each stage of a command costs whoever does it by hand: bare Fastify, and one stage more in each line. */
export function stagesRow(settings: Settings): Promise<Result> {
  const { Bellcrank, Fastify } = contenders;
  if (Bellcrank === undefined || Fastify === undefined) throw new Error('a contender has another name');
  const growing = stages.map((stage, index): [string, Contender] => [
    `and ${stage}`,
    {
      start: () => startSubject('floors/whole/serve.ts', { stages: stages.slice(0, index + 1) }),
      path: commandPath,
    },
  ]);
  return compareCommands({ Bellcrank, Fastify, ...Object.fromEntries(growing) }, settings, {
    name: 'stages',
    what: 'POST of a typed command: by hand, with one stage more in each line, and the service, which has all of them and more',
  });
}
