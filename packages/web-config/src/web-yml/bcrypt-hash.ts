// The text form of bcrypt hashes: `$2y$10$` and 53 characters of salt and digest.

const HASH_LENGTH = 60;
const MIN_COST = 4;
const MAX_COST = 31;

/** What is wrong with a hash, in the words of Go's bcrypt; undefined when it can be used. */
export function bcryptProblem(hash: string): string | undefined {
  if (hash.length < HASH_LENGTH - 1) {
    return 'crypto/bcrypt: hashedSecret too short to be a bcrypted password';
  }
  if (!hash.startsWith('$')) {
    return `crypto/bcrypt: bcrypt hashes must start with '$', but hashedSecret started with '${hash[0]}'`;
  }
  if (hash[1]! > '2') {
    return `crypto/bcrypt: bcrypt algorithm version '${hash[1]}' requested is newer than current version '2'`;
  }
  const cost = bcryptCost(hash);
  if (cost === undefined) return 'crypto/bcrypt: the cost is not a number';
  if (cost < MIN_COST || cost > MAX_COST) {
    return `crypto/bcrypt: cost ${cost} is outside allowed range (${MIN_COST},${MAX_COST})`;
  }
  return undefined;
}

/** The binary logarithm of the rounds. */
export function bcryptCost(hash: string): number | undefined {
  const cost = /^\$2[a-z]?\$(\d\d)\$/.exec(hash)?.[1];
  return cost === undefined ? undefined : Number(cost);
}

/** The same hash as the bcrypt package reads it: it knows `$2a$` and `$2b$`, htpasswd prints `$2y$`. */
export function normalizeHash(hash: string): string {
  return hash.replace(/^\$2[a-z]?\$/, (prefix) => (prefix === '$2a$' ? prefix : '$2b$'));
}

/** A well-formed hash of no known password, for comparisons that must take their time and fail. */
export function decoyHash(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi`;
}
