import { BellcrankError } from '../../../errors.ts';
import type { Recording } from '../../../recording/index.ts';
import { Notes } from '../notes.ts';
import { headOf } from '../summary.ts';
import { nonEmpty, yamlOf } from '../yaml.ts';
import type { Conversation, Transaction } from './conversation.ts';
import { exampleOf } from './examples.ts';
import { type Register, Registers } from './registers.ts';
import { doneBy, type Span } from './requests.ts';

/** Examples that a draft has at most, each of one read. */
const maxExamples = 200;

/** A map of the registers of the unit that was spoken to most. */
export function draftMap(recording: Recording, conversation: Conversation, model: string): string {
  const notes = new Notes();
  const unit = unitOf(conversation, notes);
  const own = conversation.transactions.filter(({ request }) => request.unit === unit);
  const { registers, reads } = readFrom(own, notes);
  const properties = Object.fromEntries(registers.sorted().map(([name, register]) => [name, propertyOf(register)]));
  if (Object.keys(properties).length === 0) {
    const message = 'this is Modbus, and nothing in it was read or written with success, so there is nothing to draft';
    throw new BellcrankError('invalid-request', message);
  }
  if (conversation.unread > 0) notes.add(`- ${conversation.unread} times what passed was no frame that belongs there.`);
  const examples = reads.flatMap((span) => exampleOf(span, registers)).slice(0, maxExamples);
  return yamlOf([...preface(conversation, unit), ...notes.lines()], {
    ...headOf(recording, model),
    transport: recording.header.transport === 'serial' ? ['serial'] : ['serial', 'tcp'],
    modbus: settingsOf(reads),
    properties,
    ...nonEmpty({ examples }),
  });
}

function preface({ framing }: Conversation, unit: number): readonly string[] {
  const name = framing === 'rtu' ? 'Modbus RTU' : 'Modbus TCP';
  return [
    `A draft from frames of ${name}: it has the registers that were read and written, and knows no more than that.`,
    `- Its devices take \`options: { unit: ${unit} }\`; over a socket RTU takes \`framing: rtu\` as well.`,
    '- Every register is a number of its own. Neighbours may be one value (`int32`, `float32`, `string`): make them one.',
    '- Give properties their names, summaries, units, scales and limits, and leave out what nobody needs.',
  ];
}

/** The one with the most requests; of equals the first. */
function unitOf({ framing, transactions }: Conversation, notes: Notes): number {
  const counts = new Map<number, number>();
  for (const { request } of transactions) counts.set(request.unit, (counts.get(request.unit) ?? 0) + 1);
  const [[unit] = [0], ...others] = [...counts].toSorted(([, a], [, b]) => b - a);
  for (const [other, times] of others)
    notes.add(`- Unit ${other} was spoken to as well, ${times} times: it is left out.`);
  if (unit < 1 && framing === 'rtu') notes.add(`- Unit ${unit} is everybody on the line: try whether 1 answers.`);
  return unit;
}

function readFrom(transactions: readonly Transaction[], notes: Notes) {
  const registers = new Registers(notes);
  const reads = new Map<string, Span>();
  for (const done of transactions.flatMap(doneBy)) {
    if (done.kind === 'untold') notes.add(`- Not in the draft: ${done.why}.`);
    else if (done.kind === 'written') registers.written(done.span, done.by);
    else {
      registers.read(done.span);
      const key = `${done.span.table} ${done.span.address} ${done.span.numbers.length}`;
      // The first answer is what the device began with.
      if (!reads.has(key)) reads.set(key, done.span);
    }
  }
  return { registers, reads: [...reads.values()] };
}

/** No more is asked for at once than was seen to be answered. */
function settingsOf(reads: readonly Span[]): object {
  const most = (isBits: boolean): number =>
    Math.max(0, ...reads.filter((span) => isBitTable(span) === isBits).map(({ numbers }) => numbers.length));
  const [registers, bits] = [most(false), most(true)];
  return {
    ...(registers > 0 && registers < 125 && { maxRegisters: registers }),
    ...(bits > 0 && bits < 2000 && { maxBits: bits }),
  };
}

function isBitTable({ table }: Pick<Span, 'table'>): boolean {
  return table === 'coil' || table === 'discrete';
}

function propertyOf(register: Register): object {
  const { table, address, isRead, writtenBy } = register;
  const isBit = isBitTable(register);
  return {
    schema: isBit ? { type: 'boolean' } : { type: 'integer', minimum: 0, maximum: 65_535 },
    ...(!isRead && { access: 'write' }),
    register: { table, address, type: isBit ? 'bool' : 'uint16' },
    ...(writtenBy.size > 0 && { write: writeOf(register, isBit) }),
  };
}

/** The function that it was written with, where that is not the one that is taken by itself. */
function writeOf({ writtenBy }: Register, isBit: boolean): object {
  const usual = isBit ? 5 : 6;
  const [first] = writtenBy;
  return writtenBy.has(usual) || first === undefined ? {} : { function: first };
}
