import { BellcrankError, quoted } from '../../../src/driver/index.ts';

/** Machine states of a status report (GRBL 1.1, interface: "Machine State"). */
export const stateNames = ['Idle', 'Run', 'Hold', 'Jog', 'Alarm', 'Door', 'Check', 'Home', 'Sleep'] as const;

export type StateName = (typeof stateNames)[number];

export interface Position {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** One `<…>` report, in the controller's own units: mm, or inches with $13=1. Absent is what it did not hold. */
export interface Report {
  readonly state: StateName;
  readonly subState: number | undefined;
  readonly machine: Position | undefined;
  readonly work: Position | undefined;
  /** Work coordinate offset: sent now and then, and after it changed. */
  readonly offset: Position | undefined;
  readonly feed: number | undefined;
  readonly spindle: number | undefined;
  readonly buffer: { readonly blocks: number; readonly bytes: number } | undefined;
  readonly overrides: { readonly feed: number; readonly rapid: number; readonly spindle: number } | undefined;
  /** Letters of input pins that are triggered; empty if the report names none. */
  readonly pins: string;
}

const numeric = /^-?\d{1,9}(?:\.\d{0,6})?$/;

/**
 * Reads a report without its chevrons: the state first, then fields of `type:values` in any order, of which unknown
 * ones are passed over (interface: "Real-time Status reports"). Throws `device-protocol`.
 */
export function parseReport(text: string): Report {
  const [head = '', ...parts] = text.split('|');
  const [name, sub, ...rest] = head.split(':');
  const state = stateNames.find((known) => known === name);
  if (state === undefined || rest.length > 0 || (sub !== undefined && !/^\d$/.test(sub))) throw nonsense(text);
  const fields = new Map(parts.map((part) => fieldOf(part, text)));
  const machine = positionIn(fields, 'MPos', text);
  const work = positionIn(fields, 'WPos', text);
  // One of the two is in every report.
  if (machine === undefined && work === undefined) throw nonsense(text);
  const speeds = numbersIn(fields, 'FS', 2, text);
  return {
    state,
    subState: sub === undefined ? undefined : Number(sub),
    machine,
    work,
    offset: positionIn(fields, 'WCO', text),
    feed: speeds?.[0] ?? numbersIn(fields, 'F', 1, text)?.[0],
    spindle: speeds?.[1],
    ...pairsIn(fields, text),
    pins: fields.get('Pn') ?? '',
  };
}

function pairsIn(fields: ReadonlyMap<string, string>, text: string): Pick<Report, 'buffer' | 'overrides'> {
  const [blocks, bytes] = numbersIn(fields, 'Bf', 2, text) ?? [];
  const [feed, rapid, spindle] = numbersIn(fields, 'Ov', 3, text) ?? [];
  return {
    buffer: blocks === undefined || bytes === undefined ? undefined : { blocks, bytes },
    overrides:
      feed === undefined || rapid === undefined || spindle === undefined ? undefined : { feed, rapid, spindle },
  };
}

function fieldOf(part: string, text: string): [string, string] {
  const colon = part.indexOf(':');
  if (colon <= 0) throw nonsense(text);
  return [part.slice(0, colon), part.slice(colon + 1)];
}

/** A fourth axis may follow in later versions; it is passed over. */
function positionIn(fields: ReadonlyMap<string, string>, type: string, text: string): Position | undefined {
  const [x, y, z] = numbersIn(fields, type, 3, text, 4) ?? [];
  return x === undefined || y === undefined || z === undefined ? undefined : { x, y, z };
}

function numbersIn(
  fields: ReadonlyMap<string, string>,
  type: string,
  count: number,
  text: string,
  atMost = count,
): number[] | undefined {
  const values = fields.get(type)?.split(',');
  if (values === undefined) return undefined;
  const isValid = values.length >= count && values.length <= atMost && values.every((value) => numeric.test(value));
  if (!isValid) throw nonsense(text);
  // Adding 0 makes "-0.000" the plain 0 that it means.
  return values.map((value) => Number(value) + 0);
}

function nonsense(text: string): BellcrankError {
  return new BellcrankError('device-protocol', `the controller sent ${quoted(`<${text}>`)}, which is no status report`);
}
