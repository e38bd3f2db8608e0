import type { Component } from '../../drivers/esphome/model.ts';

/** The one component of each kind, as the device announces it. */
export const catalogue: readonly Component[] = [
  { type: 'binary_sensor', id: 'door', has: [] },
  { type: 'button', id: 'restart', has: [] },
  {
    type: 'climate',
    id: 'hvac',
    options: ['off', 'heat', 'cool'],
    minimum: 5,
    maximum: 30,
    step: 0.5,
    has: ['action', 'current_temperature', 'mode', 'target_temperature'],
  },
  { type: 'cover', id: 'blind', has: ['position', 'tilt'] },
  { type: 'fan', id: 'ceiling', maximum: 3, has: ['direction', 'oscillation', 'speed_level'] },
  {
    type: 'light',
    id: 'lamp',
    options: ['Rainbow', 'None'],
    minimum: 153,
    maximum: 500,
    has: ['brightness', 'color', 'color_temp', 'effect'],
  },
  { type: 'lock', id: 'front', has: [] },
  { type: 'number', id: 'setpoint', unit: '°C', minimum: 5, maximum: 30, step: 0.5, has: [] },
  { type: 'select', id: 'mode', options: ['eco', 'comfort'], has: [] },
  { type: 'sensor', id: 'temperature', unit: '°C', has: [] },
  { type: 'switch', id: 'relay', has: [] },
  { type: 'text', id: 'label', has: [] },
  { type: 'text_sensor', id: 'version', has: [] },
  { type: 'valve', id: 'water', has: [] },
];

export const board = 'esp32dev';
export const version = '2024.6.0 (simulated)';
