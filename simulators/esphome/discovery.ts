import type { Component } from '../../drivers/esphome/model.ts';
import { board, version } from './catalogue.ts';
import type { EsphomeSettings } from './options.ts';

type Config = Record<string, unknown>;

/** What each kind tells beside its topics (`send_discovery` of each of ESPHome's components). */
function own({ type, id, unit, minimum, maximum, step, options }: Component, base: string): Config {
  const kind: string = type;
  switch (kind) {
    case 'sensor':
      return { unit_of_meas: unit, stat_cla: 'measurement', dev_cla: id };
    case 'number':
      return { min: minimum, max: maximum, step, unit_of_meas: unit, cmd_t: `${base}/command` };
    case 'select':
      return { ops: options, cmd_t: `${base}/command` };
    case 'light':
      return {
        schema: 'json',
        color_mode: true,
        supported_color_modes: ['color_temp', 'rgb'],
        brightness: true,
        min_mirs: minimum,
        max_mirs: maximum,
        effect: true,
        fx_list: options,
        cmd_t: `${base}/command`,
      };
    case 'cover':
      return {
        pos_t: `${base}/position/state`,
        set_pos_t: `${base}/position/command`,
        tilt_status_t: `${base}/tilt/state`,
        tilt_cmd_t: `${base}/tilt/command`,
        cmd_t: `${base}/command`,
      };
    case 'fan':
      return {
        dir_cmd_t: `${base}/direction/command`,
        dir_stat_t: `${base}/direction/state`,
        osc_cmd_t: `${base}/oscillation/command`,
        osc_stat_t: `${base}/oscillation/state`,
        pct_cmd_t: `${base}/speed_level/command`,
        pct_stat_t: `${base}/speed_level/state`,
        spd_rng_max: maximum,
        cmd_t: `${base}/command`,
      };
    case 'climate':
      return {
        curr_temp_t: `${base}/current_temperature/state`,
        mode_cmd_t: `${base}/mode/command`,
        mode_stat_t: `${base}/mode/state`,
        modes: options,
        temp_cmd_t: `${base}/target_temperature/command`,
        temp_stat_t: `${base}/target_temperature/state`,
        min_temp: minimum,
        max_temp: maximum,
        temp_step: step,
        act_t: `${base}/action/state`,
      };
    case 'binary_sensor':
    case 'text_sensor':
      return {};
    default:
      return { cmd_t: `${base}/command` };
  }
}

/** `homeassistant/<component>/<node>/<object id>/config`. */
export function componentConfig(component: Component, { prefix, mac }: EsphomeSettings): Config {
  const base = `${prefix}/${component.type}/${component.id}`;
  const hasState = !['button', 'cover', 'climate'].includes(component.type);
  return {
    ...own(component, base),
    name: component.id,
    ...(hasState && { stat_t: `${base}/state` }),
    avty_t: `${prefix}/status`,
    uniq_id: `ESP${component.type}${component.id}`,
    dev: { ids: mac, name: prefix, sw: version, mdl: board, mf: 'Espressif', cns: [['mac', mac]] },
  };
}

/** `esphome/discover/<name>`. */
export function nodeInfo({ prefix, mac }: EsphomeSettings): Config {
  return { ip: '192.0.2.2', name: prefix, port: 6053, version, mac, platform: 'ESP32', board, network: 'wifi' };
}
