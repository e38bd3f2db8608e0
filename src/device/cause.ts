/**
 * Why a value was told: within a command's call, because somebody asked for it (a poll, a read), or by the device itself.
 * Where that is not beyond doubt it is `external`: no command is claimed to have done what it may not have done.
 */
export type ValueCause =
  | { readonly kind: 'command'; readonly commandId: string }
  | { readonly kind: 'poll' }
  | { readonly kind: 'external' };

export const polled: ValueCause = { kind: 'poll' };
export const external: ValueCause = { kind: 'external' };
