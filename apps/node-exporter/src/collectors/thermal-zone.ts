// Temperatures of the board and states of fans and throttles.
import type { CollectorDefinition } from '../collector.ts';
import { tryListFolder, tryReadInt, tryReadTrimmed } from '../files.ts';
import { gauge } from '../metric.ts';

const TEMPERATURE = gauge('node_thermal_zone_temp', 'Temperature of the zone in degrees Celsius.', [
  'zone',
  'type',
]);
const STATE = gauge('node_cooling_device_cur_state', 'How hard the device cools now.', ['name', 'type']);
const MAX_STATE = gauge('node_cooling_device_max_state', 'How hard the device can cool.', ['name', 'type']);

export const thermalZone: CollectorDefinition = {
  name: 'thermal_zone',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const root = paths.sys('class/thermal');
      for (const entry of tryListFolder(root)) {
        const [, kind, number] = /^(thermal_zone|cooling_device)(\d+)$/.exec(entry) ?? [];
        const type = number === undefined ? undefined : tryReadTrimmed(`${root}/${entry}/type`);
        if (type === undefined) continue;
        if (kind === 'thermal_zone') {
          // A zone that is off or whose sensor does not answer refuses to be read.
          const temperature = tryReadInt(`${root}/${entry}/temp`);
          if (temperature !== undefined) sink.add(TEMPERATURE, temperature / 1000, number!, type);
        } else {
          const state = tryReadInt(`${root}/${entry}/cur_state`);
          const maxState = tryReadInt(`${root}/${entry}/max_state`);
          if (state !== undefined) sink.add(STATE, state, number!, type);
          if (maxState !== undefined) sink.add(MAX_STATE, maxState, number!, type);
        }
      }
    },
  }),
};
