import type { ModbusMap } from '../../drivers/modbus/model.ts';
import { exceptions, Memory, type Span } from './memory.ts';
import { pointOf, pointsOf } from './points.ts';
import { decode, encode, type Point, type Value } from './value.ts';

/** What a simulated device does with its registers. */
export interface Behaviour {
  /** Brings what can be read up to date; called before every request. */
  refresh?(): void;
  /** Says whether a value may be written: an exception code, or undefined. Called before anything changes. */
  refuses?(name: string, value: Value): number | undefined;
  /** A client has written it, or a hand has changed it. */
  written?(name: string, value: Value): void;
  /** Objects of Read Device Identification by number. */
  readonly identification?: readonly string[];
}

/** The registers of one unit, by name and by address. */
export class Bank {
  readonly points: ReadonlyMap<string, Point>;
  readonly #memory = new Memory();
  behaviour: Behaviour = {};

  constructor(map: ModbusMap) {
    this.points = pointsOf(map);
    for (const { span } of this.points.values()) this.#memory.provide(span);
    if (map.identify !== undefined && 'register' in map.identify)
      this.#put(pointOf('identity', map.identify.register, map), map.identify.equals);
  }

  /** The value in the device now, without any request. */
  get(name: string): Value {
    this.behaviour.refresh?.();
    return this.stored(name);
  }

  /** The value as its registers hold it. */
  stored(name: string): Value {
    const point = this.#point(name);
    return decode(point, this.#memory.read(point.span) ?? []);
  }

  /** Changes the value in the device as a hand would, without any request. */
  set(name: string, value: Value): void {
    this.behaviour.refresh?.();
    this.store(name, value);
    this.behaviour.written?.(name, value);
  }

  /** Puts the value into its registers, and tells nobody. */
  store(name: string, value: Value): void {
    this.#put(this.#point(name), value);
  }

  /** Registers as they are, for values that mean something special. */
  poke(span: Omit<Span, 'count'>, ...numbers: readonly number[]): void {
    this.#memory.write(span, numbers);
  }

  /** What a read request gets; an exception code if some of it does not exist. */
  read(span: Span): number[] | number {
    this.behaviour.refresh?.();
    return this.#memory.read(span) ?? exceptions.illegalAddress;
  }

  /** What a write request does: all of it, or nothing and an exception code. */
  write(span: Span, numbers: readonly number[]): number | undefined {
    this.behaviour.refresh?.();
    if (this.#memory.read(span) === undefined) return exceptions.illegalAddress;
    const changes = this.#touched(span).map((point) => ({ point, value: this.#after(point, span, numbers) }));
    for (const { point, value } of changes) {
      const exception = this.behaviour.refuses?.(point.name, value);
      if (exception !== undefined) return exception;
    }
    this.#memory.write(span, numbers);
    for (const { point, value } of changes) this.behaviour.written?.(point.name, value);
    return undefined;
  }

  #put(point: Point, value: Value): void {
    this.#memory.write(point.span, encode(point, value, this.#memory.read(point.span) ?? []));
  }

  #touched(span: Span): Point[] {
    return [...this.points.values()].filter(
      ({ span: own }) =>
        own.table === span.table && own.address < span.address + span.count && span.address < own.address + own.count,
    );
  }

  #after({ span: own, ...point }: Point, span: Span, numbers: readonly number[]): Value {
    const now = this.#memory.read(own) ?? [];
    const after = now.map((number, index) => numbers[own.address + index - span.address] ?? number);
    return decode({ span: own, ...point }, after);
  }

  #point(name: string): Point {
    const point = this.points.get(name);
    if (point === undefined) throw new Error(`the simulated device has no ${name}`);
    return point;
  }
}
