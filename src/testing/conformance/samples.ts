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
  /** Commands that the simulated device refuses by itself. */
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
