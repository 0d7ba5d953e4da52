// /proc/mdstat: for each array a line of its state and members, a line of its size, and, while it works on
// itself, a line of progress:
//   md6 : active raid1 sdb2[2](F) sdc[1](S) sda2[0]
//         195310144 blocks [2/1] [U_]
//         [=>...................]  recovery =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec
import { fields, malformed, parseUint } from '../files.ts';

export interface MdArray {
  readonly name: string;
  /** `active`, `inactive`, `broken`, or what it does to itself: recovering, reshaping, checking, resyncing. */
  readonly state: string;
  readonly disksActive: number;
  readonly disksTotal: number;
  readonly disksFailed: number;
  readonly disksSpare: number;
  readonly blocks: number;
  readonly blocksSynced: number;
}

export function parseMdstat(text: string): MdArray[] {
  const rows = text.split('\n');
  const arrays: MdArray[] = [];
  rows.forEach((row, i) => {
    if (
      row.trim() === '' ||
      row.startsWith(' ') ||
      row.startsWith('unused') ||
      row.startsWith('Personalities')
    )
      return;
    arrays.push(parseArray(row, rows[i + 1] ?? '', rows[i + 2] ?? '', rows[i + 3] ?? ''));
  });
  return arrays;
}

function parseArray(head: string, size: string, third: string, fourth: string): MdArray {
  const [name, , state] = fields(head);
  if (name === undefined || state === undefined) throw malformed('/proc/mdstat', head);
  const { active, total, blocks } = parseSize(head, size);
  const progress = third.includes('bitmap') ? fourth : third;
  const work = workOf(progress);
  let blocksSynced = blocks;
  if (work !== undefined) {
    const isWaiting = progress.includes('PENDING') || progress.includes('DELAYED');
    const done = /\((\d+)\/\d+\)/.exec(progress)?.[1];
    if (!isWaiting && done === undefined) throw malformed('/proc/mdstat', progress);
    blocksSynced = isWaiting ? 0 : Number(done);
  }
  return {
    name,
    state: work ?? state,
    disksActive: active,
    disksTotal: total,
    disksFailed: head.split('(F)').length - 1,
    disksSpare: head.split('(S)').length - 1,
    blocks,
    blocksSynced,
  };
}

function workOf(progress: string): string | undefined {
  if (progress.includes('recovery')) return 'recovering';
  if (progress.includes('reshape')) return 'reshaping';
  if (progress.includes('check')) return 'checking';
  return progress.includes('resync') ? 'resyncing' : undefined;
}

function parseSize(head: string, size: string): { active: number; total: number; blocks: number } {
  const blocks = parseUint(fields(size)[0] ?? '', '/proc/mdstat');
  if (head.includes('raid0') || head.includes('linear')) {
    // Without redundancy there is no count: all members are there or the array is not.
    const members = head.split('[').length - 1;
    return { active: members, total: members, blocks };
  }
  if (head.includes('inactive')) return { active: 0, total: 0, blocks };
  const match = /\d+ blocks .*\[(\d+)\/(\d+)\] \[[U_]+\]/.exec(size);
  if (match === null) throw malformed('/proc/mdstat', size);
  return { active: Number(match[2]), total: Number(match[1]), blocks };
}
