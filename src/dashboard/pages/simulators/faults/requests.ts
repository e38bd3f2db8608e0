import type { Fault, Report } from '../views.ts';

/** What PUT …/faults takes: it replaces all of them, so what is there stays as it was asked for. */
export interface FaultsRequest {
  readonly seed: number;
  readonly faults: readonly Fault[];
}

function activeOf({ faults }: Report): readonly Fault[] {
  return faults.filter(({ active }) => active).map(({ fault }) => fault);
}

export function withFault(report: Report, fault: Fault): FaultsRequest {
  return { seed: report.seed, faults: [...activeOf(report), fault] };
}

export function withoutFault(report: Report, fault: Fault): FaultsRequest {
  return { seed: report.seed, faults: activeOf(report).filter((each) => each !== fault) };
}
