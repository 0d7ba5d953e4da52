export { compileAnchored, compileEnclosed, compileUnanchored } from './compile.ts';
export type { Regexp } from './regexp.ts';
export { RegexpError } from './regexp-error.ts';
