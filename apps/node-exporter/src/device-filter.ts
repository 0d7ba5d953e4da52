// Include and exclude expressions for devices, chips, mount points: an expression need not match the whole
// name, exclusion is looked at first.
import { CodedError } from '@prometheus-ts/model';
import { compileUnanchored, type Regexp } from '@prometheus-ts/regexp';
import type { CollectorContext } from './collector.ts';

export class DeviceFilter {
  readonly #exclude: Regexp | undefined;
  readonly #include: Regexp | undefined;
  /** Devices hardly change between scrapes, expressions never. */
  readonly #known = new Map<string, boolean>();

  /** '' for an expression that is not wanted. */
  constructor(exclude: string, include: string) {
    this.#exclude = exclude === '' ? undefined : compileUnanchored(exclude);
    this.#include = include === '' ? undefined : compileUnanchored(include);
  }

  ignored(name: string): boolean {
    let answer = this.#known.get(name);
    if (answer === undefined) {
      answer =
        (this.#exclude?.matches(name) ?? false) ||
        (this.#include !== undefined && !this.#include.matches(name));
      if (this.#known.size >= 10_000) this.#known.clear();
      this.#known.set(name, answer);
    }
    return answer;
  }
}

/** Names of the flags of one filter; `old*` are the deprecated spellings. */
export interface FilterFlags {
  readonly exclude: string;
  readonly include: string;
  readonly oldExclude?: string;
  readonly oldInclude?: string;
}

/** Makes a filter from flags; both at once are refused, a default exclusion gives way to an inclusion. */
export function filterFromFlags(context: CollectorContext, names: FilterFlags): DeviceFilter {
  const { flags, log } = context;
  let exclude = renamedFlag(context, names.exclude, names.oldExclude);
  const include = renamedFlag(context, names.include, names.oldInclude);
  const excludeGiven = flags.isSet(names.exclude) || isGiven(context, names.oldExclude);
  if (include !== '') {
    if (excludeGiven && exclude !== '') {
      throw new CodedError(
        'flags_contradict',
        `--${names.exclude} and --${names.include} are mutually exclusive`,
        { hint: 'keep one of the two flags' },
      );
    }
    exclude = '';
  }
  if (exclude !== '') log.info(`Parsed flag --${names.exclude}`, { flag: exclude });
  if (include !== '') log.info(`Parsed flag --${names.include}`, { flag: include });
  return new DeviceFilter(exclude, include);
}

function isGiven(context: CollectorContext, name: string | undefined): boolean {
  return name !== undefined && context.flags.string(name) !== '';
}

/** The value of a flag that has an older, deprecated spelling. */
function renamedFlag(context: CollectorContext, name: string, oldName: string | undefined): string {
  const { flags, log } = context;
  if (oldName === undefined || flags.string(oldName) === '') return flags.string(name);
  if (flags.isSet(name)) {
    throw new CodedError('flags_contradict', `--${oldName} and --${name} are mutually exclusive`, {
      hint: `remove --${oldName}, which is the deprecated spelling`,
    });
  }
  log.warn(`--${oldName} is DEPRECATED and will be removed in 2.0.0, use --${name}`);
  return flags.string(oldName);
}
