import { type SupplyError, supplyErrors } from './error-queue.ts';
import { headerPattern, type HeaderPattern, matchesHeader, type ProgramUnit } from './header.ts';
import { limits, type SupplyBehaviour } from './model.ts';
import { parseNumeric, parseSwitch, type Range } from './parameter.ts';

/** A query's answer, an error, or nothing when a command was carried out. */
export type UnitResult = string | SupplyError | undefined;

type Handler = (supply: SupplyBehaviour, parameter: string | undefined) => UnitResult;

interface Command {
  readonly pattern: HeaderPattern;
  readonly set?: Handler;
  readonly query?: Handler;
  /** Parameters of the set form. */
  readonly takes?: 1;
  /** Parameters of the query, which may be left out. */
  readonly queryTakes?: 1;
}

const volts: Range = { unit: 'V', min: 0, max: limits.volts };
const amps: Range = { unit: 'A', min: 0, max: limits.amps };

const level = '[:LEVel][:IMMediate][:AMPLitude]';

const commands: readonly Command[] = [
  measurement('VOLTage', (supply) => supply.measuredVoltage),
  measurement('CURRent', (supply) => supply.measuredCurrent),
  measurement('POWer', (supply) => supply.measuredPower),
  {
    pattern: headerPattern(`[:SOURce]:VOLTage${level}`),
    takes: 1,
    queryTakes: 1,
    set: numeric(volts, (supply, value) => supply.setVoltage(value)),
    query: setpoint(volts, (supply) => supply.voltageSetpoint),
  },
  {
    pattern: headerPattern(`[:SOURce]:CURRent${level}`),
    takes: 1,
    queryTakes: 1,
    set: numeric(amps, (supply, value) => supply.setCurrent(value)),
    query: setpoint(amps, (supply) => supply.currentSetpoint),
  },
  {
    pattern: headerPattern(':OUTPut[:STATe]'),
    takes: 1,
    set: switchOutput,
    query: (supply) => (supply.isOn ? '1' : '0'),
  },
  { pattern: headerPattern(':SYSTem:ERRor[:NEXT]'), query: nextError },
  { pattern: headerPattern(':SYSTem:VERSion'), query: () => '1999.0' },
  { pattern: headerPattern('*IDN'), query: (supply) => supply.identity },
  { pattern: headerPattern('*OPC'), query: () => '1' },
  { pattern: headerPattern('*RST'), set: action((supply) => supply.reset()) },
  { pattern: headerPattern('*CLS'), set: action((supply) => supply.errors.clear()) },
];

/** Carries out one unit of a program message. */
export function execute(supply: SupplyBehaviour, unit: ProgramUnit): UnitResult {
  const command = commands.find(({ pattern }) => matchesHeader(pattern, unit.words));
  const handler = unit.isQuery ? command?.query : command?.set;
  if (command === undefined || handler === undefined) return supplyErrors.undefinedHeader;
  if (!unit.isSuffixValid) return supplyErrors.suffixOutOfRange;
  const [parameter] = unit.parameters;
  if (unit.parameters.length > ((unit.isQuery ? command.queryTakes : command.takes) ?? 0))
    return supplyErrors.parameterNotAllowed;
  if (!unit.isQuery && command.takes === 1 && (parameter ?? '') === '') return supplyErrors.missingParameter;
  return handler(supply, parameter);
}

function measurement(quantity: string, measure: (supply: SupplyBehaviour) => number): Command {
  const pattern = headerPattern(`:MEASure[:SCALar]:${quantity}[:DC]`);
  return { pattern, query: (supply) => response(measure(supply)) };
}

function action(act: (supply: SupplyBehaviour) => void): Handler {
  return (supply) => {
    act(supply);
    return undefined;
  };
}

function numeric(range: Range, set: (supply: SupplyBehaviour, value: number) => SupplyError | undefined): Handler {
  return (supply, parameter = '') => {
    const value = parseNumeric(parameter, range);
    return typeof value === 'number' ? set(supply, value) : value;
  };
}

/** `VOLT? MAX` asks for the limit instead of the setting (SCPI-1999 vol. 1 §7.2.1.2). */
function setpoint(range: Range, get: (supply: SupplyBehaviour) => number): Handler {
  return (supply, parameter) => {
    if (parameter === undefined) return response(get(supply));
    const limit = /^(MIN|MAX)/i.test(parameter) ? parseNumeric(parameter, range) : supplyErrors.parameterNotAllowed;
    return typeof limit === 'number' ? response(limit) : limit;
  };
}

function switchOutput(supply: SupplyBehaviour, parameter = ''): UnitResult {
  const isOn = parseSwitch(parameter);
  return typeof isOn === 'boolean' ? supply.setOutput(isOn) : isOn;
}

function nextError(supply: SupplyBehaviour): string {
  const { code, text } = supply.errors.next();
  return `${code},"${text.replaceAll('"', '""')}"`;
}

/** NR2 response data (IEEE 488.2 §8.7.3), to the microvolt. */
function response(value: number): string {
  return value.toFixed(6);
}
