import type { AlarmView } from '../../../client/index.ts';

export const severities = ['critical', 'warning'] as const;

/** What alarms are shown; as `GET /v1/alarms` takes it, and as it stands in the page's address. Empty is all. */
export interface AlarmFilters {
  readonly device: string;
  readonly alarm: string;
  readonly severity: string;
}

export function filtersIn(search: URLSearchParams): AlarmFilters {
  const text = (name: string): string => search.get(name)?.slice(0, 100) ?? '';
  return {
    device: text('device'),
    alarm: text('alarm'),
    severity: severities.find((each) => each === search.get('severity')) ?? '',
  };
}

export function searchOf(filters: AlarmFilters): URLSearchParams {
  return new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== ''));
}

export function fits(alarm: AlarmView, { device, alarm: rule, severity }: AlarmFilters): boolean {
  if (device !== '' && alarm.device !== device) return false;
  if (rule !== '' && alarm.alarm !== rule) return false;
  return severity === '' || alarm.severity === severity;
}
