// Scrape protocols and name schemes in configuration files.
import { list, type Schema, text, ValueProblem } from '@prometheus-ts/config';
import { quoteGo } from '@prometheus-ts/model';
import { SCRAPE_PROTOCOLS, type ScrapeProtocol } from '../scrape/accept.ts';

/** Checked later, when the name of the job is known. */
export function protocol(): Schema<string> {
  return text({ typeName: 'config.ScrapeProtocol', parse: (written) => written, zero: () => '' });
}

export function protocols(): Schema<readonly string[]> {
  return list(protocol());
}

export function isProtocol(name: string): name is ScrapeProtocol {
  return Object.hasOwn(SCRAPE_PROTOCOLS, name);
}

/** What is wrong with one protocol, or undefined. */
export function protocolProblem(name: string): string | undefined {
  if (isProtocol(name)) return undefined;
  return `unknown scrape protocol ${name}, supported: [${Object.keys(SCRAPE_PROTOCOLS).sort().join(' ')}]`;
}

/** What is wrong with a list of protocols, or undefined. */
export function protocolsProblem(names: readonly string[]): string | undefined {
  if (names.length === 0) return 'scrape_protocols cannot be empty';
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase()))
      return `duplicated protocol in scrape_protocols, got [${names.join(' ')}]`;
    const problem = protocolProblem(name);
    if (problem !== undefined) return `scrape_protocols: ${problem}`;
    seen.add(name.toLowerCase());
  }
  return undefined;
}

export type ValidationScheme = '' | 'utf8' | 'legacy';

/** `metric_name_validation_scheme`. */
export function validationScheme(): Schema<ValidationScheme> {
  return text<ValidationScheme>({
    parse(written) {
      if (written === '' || written === 'utf8' || written === 'legacy') return written;
      throw new ValueProblem(`unrecognized ValidationScheme: ${quoteGo(written)}`, 'utf8 or legacy');
    },
    zero: () => '',
  });
}

export const ESCAPING_SCHEMES = ['allow-utf-8', 'underscores', 'dots', 'values'] as const;

export function isEscapingScheme(name: string): boolean {
  return (ESCAPING_SCHEMES as readonly string[]).includes(name);
}

/** The sentence of an unknown escaping scheme. `whose`: `global` or `scrape config`. */
export function escapingProblem(whose: string, name: string): string {
  const [first, second, third, fourth] = ESCAPING_SCHEMES;
  return `unknown ${whose} name escaping method specified, must be one of '${first}', '${second}', '${third}', or '${fourth}', got ${quoteGo(name)}`;
}
