import Negotiator from 'negotiator';
import { type Metric, Registry } from 'prom-client';

export interface Scrape {
  readonly contentType: string;
  readonly text: string;
}

const openMetrics = 'application/openmetrics-text';

/** What all metrics say now, in the format that was asked for; Prometheus’ own where nothing is known of that. */
export async function scrape(registry: Registry, accept: string | undefined): Promise<Scrape> {
  // Scrapers list versions and ways to escape names; whatever those are, one version of each format is served.
  const types = accept?.replaceAll(/;\s*(?!q=)[^;,]*/gi, '') ?? '';
  const wanted = new Negotiator({ headers: { accept: types } }).mediaType(['text/plain', openMetrics]);
  const asked = wanted === openMetrics ? inOpenMetrics(registry) : registry;
  return { contentType: asked.contentType, text: await asked.metrics() };
}

/**
 * OpenMetrics 1.0 names a counter without `_total` and its samples with it. prom-client renames the metrics of a registry
 * for that, for ever: so they are shown to it under another name.
 */
function inOpenMetrics(registry: Registry): Registry {
  const shown = new Registry();
  for (const { name } of registry.getMetricsAsArray()) {
    const metric = registry.getSingleMetric(name);
    if (metric !== undefined) shown.registerMetric(renamed(metric, name));
  }
  shown.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as unknown as typeof shown.contentType); // its type has one of both
  return shown;
}

function renamed(metric: Metric, name: string): Metric {
  const get = async () => {
    const told = await metric.get();
    const isCounter = String(told.type) === 'counter';
    return isCounter ? { ...told, name: told.name.replace(/_total$/, '') } : told;
  };
  return { name, type: 'untyped', get } as unknown as Metric; // all that a registry asks of one
}
