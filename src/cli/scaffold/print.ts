import { Document, isCollection, visit } from 'yaml';
import type { Recording } from '../../recording/index.ts';
import { turnsOf } from '../../recording/index.ts';
import { BellcrankError } from '../../errors.ts';
import { type Dialogue, dialogueOf } from './exchanges.ts';
import { draftOf } from './draft.ts';

/** A definition that answers to what was recorded, as YAML, for somebody to go on with. */
export function scaffold(recording: Recording, model: string): string {
  const turns = turnsOf(recording);
  if (turns.shape === 'messages') {
    throw new BellcrankError(
      'invalid-request',
      'this is a recording of MQTT messages; only byte streams can be drafted',
    );
  }
  if (turns.turns.length === 0) {
    throw new BellcrankError('invalid-request', 'nothing was sent in this recording, so there is nothing to draft');
  }
  const dialogue = dialogueOf(turns);
  const { initial, ...draft } = draftOf(dialogue);
  const definition = {
    model,
    summary: `Drafted from a recording${recording.header.device === undefined ? '' : ` of ${recording.header.device}`}`,
    manual: 'A recording',
    transport: ['serial', 'tcp'],
    line: lineOf(recording, dialogue),
    ...nonEmpty(draft),
    simulator: nonEmpty({ initial, replyMs: replyMsOf(dialogue) }),
  };
  return `${preface.join('\n')}\n${yamlOf(definition)}`;
}

/** Longest collection that stands on one line. */
const widest = 110;

/** As people write it: what is short stands on one line. */
function yamlOf(definition: object): string {
  const document = new Document(definition);
  visit(document, (_, node) => {
    if (isCollection(node) && isShort(node.toJSON())) node.flow = true;
  });
  // There will be more of these.
  for (const path of [[], ['properties'], ['commands'], ['exchanges'], ['errors'], ['unsolicited'], ['examples']]) {
    const list = document.getIn(path);
    if (isCollection(list)) list.flow = false;
  }
  return document.toString({ flowCollectionPadding: true, lineWidth: 0 });
}

function isShort(value: object): boolean {
  const isFlat = Object.values(value).every((each) => typeof each !== 'object' || depthOf(each) < 3);
  return isFlat && JSON.stringify(value).length < widest;
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

const preface = [
  '# A draft: it answers to what was recorded, and knows no more than that.',
  '# - Give properties and commands their names, summaries, units and limits.',
  '# - `effect: actuate` stands where nobody can know whether it may be repeated.',
  '# - `manual: recorded` is no manual: put the section there that has these bytes.',
  '# - Properties that nobody needs cost time on the line: leave them out.',
];

function lineOf({ header: { settings = {} } }: Recording, { outTerminator, inTerminator }: Dialogue): object {
  const { baudRate, dataBits, parity, stopBits } = settings;
  return nonEmpty({ baudRate, dataBits, parity, stopBits, outTerminator, inTerminator });
}

function replyMsOf({ groups }: Dialogue): number | undefined {
  const all = groups.flatMap(({ exchanges }) => exchanges.flatMap(({ replyMs }) => replyMs ?? []));
  const median = all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)];
  return median === undefined ? undefined : Math.min(60_000, Math.round(median));
}

function nonEmpty(record: object): object {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined && !isEmpty(value));
  return Object.fromEntries(entries);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
