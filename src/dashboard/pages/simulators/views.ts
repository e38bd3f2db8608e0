/** What `/v1/simulators` answers, as far as the page reads it. */

export interface Time {
  readonly speed: number;
  readonly paused: boolean;
  readonly elapsedMs: number;
}

export interface Simulator {
  readonly id: string;
  readonly model: string;
  readonly connection: string;
  readonly via: string;
  readonly seed: number;
  readonly part: string | null;
  readonly time: Time;
  readonly activeFaults: number;
}

export interface Detail extends Simulator {
  readonly buttons: readonly string[];
  readonly sharedWith: readonly string[];
}

export interface Fault {
  readonly [key: string]: unknown;
  readonly kind: string;
}

export interface Report {
  readonly seed: number;
  readonly faults: readonly { readonly fault: Fault; readonly acted: number; readonly active: boolean }[];
}

export interface Entry {
  readonly name: string;
  readonly value: unknown;
  readonly settable: boolean;
  readonly schema: Readonly<Record<string, unknown>>;
}
