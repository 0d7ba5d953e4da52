// Processes and threads of the host by state.
import type { CollectorDefinition } from '../collector.ts';
import {
  fields,
  isDigits,
  isMissing,
  isSystemError,
  listFolder,
  malformed,
  readText,
  readUint,
} from '../files.ts';
import { gauge } from '../metric.ts';

const THREADS = gauge('node_processes_threads', 'Threads on the host.');
const MAX_THREADS = gauge('node_processes_max_threads', 'Threads that the host may have.');
const THREADS_STATE = gauge('node_processes_threads_state', 'Threads in each state.', ['thread_state']);
const STATE = gauge('node_processes_state', 'Processes in each state.', ['state']);
const PIDS = gauge('node_processes_pids', 'Processes on the host.');
const MAX_PROCESSES = gauge('node_processes_max_processes', 'Highest process id.');

export const processes: CollectorDefinition = {
  name: 'processes',
  enabledByDefault: false,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const states = new Map<string, number>();
      const threadStates = new Map<string, number>();
      let pids = 0;
      let threads = 0;
      for (const pid of listFolder(paths.procfs).filter(isDigits)) {
        const folder = paths.proc(pid);
        const stat = readStat(folder);
        if (stat === undefined) continue;
        pids += 1;
        threads += stat.threads;
        increment(states, stat.state);
        for (const thread of threadsOf(folder)) {
          const state = thread === pid ? stat.state : readStat(`${folder}/task/${thread}`)?.state;
          if (state !== undefined) increment(threadStates, state);
        }
      }
      sink.add(THREADS, threads);
      sink.add(MAX_THREADS, readUint(paths.proc('sys/kernel/threads-max')));
      for (const [state, count] of states) sink.add(STATE, count, state);
      for (const [state, count] of threadStates) sink.add(THREADS_STATE, count, state);
      sink.add(PIDS, pids);
      sink.add(MAX_PROCESSES, readUint(paths.proc('sys/kernel/pid_max')));
    },
  }),
};

/** State and thread count from `<folder>/stat`, undefined where the process has ended. */
function readStat(folder: string): { readonly state: string; readonly threads: number } | undefined {
  const text = unlessGone(() => readText(`${folder}/stat`));
  if (text === undefined) return undefined;
  // The name in parentheses may hold anything.
  const parts = fields(text.slice(text.lastIndexOf(')') + 1));
  const threads = Number(parts[17]);
  if (parts[0] === undefined || Number.isNaN(threads)) throw malformed(`${folder}/stat`, text);
  return { state: parts[0], threads };
}

function threadsOf(folder: string): string[] {
  return unlessGone(() => listFolder(`${folder}/task`))?.filter(isDigits) ?? [];
}

/** Processes come and go while we look. */
function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isMissing(error) || (isSystemError(error) && error.code === 'ESRCH')) return undefined;
    throw error;
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
