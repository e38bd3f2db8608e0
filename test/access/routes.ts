/** What each route needs, written down apart from what the routes say themselves. */

type Action = 'read' | 'command' | 'stop' | 'lease' | 'configure' | 'simulate' | 'admin';

export interface Rule {
  /**
   * `open`: no credentials. `known`: any credentials. Else an action over `sim` (the device of the path), over one of its
   * commands (`sim:set`), over all devices (`*`), or over any that there is (`?`).
   */
  readonly needs: 'open' | 'known' | `${Action} ${'sim' | '*' | '?' | `sim:${string}`}`;
  /** What stands for parameters of the path that are not the device `sim`. */
  readonly path?: string;
  readonly body?: unknown;
  /** Whoever shows nothing here is told 401, since that is what it is for. */
  readonly demands?: true;
}

const empty = {};

/** In an order in which one does not take away what another needs. */
export const rules: Readonly<Record<string, Rule>> = {
  'GET /': { needs: 'open' },
  'GET /health/live': { needs: 'open' },
  'GET /health/ready': { needs: 'open' },
  'GET /metrics': { needs: 'read *' },
  'GET /simulators': { needs: 'open' },
  'GET /problems': { needs: 'open' },
  'GET /problems/style.css': { needs: 'open' },
  'GET /problems/:name': { needs: 'open', path: '/problems/forbidden' },
  'GET /assets/*': { needs: 'open', path: '/assets/none.js' },
  'GET /docs': { needs: 'open' },
  'GET /docs/static/index.html': { needs: 'open' },
  'GET /docs/static/swagger-initializer.js': { needs: 'open' },
  'GET /docs/static/*': { needs: 'open', path: '/docs/static/swagger-ui.css' },
  'GET /docs/json': { needs: 'read ?' },
  'GET /docs/yaml': { needs: 'read ?' },
  'GET /openapi.json': { needs: 'read ?' },
  'GET /v1/asyncapi.json': { needs: 'read ?' },
  'GET /v1/me': { needs: 'known' },
  'GET /v1/session': { needs: 'open' },
  'POST /v1/session': { needs: 'open', body: empty, demands: true },
  'DELETE /v1/session': { needs: 'open' },
  'POST /v1/config/reload': { needs: 'admin *', body: empty },
  'GET /v1/log/level': { needs: 'admin *' },
  'PUT /v1/log/level': { needs: 'admin *', body: { level: 'info' } },
  'GET /v1/audit': { needs: 'admin *' },
  'GET /v1/keys': { needs: 'admin *' },
  'POST /v1/keys': { needs: 'admin *', body: { name: 'new', role: 'viewer' } },
  'POST /v1/keys/:id/rotate': { needs: 'admin *', path: '/v1/keys/none/rotate', body: empty },
  'DELETE /v1/keys/:id': { needs: 'admin *', path: '/v1/keys/none' },
  'GET /v1/models': { needs: 'read ?' },
  'GET /v1/models/:name': { needs: 'read ?', path: '/v1/models/toy' },
  'GET /v1/ports': { needs: 'read *' },
  'GET /v1/discovery': { needs: 'read *' },
  'GET /v1/discovery/:id': { needs: 'read *', path: '/v1/discovery/none' },
  'GET /v1/webhooks': { needs: 'read *' },
  'GET /v1/webhooks/:name': { needs: 'read *', path: '/v1/webhooks/none' },
  'GET /v1/devices': { needs: 'read ?' },
  'GET /v1/devices/:id': { needs: 'read sim' },
  'GET /v1/devices/:id/td': { needs: 'read sim' },
  'GET /v1/devices/:id/interlocks': { needs: 'read sim' },
  'GET /v1/devices/:id/trace': { needs: 'read sim' },
  'GET /v1/devices/:id/history/:property': { needs: 'read sim', path: '/v1/devices/sim/history/value' },
  'GET /v1/devices/:id/properties': { needs: 'read sim' },
  'GET /v1/devices/:id/properties/:name': { needs: 'read sim', path: '/v1/devices/sim/properties/value' },
  'GET /v1/devices/:id/wot/properties': { needs: 'read sim' },
  'GET /v1/devices/:id/wot/properties/:name': { needs: 'read sim', path: '/v1/devices/sim/wot/properties/value' },
  'GET /v1/devices/:id/wot/properties/:name/observe': {
    needs: 'read sim',
    path: '/v1/devices/sim/wot/properties/value/observe',
  },
  'GET /v1/devices/:id/wot/events/:name': { needs: 'read sim', path: '/v1/devices/sim/wot/events/none' },
  'GET /v1/devices/:id/lease': { needs: 'read sim' },
  'GET /v1/stream': { needs: 'read ?' },
  'GET /v1/alarms': { needs: 'read ?' },
  'GET /v1/alarms/:id': { needs: 'read ?', path: '/v1/alarms/none' },
  'POST /v1/alarms/:id/acknowledge': { needs: 'command ?', path: '/v1/alarms/none/acknowledge', body: empty },
  'GET /v1/commands': { needs: 'read ?' },
  'GET /v1/commands/:id': { needs: 'read ?', path: '/v1/commands/none' },
  'DELETE /v1/commands/:id': { needs: 'command ?', path: '/v1/commands/none' },
  'GET /v1/simulators': { needs: 'read ?' },
  'GET /v1/simulators/:id': { needs: 'read sim' },
  'GET /v1/simulators/:id/faults': { needs: 'read sim' },
  'PUT /v1/simulators/:id/faults': { needs: 'simulate sim', body: { seed: 1, faults: [] } },
  'DELETE /v1/simulators/:id/faults': { needs: 'simulate sim' },
  'GET /v1/simulators/:id/state': { needs: 'read sim' },
  'PATCH /v1/simulators/:id/state': { needs: 'simulate sim', body: { temperature: 25 } },
  'GET /v1/simulators/:id/time': { needs: 'read sim' },
  'PATCH /v1/simulators/:id/time': { needs: 'simulate sim', body: { speed: 2 } },
  'POST /v1/simulators/:id/press': { needs: 'simulate sim', body: { button: 'reset' } },
  'POST /v1/devices/:id/commands/:name': {
    needs: 'command sim:set',
    path: '/v1/devices/sim/commands/set',
    body: { value: 3 },
  },
  'POST /v1/devices/:id/wot/actions/:name': {
    needs: 'command sim:pulse',
    path: '/v1/devices/sim/wot/actions/pulse',
    body: empty,
  },
  'PUT /v1/devices/:id/properties/:name': {
    needs: 'command sim:write:setpoint',
    path: '/v1/devices/sim/properties/setpoint',
    body: { value: 4 },
  },
  'PUT /v1/devices/:id/wot/properties/:name': {
    needs: 'command sim:write:setpoint',
    path: '/v1/devices/sim/wot/properties/setpoint',
    body: 5,
  },
  'POST /v1/devices/:id/raw': { needs: 'admin sim', body: { text: 'PULSE\n' } },
  'PUT /v1/devices/:id/lease': { needs: 'lease sim', body: { ttlMs: 1000 } },
  'DELETE /v1/devices/:id/lease': { needs: 'lease sim' },
  'POST /v1/devices/:id/reconnect': { needs: 'configure sim', body: empty },
  // What counts is the device that it will be.
  'POST /v1/devices': {
    needs: 'configure sim',
    body: { id: 'sim', driver: 'toy', connection: 'sim-line', labels: { room: 'lab' } },
  },
  'PATCH /v1/devices/:id': { needs: 'configure sim', body: { labels: { room: 'lab' } } },
  'POST /v1/devices/:id/stop': { needs: 'stop sim' },
  'DELETE /v1/devices/:id/stop': { needs: 'command sim:release-stop' },
  'POST /v1/stop': { needs: 'stop ?' },
  'DELETE /v1/stop': { needs: 'command *' },
  'DELETE /v1/devices/:id': { needs: 'configure sim' },
};
