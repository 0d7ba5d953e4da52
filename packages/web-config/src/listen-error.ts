// Why a port could not be opened, in upstream's words, with the process that is in the way where it is known.
import { CodedError } from '@prometheus-ts/model';
import type { ListenAddress } from './address.ts';
import { findPortOwner } from './port-owner.ts';

export function listenError(address: ListenAddress, error: NodeJS.ErrnoException): CodedError {
  if (error.code === 'EADDRINUSE') {
    const owner = findPortOwner(address.port);
    const who = owner ? `process ${owner.pid} (${owner.name}) has it` : 'another process has it';
    return new CodedError('address_in_use', `listen tcp ${address.text}: bind: address already in use`, {
      hint: `${who}: stop it, or choose another address with --web.listen-address`,
      cause: error,
    });
  }
  const reason = REASONS[error.code ?? ''];
  return new CodedError('listen', `listen tcp ${address.text}: ${reason?.[0] ?? error.message}`, {
    ...(reason === undefined ? {} : { hint: reason[1] }),
    cause: error,
  });
}

const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  EACCES: [
    'bind: permission denied',
    'ports below 1024 need the capability CAP_NET_BIND_SERVICE: choose a higher port',
  ],
  EADDRNOTAVAIL: [
    'bind: cannot assign requested address',
    'no network interface of this machine has that address',
  ],
  ENOTFOUND: ['no such host', 'the name could not be resolved: write an IP address'],
};
