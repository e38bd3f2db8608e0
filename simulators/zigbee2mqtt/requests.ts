import type { BridgeBehaviour } from './model.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What the bridge answers, and what happens after that. */
export interface Answer {
  readonly response: Fields;
  readonly after?: () => void;
}

/** A request to the bridge itself (docs, "bridge/request/+"); one that it does not know gets no answer. */
export function answerTo(bridge: BridgeBehaviour, request: string, text: string): Answer | undefined {
  const fields = parsed(text);
  const transaction = transactionOf(fields);
  const ok = (data: Fields): Fields => ({ data, status: 'ok', ...transaction });
  const failed = (error: string): Answer => ({ response: failure(error, transaction) });
  if (bridge.ailing !== undefined) return failed(bridge.ailing);
  switch (request) {
    case 'permit_join': {
      const { time, value } = fields;
      const seconds = typeof time === 'number' ? time : value === false ? 0 : 254;
      if (seconds < 0 || seconds > 254) return failed('Invalid payload');
      return { response: ok({ time: seconds }), after: () => bridge.permitJoin(seconds) };
    }
    case 'health_check':
      return { response: ok({ healthy: bridge.healthy }) };
    case 'restart':
      return { response: ok({}), after: () => bridge.restart() };
    default:
      return undefined;
  }
}

/** The response to a request that is refused, whatever it is. */
export function refusalOf(text: string): string {
  return JSON.stringify(failure('Refused', transactionOf(parsed(text))));
}

function failure(error: string, transaction: Fields): Fields {
  return { data: {}, status: 'error', error, ...transaction };
}

function transactionOf(fields: Fields): Fields {
  return Object.hasOwn(fields, 'transaction') ? { transaction: fields['transaction'] } : {};
}

function parsed(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
