// What the schemas of discovery mechanisms have in common. A mechanism's fields stand in upstream's order, the
// fields of the HTTP client in their place among them.
import {
  duration,
  type Fields,
  field,
  integer,
  type ObjectSchema,
  object,
  string,
  text,
  ValueProblem,
  type ValuesOfFields,
} from '@prometheus-ts/config';
import { checkHttpClient, type HttpClientConfig, type httpClientFields } from '@prometheus-ts/http-client';
import { quoteGo } from '@prometheus-ts/model';

/** What is wrong with a mechanism, and at which field; undefined when nothing is. */
export type Problem = readonly [field: string | undefined, message: string] | undefined;

export const SECOND_MS = 1000;

/** A text that is printed also when it is empty. */
export const shownText = (fallback = '') => field(string(), { default: fallback, omitEmpty: false });

export const port = (fallback = 80) => field(integer(), { default: fallback, omitEmpty: false });

/** `refresh_interval` where upstream leaves a zero out when it prints; `shownRefresh` where it does not. */
export const refresh = (seconds: number) => field(duration(), { default: seconds * SECOND_MS });
export const shownRefresh = (seconds: number) =>
  field(duration(), { default: seconds * SECOND_MS, omitEmpty: false });

/** One of a list of roles. */
export function role(choices: readonly string[], unknown: (written: string) => string, fallback = '') {
  const schema = text({
    typeName: 'Role',
    zero: () => '',
    parse(written) {
      if (choices.includes(written)) return written;
      throw new ValueProblem(unknown(quoteGo(written)), `one of ${choices.join(', ')}`);
    },
  });
  return field(schema, { default: fallback, omitEmpty: false });
}

/** A mechanism without HTTP client settings. */
export function mechanism<F extends Fields>(
  name: string,
  fields: F,
  problemOf: (value: ValuesOfFields<F>) => Problem = () => undefined,
): ObjectSchema<F> {
  return object(`${name}.plain`, fields, {
    check(value, report) {
      const problem = problemOf(value);
      if (problem) report(...problem);
      return undefined;
    },
  });
}

/** A mechanism whose fields include those of the HTTP client. */
export function httpMechanism<F extends Fields & typeof httpClientFields>(
  name: string,
  fields: F,
  problemOf: (value: ValuesOfFields<F>) => Problem = () => undefined,
): ObjectSchema<F> {
  return object(`${name}.plain`, fields, {
    check(value, report) {
      const problem = problemOf(value);
      if (problem) report(...problem);
      return checkHttpClient(value as ValuesOfFields<F> & HttpClientConfig, report);
    },
  });
}

/** The first of the fields that is empty, with its message. */
export function firstEmpty(...needed: readonly (readonly [string, string, string])[]): Problem {
  const missing = needed.find(([, value]) => value === '');
  return missing && [missing[0], missing[2]];
}

/** Scheme and host of a URL; '' for what is absent. */
export function urlParts(written: string): { scheme: string; host: string } {
  const found = /^([a-zA-Z][a-zA-Z0-9+.-]*):(?:\/\/(?:[^/?#]*@)?([^/?#]*))?/.exec(written);
  return { scheme: (found?.[1] ?? '').toLowerCase(), host: found?.[2] ?? '' };
}

/** The checks of a URL that must be absolute and of HTTP. */
export function httpUrlProblem(name: string, written: string): Problem {
  if (written === '') return [name, 'URL is missing'];
  const { scheme, host } = urlParts(written);
  if (scheme !== 'http' && scheme !== 'https') return [name, "URL scheme must be 'http' or 'https'"];
  return host === '' ? [name, 'host is missing in URL'] : undefined;
}
