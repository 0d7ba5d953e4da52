// Entropy of the kernel's random number generator.
import type { CollectorDefinition } from '../collector.ts';
import { readUint } from '../files.ts';
import { gauge } from '../metric.ts';

const AVAILABLE = gauge('node_entropy_available_bits', 'Bits of entropy at hand.');
const POOL_SIZE = gauge('node_entropy_pool_size_bits', 'Bits that the pool of entropy holds.');

export const entropy: CollectorDefinition = {
  name: 'entropy',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      sink.add(AVAILABLE, readUint(paths.proc('sys/kernel/random/entropy_avail')));
      sink.add(POOL_SIZE, readUint(paths.proc('sys/kernel/random/poolsize')));
    },
  }),
};
