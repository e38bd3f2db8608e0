/** What a suite needs to know of a driver and its simulator beyond what their models say. */
export interface Samples {
  /** The driver's options; as its schema has them by default if absent. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Options of the simulator. */
  readonly simulate?: Readonly<Record<string, unknown>>;
  /**
   * Parameters that each command takes and the simulated device obeys; by default the `examples` of its spec, else the
   * least that its schema allows. An empty list leaves a command out.
   */
  readonly commands?: Readonly<Record<string, readonly unknown[]>>;
  /** Values that each property takes; likewise. */
  readonly writes?: Readonly<Record<string, readonly unknown[]>>;
  /** Properties that are not asked for. */
  readonly unread?: readonly string[];
  /**
   * What the simulated device is made to be before a command is tried, by its simulator's state: what can only be done
   * then, or is only answered then. By the name of the command, or `write:` and the property's.
   */
  readonly before?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Commands that end what else is under way, as a reset does: they are not given at once with others. */
  readonly alone?: readonly string[];
  /**
   * On a byte stream where nothing but a silence ends an answer: that silence. Two answers at once are one there, which may
   * be told as an error; apart by it they are two.
   */
  readonly silenceMs?: number;
  /** On a byte stream whose answers carry a checksum: one in which a bit is wrong may not be believed. */
  readonly checksum?: boolean;
  /** Commands that the simulated device refuses by itself, or that fail; with these parameters they are tried as that only. */
  readonly refused?: readonly { readonly command: string; readonly params: unknown }[];
  /** What a device on a byte stream may say at any time without being asked; text is Latin-1. */
  readonly unsolicited?: readonly (string | Uint8Array)[];
  /** Checks, by name, that are left out, and why; they are told as left out. */
  readonly except?: Readonly<Record<string, string>>;
  /** At most so many of all that it can do are tried, evenly; everything by default. */
  readonly actions?: number;
  /** Where something can go wrong at many places of one answer, so many of them are tried; 24 by default. */
  readonly places?: number;
  /** 1 by default. */
  readonly seed?: number;
}
