// Flaws of the processor and what the kernel does about them.
import type { CollectorDefinition } from '../collector.ts';
import { readTrimmed, tryListFolder } from '../files.ts';
import { gauge } from '../metric.ts';

const INFO = gauge('node_cpu_vulnerabilities_info', 'Each flaw that the kernel knows, and its state here.', [
  'codename',
  'state',
  'mitigation',
]);

export const cpuVulnerabilities: CollectorDefinition = {
  name: 'cpu_vulnerabilities',
  enabledByDefault: false,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const folder = paths.sys('devices/system/cpu/vulnerabilities');
      for (const name of tryListFolder(folder)) {
        const { state, mitigation } = parseVulnerability(readTrimmed(`${folder}/${name}`));
        sink.add(INFO, 1, name, state, mitigation);
      }
    },
  }),
};

/** `Mitigation: Retpolines, …` in two parts; anything new is unknown, with the text as it is. */
export function parseVulnerability(text: string): { state: string; mitigation: string } {
  const lower = text.toLowerCase();
  if (lower.startsWith('not affected')) return { state: 'not affected', mitigation: '' };
  for (const state of ['vulnerable', 'mitigation', 'unknown']) {
    if (!lower.startsWith(state)) continue;
    return { state, mitigation: text.split(/\s+/).slice(1).join(' ') };
  }
  return { state: 'unknown', mitigation: text };
}
