/** What its sensors are in: a quiet room, unless somebody changes it. By the names of the driver's properties. */
export interface Room {
  'ds18b20-temperature': number;
  'am2301-temperature': number;
  'am2301-humidity': number;
  'am2301-dew-point': number;
  'bme280-temperature': number;
  'bme280-humidity': number;
  'bme280-dew-point': number;
  'bme280-pressure': number;
}

export const quietRoom = (): Room => ({
  'ds18b20-temperature': 20.6,
  'am2301-temperature': 24.9,
  'am2301-humidity': 45.1,
  'am2301-dew-point': 12.3,
  'bme280-temperature': 21.3,
  'bme280-humidity': 40.2,
  'bme280-dew-point': 7.2,
  'bme280-pressure': 1003.4,
});

/** As telemetry has it. */
export function sensorDocument(room: Room): Readonly<Record<string, unknown>> {
  return {
    DS18B20: { Id: '01131B123456', Temperature: room['ds18b20-temperature'] },
    AM2301: {
      Temperature: room['am2301-temperature'],
      Humidity: room['am2301-humidity'],
      DewPoint: room['am2301-dew-point'],
    },
    BME280: {
      Temperature: room['bme280-temperature'],
      Humidity: room['bme280-humidity'],
      DewPoint: room['bme280-dew-point'],
      Pressure: room['bme280-pressure'],
    },
  };
}
