// URLs in configurations: checked when the file loads, printed without passwords.

import { type Schema, text } from '@prometheus-ts/config';
import { CodedError } from '@prometheus-ts/model';

/** A URL, or '' when none is set; printed with `xxxxx` for a password, as upstream. */
export function url(): Schema<string> {
  return text({
    parse(written) {
      if (written !== '') checkUrl(written);
      return written;
    },
    zero: () => '',
    format: redactUrl,
  });
}

/** Throws CodedError in Go's words (`parse "x": …`). Relative references pass, as with Go's url.Parse. */
export function checkUrl(written: string): void {
  const fail = (reason: string, hint?: string) => {
    const options = hint === undefined ? {} : { hint };
    throw new CodedError('url', `parse ${JSON.stringify(written)}: ${reason}`, options);
  };
  if (/[\x00-\x1f\x7f]/.test(written)) fail('net/url: invalid control character in URL');
  if (/^[^/?#]*:/.test(written) && !/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(written)) {
    if (/^:/.test(written)) fail('missing protocol scheme');
    fail('first path segment in URL cannot contain colon', 'write the scheme: http://host:port');
  }
  const bad = /%(?![0-9a-fA-F]{2})/.exec(written.split('?')[0]!);
  if (bad) fail(`invalid URL escape ${JSON.stringify(written.slice(bad.index, bad.index + 3))}`);
  const host = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/([^/?#]*)/.exec(written)?.[1];
  if (host !== undefined) {
    const port = /:([^:\]]*)$/.exec(host.replace(/^.*@/, ''))?.[1];
    if (port !== undefined && !/^\d*$/.test(port)) {
      fail(`invalid port ${JSON.stringify(`:${port}`)} after host`);
    }
    if (/ /.test(host)) fail('invalid character " " in host name');
  }
}

/** The URL with its password, if there is one, replaced by `xxxxx`. */
export function redactUrl(written: string): string {
  return written.replace(/^([a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#:@]*):[^/?#@]*@/, '$1:xxxxx@');
}
