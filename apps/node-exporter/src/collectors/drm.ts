// Graphics cards that the amdgpu driver runs.
import type { CollectorDefinition } from '../collector.ts';
import { tryListFolder, tryReadTrimmed, tryReadUint } from '../files.ts';
import { gauge, type MetricDescription } from '../metric.ts';

const CARD = ['card'];
const INFO = gauge('node_drm_card_info', 'Identity and settings of the card.', [
  'card',
  'memory_vendor',
  'power_performance_level',
  'unique_id',
  'vendor',
]);

/** Files of the card's device. */
const NUMBERS: readonly (readonly [string, MetricDescription])[] = [
  ['gpu_busy_percent', gauge('node_drm_gpu_busy_percent', 'How busy the processor of the card is.', CARD)],
  ['mem_info_gtt_total', gauge('node_drm_memory_gtt_size_bytes', 'Memory that the card can map.', CARD)],
  ['mem_info_gtt_used', gauge('node_drm_memory_gtt_used_bytes', 'Memory that the card has mapped.', CARD)],
  ['mem_info_vram_total', gauge('node_drm_memory_vram_size_bytes', 'Memory of the card.', CARD)],
  ['mem_info_vram_used', gauge('node_drm_memory_vram_used_bytes', 'Memory of the card in use.', CARD)],
  [
    'mem_info_vis_vram_total',
    gauge('node_drm_memory_vis_vram_size_bytes', 'Memory of the card that the host sees.', CARD),
  ],
  [
    'mem_info_vis_vram_used',
    gauge('node_drm_memory_vis_vram_used_bytes', 'Memory of the card that the host sees, in use.', CARD),
  ],
];

export const drm: CollectorDefinition = {
  name: 'drm',
  enabledByDefault: false,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const root = paths.sys('class/drm');
      for (const card of tryListFolder(root)) {
        const device = `${root}/${card}/device`;
        if (!/^card\d$/.test(card) || !isAmd(`${device}/uevent`)) continue;
        const text = (file: string): string => tryReadTrimmed(`${device}/${file}`) ?? '';
        const level = text('power_dpm_force_performance_level');
        sink.add(INFO, 1, card, text('mem_info_vram_vendor'), level, text('unique_id'), 'amd');
        for (const [file, metric] of NUMBERS) sink.add(metric, tryReadUint(`${device}/${file}`) ?? 0, card);
      }
    },
  }),
};

function isAmd(path: string): boolean {
  return tryReadTrimmed(path)?.includes('DRIVER=amdgpu') ?? false;
}
