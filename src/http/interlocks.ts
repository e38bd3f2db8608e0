import { onDevice } from './access/declared.ts';
import type { SeenValue } from '../command/interlocks/judge.ts';
import type { InterlockState } from '../command/interlocks/interlocks.ts';
import { type App, DevicePath, NoQuery, type Services } from './routes.ts';

export function interlockRoutes(app: App, { registry, interlocks }: Services): void {
  app.get(
    '/v1/devices/:id/interlocks',
    {
      config: onDevice('read'),
      schema: {
        tags: ['devices'],
        summary: 'What guards a device, and how it stands now',
        operationId: 'listInterlocks',
        params: DevicePath,
        querystring: NoQuery,
      },
    },
    ({ params }) => ({ items: interlocks.describe(registry.get(params.id)).map(interlockView) }),
  );
}

function interlockView({ rule, judgement }: InterlockState): object {
  const { name, forbid, unless, maxAgeMs, onViolation } = rule;
  return {
    name,
    forbid,
    unless,
    maxAgeMs,
    onViolation: onViolation ?? null,
    satisfied: judgement.satisfied,
    problem: judgement.problem,
    values: judgement.seen.map(valueView),
  };
}

function valueView({ device, property, value, ageMs, problem, simulated }: SeenValue): object {
  return {
    device,
    property,
    value,
    ageMs: ageMs === undefined ? null : Math.round(ageMs),
    usable: problem === undefined,
    problem,
    simulated,
  };
}
