// The helper process of MountProbe: reads requests from its input, makes each call on a thread of its pool
// (UV_THREADPOOL_SIZE is set by the parent), answers on its output, and dies with its parent.
import { constants } from 'node:fs';
import { open, readdir, statfs } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { ProbeAnswer, ProbeRequest } from './mount-probe-protocol.ts';

const FILE_LIMIT_BYTES = 16 << 20;

/** Runs until the input ends. */
export function runMountProbeHelper(): void {
  const input = createInterface({ input: process.stdin });
  input.on('line', (line) => {
    const request = JSON.parse(line) as ProbeRequest;
    perform(request).then(
      (answer) => process.stdout.write(`${JSON.stringify({ id: request.id, ...answer })}\n`),
      (error: NodeJS.ErrnoException) => {
        const answer: ProbeAnswer = { id: request.id, code: error.code ?? 'EIO', message: error.message };
        process.stdout.write(`${JSON.stringify(answer)}\n`);
      },
    );
  });
  // An orderly exit would wait for threads in hung calls.
  input.on('close', () => process.kill(process.pid, 'SIGKILL'));
}

async function perform(request: ProbeRequest): Promise<Omit<ProbeAnswer, 'id'>> {
  if (request.operation === 'statfs') {
    const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(request.path);
    return { stats: { bsize, blocks, bfree, bavail, files, ffree } };
  }
  if (request.operation === 'list') return { names: await readdir(request.path) };
  const file = await open(request.path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const about = await file.stat();
    if (!about.isFile()) throw new Error(`${request.path} is not a regular file`);
    if (about.size > FILE_LIMIT_BYTES)
      throw new Error(`${request.path} holds more than ${FILE_LIMIT_BYTES} bytes`);
    return { text: await file.readFile('utf8'), mtimeMs: about.mtimeMs };
  } finally {
    await file.close();
  }
}
