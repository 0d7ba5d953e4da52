// Tasks that the kernel found hung.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isMissing, readUint } from '../files.ts';
import { counter } from '../metric.ts';

const TASKS = counter('node_kernel_hung_tasks_total', 'Tasks that the kernel found hung since boot.');

export const kernelHung: CollectorDefinition = {
  name: 'kernel_hung',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      try {
        sink.add(TASKS, readUint(paths.proc('sys/kernel/hung_task_detect_count')));
      } catch (error) {
        if (isMissing(error)) throw new NoData('this kernel does not count hung tasks');
        throw error;
      }
    },
  }),
};
