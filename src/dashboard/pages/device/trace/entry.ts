/** What passed on the wire (`GET /v1/devices/{id}/trace`). */
export interface TraceEntry {
  readonly sequence: number;
  readonly at: string;
  readonly kind: 'sent' | 'heard' | 'wire';
  /** Of `wire`: what became of the connection. */
  readonly what?: string;
  readonly detail?: string;
  /** Of bytes, … */
  readonly hex?: string;
  readonly text?: string;
  /** … or of a message. */
  readonly message?: {
    readonly topic: string;
    readonly hex: string;
    readonly text: string;
    readonly retained?: boolean;
    readonly qos?: number;
  };
  /** How long it was, where only its beginning was kept. */
  readonly cutFrom?: number;
  readonly device?: string;
  readonly call?: { readonly kind: string; readonly name?: string; readonly id?: string };
}

export interface TracePage {
  readonly items: readonly TraceEntry[];
  /** Entries that were gone before they could be read. */
  readonly dropped: number;
  readonly next: number;
}

/** As many rows as are kept; older ones go. */
export const maxRows = 400;

/** What was there and what came, bounded; what is told twice stands once. */
export function joined(rows: readonly TraceEntry[], more: readonly TraceEntry[]): readonly TraceEntry[] {
  const last = rows.at(-1)?.sequence ?? -1;
  const fresh = more.filter(({ sequence }) => sequence > last);
  return fresh.length === 0 ? rows : [...rows, ...fresh].slice(-maxRows);
}

/**
 * What one command sent, and what was heard until somebody else sent something. Bytes do not say whose answer they are;
 * their place on the line does, nearly always.
 */
export function ofCommand(rows: readonly TraceEntry[], command: string): readonly TraceEntry[] {
  let own = false;
  return rows.filter((row) => {
    if (row.call !== undefined) own = row.call.id === command;
    else if (row.kind === 'sent') own = false;
    return own;
  });
}

/** By what is read in a row. */
export function containing(rows: readonly TraceEntry[], words: string): readonly TraceEntry[] {
  const wanted = words.trim().toLowerCase();
  if (wanted === '') return rows;
  return rows.filter(({ text, hex, what, detail, message, call }) =>
    [text, hex, what, detail, message?.topic, message?.text, call?.name].some((part) =>
      part?.toLowerCase().includes(wanted),
    ),
  );
}
