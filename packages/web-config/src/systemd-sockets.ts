// Socket activation: systemd opens the sockets and hands them over as descriptors 3, 4, …
import { CodedError } from '@prometheus-ts/model';

const FIRST_DESCRIPTOR = 3;
const MAX_SOCKETS = 1000;

/** The descriptors meant for this process. Throws CodedError (code `systemd_socket`) when there is none. */
export function systemdDescriptors(
  env: Readonly<Record<string, string | undefined>> = process.env,
  pid = process.pid,
): number[] {
  const count = Number(env['LISTEN_FDS'] ?? 0);
  const forUs = Number(env['LISTEN_PID'] ?? 0) === pid;
  if (!forUs || !Number.isInteger(count) || count < 1 || count > MAX_SOCKETS) {
    throw new CodedError('systemd_socket', 'no socket activation file descriptors found', {
      hint: 'start the program through a systemd socket unit, or leave --web.systemd-socket out',
    });
  }
  return Array.from({ length: count }, (_, index) => FIRST_DESCRIPTOR + index);
}
