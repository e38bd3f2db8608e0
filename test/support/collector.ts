import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly status: { readonly code: number; readonly message?: string };
}

interface Value {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: number | string;
}

interface Payload {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Raw[] }[];
  }[];
}
interface Attribute {
  readonly key: string;
  readonly value: Value;
}
interface Raw extends Omit<CollectedSpan, 'attributes' | 'startNs' | 'endNs'> {
  readonly attributes: readonly Attribute[];
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

/** The far end of OTLP over HTTP, as JSON (OTLP 1.x, "OTLP/HTTP"). */
export async function collector() {
  const spans: CollectedSpan[] = [];
  const resources: Record<string, unknown>[] = [];
  const asked: { readonly path: string; readonly headers: NodeJS.Dict<string | string[]> }[] = [];
  let status = 200;
  let hangs = false;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push({ path: request.url ?? '', headers: request.headers });
      if (hangs) return;
      if (status === 200) take(JSON.parse(body) as Payload);
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  const take = ({ resourceSpans }: Payload): void => {
    for (const { resource, scopeSpans } of resourceSpans) {
      resources.push(attributesOf(resource.attributes));
      for (const raw of scopeSpans.flatMap((scope) => scope.spans)) spans.push(spanOf(raw));
    }
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    spans,
    resources,
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set status(next: number) {
      status = next;
    },
    set hangs(next: boolean) {
      hangs = next;
    },
    close(): void {
      server.closeAllConnections();
      server.close();
    },
  };
}

function spanOf({ attributes, startTimeUnixNano, endTimeUnixNano, parentSpanId, ...raw }: Raw): CollectedSpan {
  const { traceId, spanId, name, status } = raw;
  const times = { startNs: BigInt(startTimeUnixNano), endNs: BigInt(endTimeUnixNano) };
  const parent = parentSpanId === undefined || parentSpanId === '' ? undefined : parentSpanId;
  return { traceId, spanId, name, status, ...times, parentSpanId: parent, attributes: attributesOf(attributes) };
}

function attributesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  const valueOf = ({ stringValue, boolValue, intValue }: Value): unknown =>
    stringValue ?? boolValue ?? (intValue === undefined ? undefined : Number(intValue));
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}
