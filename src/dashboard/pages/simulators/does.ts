/** Does something to the simulator; resolves with whether it was done. */
export type Does = (method: 'PUT' | 'PATCH' | 'POST' | 'DELETE', what: string, body?: unknown) => Promise<boolean>;
