/** What a device answers in place of a result (docs, "Common errors"). */
export class RpcError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export type Params = Readonly<Record<string, unknown>>;

export function invalid(message: string): RpcError {
  return new RpcError(-103, message);
}

/** A boolean argument; undefined if it was not given. */
export function booleanIn(params: Params, name: string): boolean | undefined {
  const value = params[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw invalid(`Argument '${name}', value ${JSON.stringify(value)} is not a boolean!`);
}

/** A number within limits; undefined if it was not given. */
export function numberIn(params: Params, name: string, minimum: number, maximum: number): number | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw invalid(`Argument '${name}', value ${JSON.stringify(value)} is not a number!`);
  if (value < minimum || value > maximum) throw invalid(`Argument '${name}' is out of range [${minimum}..${maximum}]`);
  return value;
}
