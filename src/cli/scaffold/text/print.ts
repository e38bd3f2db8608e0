import type { Recording, Turns } from '../../../recording/index.ts';
import { headOf } from '../summary.ts';
import { nonEmpty, yamlOf } from '../yaml.ts';
import { draftOf, type Example } from './draft.ts';
import { type Dialogue, dialogueOf, withEnding } from './exchanges.ts';
import { literal } from './template.ts';

/** A definition of the text protocol, for what was said on a byte stream. */
export function draftText(recording: Recording, turns: Turns, model: string): string {
  const dialogue = dialogueOf(turns);
  const { initial, examples, ...draft } = draftOf(dialogue);
  return yamlOf(preface, {
    ...headOf(recording, model),
    manual: 'A recording',
    transport: ['serial', 'tcp'],
    line: lineOf(recording, dialogue),
    ...nonEmpty({ frame: frameOf(dialogue), ...draft, examples: examples.map((one) => asItPassed(one, dialogue)) }),
    simulator: nonEmpty({ initial, replyMs: replyMsOf(dialogue) }),
  });
}

const preface = [
  'A draft: it answers to what was recorded, and knows no more than that.',
  '- Give properties and commands their names, summaries, units and limits.',
  '- `effect: actuate` stands where nobody can know whether it may be repeated.',
  '- `manual: recorded` is no manual: put the section there that has these bytes.',
  '- Properties that nobody needs cost time on the line: leave them out.',
];

function lineOf({ header: { settings = {} } }: Recording, { outTerminator, inTerminator }: Dialogue): object {
  const { baudRate, dataBits, parity, stopBits } = settings;
  return nonEmpty({ baudRate, dataBits, parity, stopBits, outTerminator, inTerminator });
}

function frameOf({ sentChecksum, heardChecksum }: Dialogue): object {
  const around = (ending: typeof sentChecksum): string | undefined => ending && `{message}${ending.text}`;
  return nonEmpty({ send: around(sentChecksum), expect: around(heardChecksum) });
}

function asItPassed({ send, reply, ...meaning }: Example, { sentChecksum, heardChecksum }: Dialogue): object {
  const heard = (text: string): string => literal(withEnding(text, heardChecksum));
  return nonEmpty({
    send: literal(withEnding(send, sentChecksum)),
    reply: typeof reply === 'string' ? heard(reply) : reply?.map(heard),
    ...meaning,
  });
}

function replyMsOf({ groups }: Dialogue): number | undefined {
  const all = groups.flatMap(({ exchanges }) => exchanges.flatMap(({ replyMs }) => replyMs ?? []));
  const median = all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)];
  return median === undefined ? undefined : Math.min(60_000, Math.round(median));
}
