import {
  angleIn,
  countIn,
  dateOf,
  kilometrePerHour,
  knot,
  Malformed,
  numberIn,
  shortDateIn,
  speedIn,
} from './fields.ts';
import { timeIn } from './fields.ts';
import { type Fix, type FixMode, fixes, fixModes, type PropertyName } from './model.ts';
import type { Sentence, SentenceType } from './sentence.ts';

/** What a sentence tells. Fields as in NMEA 0183 v2.3 to v4.11, counted from 1 after the address. */
export interface Told {
  /** What it says of the fix: `valid`, or why it is not; undefined: it does not speak of it. */
  readonly validity?: 'valid' | { readonly why: string };
  /** UTC time of day that the values are of, as the sentence spells it. */
  readonly instant?: string | undefined;
  /** A key with undefined: the sentence has a place for it and leaves it empty. */
  readonly values: Readonly<Partial<Record<PropertyName, unknown>>>;
  /** Of GSA: the dimensions by one system of several. */
  readonly mode?: { readonly system: string; readonly mode: FixMode };
  /** Of GSV: the satellites of one talker, by one of its signals. */
  readonly inView?: {
    readonly talker: string;
    readonly signal: string;
    readonly count: number;
    readonly last: boolean;
  };
}

type Decoder = (fields: readonly string[], address: string) => Told;

/** Throws `Malformed` where a field is nonsense or missing. */
export function decode(sentence: Sentence, type: SentenceType): Told {
  const { least, decoder } = decoders[type];
  if (sentence.fields.length < least) throw new Malformed(`it has ${sentence.fields.length} fields, not ${least}`);
  return decoder(sentence.fields, sentence.address);
}

const decoders: Readonly<Record<SentenceType, { readonly least: number; readonly decoder: Decoder }>> = {
  GGA: { least: 10, decoder: gga },
  GLL: { least: 6, decoder: gll },
  GSA: { least: 17, decoder: gsa },
  GSV: { least: 3, decoder: gsv },
  RMC: { least: 9, decoder: rmc },
  VTG: { least: 8, decoder: vtg },
  ZDA: { least: 4, decoder: zda },
};

function gga([instant, lat, ns, lon, ew, quality, used, hdop, altitude, unit]: readonly string[]): Told {
  const fix = /^\d$/.test(quality ?? '') ? fixes[Number(quality)] : undefined;
  timeIn(instant);
  if (altitude !== '' && unit !== 'M') throw new Malformed('its altitude is not in metres');
  return {
    validity: fix !== undefined && measured.includes(fix) ? 'valid' : { why: ggaRefusal(fix, quality) },
    instant,
    values: {
      position: positionIn(lat, ns, lon, ew),
      altitude: numberIn(altitude),
      fix,
      'satellites-used': countIn(used),
      hdop: numberIn(hdop),
    },
  };
}

/** Where the position comes from satellites. */
const measured: readonly Fix[] = ['gps', 'dgps', 'pps', 'rtk', 'rtk-float'];

function ggaRefusal(fix: Fix | undefined, quality = ''): string {
  if (fix === 'none') return 'no fix: GGA says quality 0';
  if (fix !== undefined) return `no satellite fix: GGA says that the position is ${fix}`;
  return `GGA says quality ${JSON.stringify(quality)}, which means nothing`;
}

function rmc([instant, status, lat, ns, lon, ew, speed, course, date, variation, side, mode]: readonly string[]): Told {
  const time = timeIn(instant);
  const day = shortDateIn(date);
  // Field 13 (v4.1), navigational status, is V for "not provided": it says nothing of the fix.
  return {
    validity: validityOf('RMC', status, mode),
    instant,
    values: {
      position: positionIn(lat, ns, lon, ew),
      speed: speedIn(speed, knot),
      course: numberIn(course),
      time: day === undefined || time === undefined ? undefined : `${day}T${time}Z`,
      ...variationIn(variation, side),
    },
  };
}

function gll([lat, ns, lon, ew, instant, status, mode]: readonly string[]): Told {
  timeIn(instant);
  return { validity: validityOf('GLL', status, mode), instant, values: { position: positionIn(lat, ns, lon, ew) } };
}

function gsa(fields: readonly string[], address: string): Told {
  const mode = /^[123]$/.test(fields[1] ?? '') ? fixModes[Number(fields[1]) - 1] : undefined;
  if (mode === undefined) throw new Malformed(`its fix mode is ${JSON.stringify(fields[1])}`);
  const pdop = numberIn(fields[14]);
  const hdop = numberIn(fields[15]);
  return {
    // With several systems GSA comes once for each; field 18 (v4.1) says for which.
    mode: { system: `${address.slice(0, 2)}${(fields[17] ?? '').slice(0, 2)}`, mode },
    values: { ...(pdop === undefined ? {} : { pdop }), ...(hdop === undefined ? {} : { hdop }) },
  };
}

function gsv(fields: readonly string[], address: string): Told {
  const [of, part, count] = [countIn(fields[0]), countIn(fields[1]), countIn(fields[2])];
  if (of === undefined || part === undefined || count === undefined) throw new Malformed('it lacks its numbers');
  // Four fields a satellite; one more at the end is the signal (v4.11).
  const signal = (fields.length - 3) % 4 === 1 ? (fields.at(-1) ?? '').slice(0, 2) : '';
  return { inView: { talker: address.slice(0, 2), signal, count, last: part === of }, values: {} };
}

function vtg([course, t, , , knots, , kilometres, , mode]: readonly string[]): Told {
  // Before v2.3 the units were not there, and the second field was another number.
  if (t !== 'T' && t !== '') throw new Malformed('its fields have no units');
  const speed = speedIn(knots, knot) ?? speedIn(kilometres, kilometrePerHour);
  return {
    ...(mode === undefined ? {} : { validity: validityOf('VTG', 'A', mode) }),
    values: { course: numberIn(course), speed },
  };
}

function zda([instant, day = '', month = '', year = '']: readonly string[]): Told {
  const time = timeIn(instant);
  const empty = time === undefined || (day === '' && month === '' && year === '');
  return { instant, values: { time: empty ? undefined : `${dateOf(year, month, day)}T${time}Z` } };
}

/** The mode indicator of v2.3: autonomous, differential, precise, RTK, float RTK. */
const validModes = ['A', 'D', 'P', 'R', 'F'];

const otherModes: Readonly<Record<string, string>> = {
  N: 'no fix',
  E: 'no satellite fix: the position is estimated',
  M: 'no satellite fix: the position was put in by hand',
  S: 'no satellite fix: the receiver simulates',
};

function validityOf(type: string, status = '', mode = ''): 'valid' | { why: string } {
  const detail = mode === '' ? '' : ` with mode ${JSON.stringify(mode)}`;
  if (status !== 'A')
    return { why: `${otherModes[mode] ?? 'no fix'}: ${type} says status ${JSON.stringify(status)}${detail}` };
  if (mode === '' || validModes.includes(mode)) return 'valid';
  return { why: `${otherModes[mode] ?? 'no known fix'}: ${type} says mode ${JSON.stringify(mode)}` };
}

function positionIn(lat?: string, ns?: string, lon?: string, ew?: string): object | undefined {
  const latitude = angleIn(lat, ns, { negative: 'S', positive: 'N', most: 90 });
  const longitude = angleIn(lon, ew, { negative: 'W', positive: 'E', most: 180 });
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
}

function variationIn(field: string | undefined, side: string | undefined): { 'magnetic-variation'?: number } {
  const value = numberIn(field);
  if (value === undefined || side === undefined || side === '') return {};
  if (side !== 'E' && side !== 'W') throw new Malformed(`${JSON.stringify(side)} is no side`);
  return { 'magnetic-variation': side === 'W' ? 0 - value : value };
}
