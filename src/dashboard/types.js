/**
 * What the service answers, as far as this page reads it; `/openapi.json` has it whole.
 *
 * @typedef {{ readonly speed: number, readonly paused: boolean, readonly elapsedMs: number }} Time
 *
 * @typedef {{ readonly id: string, readonly model: string, readonly connection: string, readonly via: string,
 *   readonly seed: number, readonly part: string | null, readonly time: Time, readonly activeFaults: number }} Simulator
 *
 * @typedef {Simulator & { readonly buttons: readonly string[], readonly sharedWith: readonly string[] }} Detail
 *
 * @typedef {{ readonly [key: string]: unknown, readonly kind: string }} Fault
 *
 * @typedef {{ readonly seed: number,
 *   readonly faults: readonly { readonly fault: Fault, readonly acted: number, readonly active: boolean }[] }} Report
 *
 * @typedef {{ readonly name: string, readonly value: unknown, readonly settable: boolean, readonly schema: Schema }} Entry
 *
 * @typedef {{ readonly id: string, readonly command: string, readonly state: string, readonly outcome?: string,
 *   readonly error?: { readonly code: string, readonly detail: string }, readonly submittedAt: string }} Command
 *
 * @typedef {{ readonly type?: string, readonly title?: string, readonly description?: string, readonly unit?: string,
 *   readonly const?: unknown, readonly enum?: readonly unknown[], readonly default?: unknown, readonly minimum?: number,
 *   readonly maximum?: number, readonly minLength?: number, readonly maxLength?: number,
 *   readonly required?: readonly string[], readonly anyOf?: readonly Schema[], readonly items?: Schema,
 *   readonly properties?: { readonly [name: string]: Schema } }} Schema
 */

export {};
