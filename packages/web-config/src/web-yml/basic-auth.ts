// Passwords against bcrypt hashes. One comparison runs at a time, so that guesses cannot take every thread of
// the pool; outcomes are remembered in bounded memory under a keyed digest, never the password itself; names
// that do not exist take as long as those that do.
import { createHmac, randomBytes } from 'node:crypto';
import { compare } from 'bcrypt';
import { bcryptCost, decoyHash, normalizeHash } from './bcrypt-hash.ts';

const REMEMBERED_GOOD = 1000;
/** Apart from the good ones, so that guesses push no user out. */
const REMEMBERED_BAD = 100;
const MAX_WAITING = 256;

export type AuthOutcome = 'accepted' | 'refused' | 'busy';

export class BasicAuth {
  readonly #key = randomBytes(32);
  readonly #good = new BoundedSet(REMEMBERED_GOOD);
  readonly #bad = new BoundedSet(REMEMBERED_BAD);
  readonly #underWay = new Map<string, Promise<boolean>>();
  #tail: Promise<unknown> = Promise.resolve();

  /** Whether the header proves one of `users` (name to hash). Throws nothing. */
  check(header: string | undefined, users: ReadonlyMap<string, string>): AuthOutcome | Promise<AuthOutcome> {
    const credentials = parseBasic(header);
    if (!credentials) return 'refused';
    const { name, password } = credentials;
    const known = users.get(name);
    const hash = known ?? decoyHash(usualCost(users));
    const digest = createHmac('sha256', this.#key)
      .update(JSON.stringify([name, hash, password]))
      .digest('base64');
    if (this.#good.has(digest)) return 'accepted';
    if (this.#bad.has(digest)) return 'refused';
    return this.#compare(digest, password, hash, known !== undefined);
  }

  async #compare(digest: string, password: string, hash: string, isKnown: boolean): Promise<AuthOutcome> {
    let running = this.#underWay.get(digest);
    if (!running) {
      if (this.#underWay.size >= MAX_WAITING) return 'busy';
      running = this.#inTurn(() => compare(password, normalizeHash(hash)));
      this.#underWay.set(digest, running);
    }
    let matches: boolean;
    try {
      matches = await running;
    } catch {
      matches = false;
    } finally {
      this.#underWay.delete(digest);
    }
    const accepted = matches && isKnown;
    (accepted ? this.#good : this.#bad).add(digest);
    return accepted ? 'accepted' : 'refused';
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }
}

/** As Go's Request.BasicAuth. */
export function parseBasic(header: string | undefined): { name: string; password: string } | undefined {
  const encoded = /^basic (.*)$/i.exec(header ?? '')?.[1];
  if (
    encoded === undefined ||
    !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encoded)
  ) {
    return undefined;
  }
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The cost that most users' hashes have, the lowest of several. */
function usualCost(users: ReadonlyMap<string, string>): number {
  const counts = new Map<number, number>();
  for (const hash of users.values()) {
    const cost = bcryptCost(hash);
    if (cost !== undefined) counts.set(cost, (counts.get(cost) ?? 0) + 1);
  }
  const [usual] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return usual?.[0] ?? 10;
}

/** Forgets what was not asked for longest. */
class BoundedSet {
  readonly #capacity: number;
  readonly #items = new Set<string>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  has(item: string): boolean {
    if (!this.#items.delete(item)) return false;
    this.#items.add(item);
    return true;
  }

  add(item: string): void {
    this.#items.add(item);
    if (this.#items.size <= this.#capacity) return;
    for (const oldest of this.#items) {
      this.#items.delete(oldest);
      return;
    }
  }
}
