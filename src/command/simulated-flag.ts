/** For a line of the log that is about a device or a command: said where it is so, and not otherwise. */
export function simulatedFlag(of: { readonly simulated: boolean } | undefined): { readonly simulated?: true } {
  return of?.simulated === true ? { simulated: true } : {};
}
