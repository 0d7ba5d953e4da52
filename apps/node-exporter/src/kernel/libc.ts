// The few calls of the C library that Node has no words for, through node:ffi. Loaded when first needed, so
// that nothing depends on it where a collector does not; `errno` is read at once after a failing call.
import { CodedError } from '@prometheus-ts/model';

const LINUX = {
  socket: { arguments: ['int32', 'int32', 'int32'], return: 'int32' },
  bind: { arguments: ['int32', 'pointer', 'uint32'], return: 'int32' },
  send: { arguments: ['int32', 'pointer', 'uint64', 'int32'], return: 'int64' },
  recv: { arguments: ['int32', 'pointer', 'uint64', 'int32'], return: 'int64' },
  setsockopt: { arguments: ['int32', 'int32', 'int32', 'pointer', 'uint32'], return: 'int32' },
  close: { arguments: ['int32'], return: 'int32' },
  ioctl: { arguments: ['int32', 'uint64', 'pointer'], return: 'int32' },
  read: { arguments: ['int32', 'pointer', 'uint64'], return: 'int64' },
  syscall: {
    arguments: ['int64', 'pointer', 'int64', 'int64', 'int64', 'int64'],
    return: 'int64',
  },
  adjtimex: { arguments: ['pointer'], return: 'int32' },
  malloc_trim: { arguments: ['uint64'], return: 'int32' },
  getpagesize: { arguments: [], return: 'int32' },
  __errno_location: { arguments: [], return: 'pointer' },
} as const;

type Library = ReturnType<typeof load>;
let library: Library | undefined;

/** The C library. Throws CodedError where this runtime cannot call it. */
export function libc(): Library['functions'] {
  library ??= load();
  return library.functions;
}

/** Whether some collector has needed it. */
export function isLibcLoaded(): boolean {
  return library !== undefined;
}

function load() {
  // The runtime warns once that the module is experimental; to an operator that line says nothing.
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    const ffi = process.getBuiltinModule('node:ffi');
    if (ffi === undefined) throw new Error('this runtime has no node:ffi');
    const { lib, functions } = ffi.dlopen('libc.so.6', LINUX);
    return { lib, functions, ffi };
  } catch (cause) {
    throw new CodedError('no_libc', `cannot call the C library: ${(cause as Error).message}`, { cause });
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** The error number of the last call that failed. */
export function lastErrno(): number {
  libc();
  const { functions, ffi } = library!;
  return ffi.getInt32(functions.__errno_location() as unknown as bigint);
}

/** Where the bytes of a buffer are; valid as long as the buffer is held. */
export function addressOf(buffer: Buffer): bigint {
  libc();
  return library!.ffi.getRawPointer(buffer);
}
