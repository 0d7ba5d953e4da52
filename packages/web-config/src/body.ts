// Request bodies are bounded: by their declared length before anything is read, and by what really arrives.
import { pipeline } from 'node:stream';
import { createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { Request, RequestHandler } from 'express';

/** What a client did wrong, with the status to answer; failureHandler sends both. */
export class RequestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'RequestError';
    this.status = status;
  }
}

/** Refuses requests that declare a longer body. */
export function limitDeclaredBody(maxBytes: number): RequestHandler {
  return (request, response, next) => {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared <= maxBytes) {
      next();
      return;
    }
    response.shouldKeepAlive = false;
    next(new RequestError(413, 'http: request body too large'));
  };
}

const DECODERS: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = {
  gzip: () => createGunzip(),
  deflate: () => createInflate(),
  zstd: () => createZstdDecompress(),
};

/**
 * The whole body, decoded by its Content-Encoding; `maxBytes` bounds it both as sent and as decoded. Rejects
 * with RequestError 413 (too large), 415 (unknown encoding) or 400 (broken off, not what the encoding says).
 */
export function readBody(request: Request, maxBytes: number): Promise<Buffer> {
  const encoding = String(request.headers['content-encoding'] ?? 'identity').toLowerCase();
  const decoder = DECODERS[encoding];
  if (encoding !== 'identity' && !decoder) {
    return Promise.reject(new RequestError(415, `unsupported content encoding ${JSON.stringify(encoding)}`));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const tooLarge = () => reject(new RequestError(413, 'http: request body too large'));
    const take = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else tooLarge();
    };
    const finish = () => resolve(Buffer.concat(chunks));
    if (!decoder) {
      request.on('data', take);
      request.once('end', finish);
      request.once('close', () => reject(new RequestError(400, 'unexpected EOF')));
      return;
    }
    let received = 0;
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > maxBytes) request.destroy();
    });
    const decoded = decoder();
    decoded.on('data', (chunk: Buffer) => {
      take(chunk);
      if (length > maxBytes) decoded.emit('error', new Error('too large'));
    });
    pipeline(request, decoded, (error) => {
      if (!error) finish();
      else if (received > maxBytes) tooLarge();
      else reject(new RequestError(400, `the body is not valid ${encoding}`));
    });
  });
}
