/** Data as a trace keeps it: copied, since whoever hands it over may change it, and cut. */
export interface Payload {
  readonly bytes: Uint8Array;
  readonly cutFrom?: number;
  /** All of it, for who follows; the same as `bytes` while nobody does. */
  readonly whole: Uint8Array;
}

export function payloadOf(data: Uint8Array | string, most: number, wantsWhole: boolean): Payload {
  const all = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
  const { length } = all;
  if (length <= most) {
    const bytes = Uint8Array.from(all);
    return { bytes, whole: bytes };
  }
  const bytes = Uint8Array.from(all.subarray(0, most));
  return { bytes, cutFrom: length, whole: wantsWhole ? Uint8Array.from(all) : bytes };
}
