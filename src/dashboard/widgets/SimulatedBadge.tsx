export function SimulatedBadge({ simulated = true }: { readonly simulated?: boolean }) {
  return simulated ? <span className="simulated">SIMULATED</span> : null;
}
