// Lists of processors with strides, `0,2-6:2`.
import { CodedError } from '@prometheus-ts/model';

/** Throws CodedError for anything else. */
export function parsePerfCpus(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const match = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part);
    const stride = Number(match?.[3] ?? 1);
    if (match === null || stride === 0) {
      throw new CodedError('bad_flag', `invalid flag value ${JSON.stringify(text)}`, {
        hint: 'write 0,2-6 or 1-10:5',
      });
    }
    const cpus: number[] = [];
    for (let cpu = Number(match[1]); cpu <= Number(match[2] ?? match[1]); cpu += stride) cpus.push(cpu);
    return cpus;
  });
}
