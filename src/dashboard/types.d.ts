/** What the service answers, as far as the page reads it; `/openapi.json` has it whole. */

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
  readonly schema: Schema;
}

export interface Command {
  readonly id: string;
  readonly command: string;
  readonly state: string;
  readonly outcome?: string;
  readonly error?: { readonly code: string; readonly detail: string };
  readonly submittedAt: string;
}

export interface Schema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: { readonly [name: string]: Schema };
}
