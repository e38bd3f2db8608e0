/** Supplies behind TCP sockets, as the configuration has them. */
export function suppliesOn(
  ports: readonly number[],
  options: object = {},
): { readonly connections: object; readonly devices: object } {
  const named = ports.map((port, index) => [nameOf(index), port] as const);
  return {
    connections: Object.fromEntries(
      named.map(([name, port]) => [name, { tcp: { host: '127.0.0.1', port }, simulated: true }]),
    ),
    devices: Object.fromEntries(named.map(([name]) => [name, { driver: 'scpi-supply', connection: name, options }])),
  };
}

export function nameOf(index: number): string {
  return `supply-${index}`;
}

export function setVoltage(index: number): { readonly path: string; readonly body: string } {
  return { path: `/v1/devices/${nameOf(index)}/commands/set-voltage`, body: '{"volts":5}' };
}
