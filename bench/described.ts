/** A device as it announces itself to Home Assistant: a relay, a setpoint and a thermometer. */
export function described(prefix: string, name: string): object {
  const base = `${prefix}-devices/${name}`;
  const at = (key: string) => ({ state_topic: `${base}/${key}`, unique_id: `${name}_${key}`, name: key });
  return {
    dev: { ids: [name], name, mf: 'Bench', mdl: 'Relay 1', sw: '1.0' },
    o: { name: 'bench' },
    availability_topic: `${base}/availability`,
    cmps: {
      relay: { p: 'switch', ...at('relay'), command_topic: `${base}/set/relay` },
      level: { p: 'number', ...at('level'), command_topic: `${base}/set/level`, min: 0, max: 100, step: 1 },
      temperature: { p: 'sensor', ...at('temperature'), unit_of_measurement: '°C', device_class: 'temperature' },
    },
  };
}
