// Random queries over the random series: type-correct, and only of what the oracle knows.
import type { Random } from '@prometheus-ts/testkit';
import { WORLD_START_MS } from './random-world.ts';

const FLOAT_SELECTORS = ['c_total', 'g', 'one', 'g{a="x"}', 'c_total{b="2"}', 'g{a=~"x|y"}', 'g{b!="1"}'];
const ALL_SELECTORS = [...FLOAT_SELECTORS, 'h', 'h{a="y"}', 'mix', '{__name__=~"g|one"}', 'absent_metric'];
const RANGE_FUNCTIONS = [
  ...['rate', 'increase', 'delta', 'irate', 'idelta', 'changes', 'resets', 'deriv'],
  ...['count', 'sum', 'avg', 'min', 'max', 'stddev', 'stdvar', 'last', 'first', 'present', 'mad'].map(
    (name) => `${name}_over_time`,
  ),
];
const SIMPLE_FUNCTIONS = ['abs', 'ceil', 'floor', 'sgn', 'timestamp', 'histogram_count', 'histogram_sum'];
const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar'];
const GROUPINGS = ['', 'by (a) ', 'by (b) ', 'by (a, b) ', 'without (a) ', 'by (__name__) ', 'by (none) '];
const ARITHMETIC = ['+', '-', '*', '/', '%'];
const COMPARISONS = ['==', '!=', '<', '>', '<=', '>='];
const MATCHINGS = ['', 'on (a) ', 'on (a, b) ', 'ignoring (b) ', 'ignoring (a) '];

export class ExpressionMaker {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** @param depth how far it may still nest */
  vector(depth: number): string {
    const random = this.#random;
    if (depth <= 0) return this.#selector(ALL_SELECTORS);
    switch (random.below(9)) {
      case 0:
        return this.#selector(ALL_SELECTORS);
      case 1:
      case 2:
        return this.#rangeCall(depth);
      case 3:
        return this.#simpleCall(depth);
      case 4:
      case 5:
        return this.#aggregation(depth);
      case 6:
        return this.#withScalar(depth);
      case 7:
        return this.#join(depth);
      default:
        return this.#setOperation(depth);
    }
  }

  scalar(depth: number): string {
    const random = this.#random;
    switch (depth <= 0 ? 0 : random.below(6)) {
      case 1:
        return 'time()';
      case 2:
        return `scalar(${this.vector(depth - 1)})`;
      case 3:
        return `(${this.scalar(depth - 1)} ${random.pick(ARITHMETIC)} ${this.scalar(depth - 1)})`;
      case 4:
        return `(-${this.scalar(depth - 1)})`;
      default:
        return String((random.below(64) - 16) / 8);
    }
  }

  #selector(choices: readonly string[]): string {
    return `${this.#random.pick(choices)}${this.#modifiers()}`;
  }

  #modifiers(): string {
    const random = this.#random;
    const at = [` @ ${WORLD_START_MS / 1000 + random.below(3000)}`, ' @ start()', ' @ end()'];
    const offset =
      random.below(5) === 0 ? ` offset ${random.below(2) === 0 ? '' : '-'}${1 + random.below(300)}s` : '';
    return `${random.below(8) === 0 ? random.pick(at) : ''}${offset}`;
  }

  #range(depth: number): string {
    const random = this.#random;
    const width = random.pick(['20s', '1m', '90s', '5m', '10m']);
    if (depth > 0 && random.below(3) === 0) {
      const step = random.pick(['30s', '1m', '45s', '']);
      return `(${this.#oneName(this.vector(depth - 1))})[${width}:${step}]${this.#modifiers()}`;
    }
    const selector = random.pick([...FLOAT_SELECTORS, 'h', 'mix']);
    return `${selector}[${width}]${this.#modifiers()}`;
  }

  /**
   * Range functions refuse series that differ in nothing but the name even where they never meet at a step;
   * an evaluator that sees one step at a time cannot know.
   */
  #oneName(vector: string): string {
    return / or |__name__/.test(vector) ? `sum by (a, b) (${vector})` : vector;
  }

  #rangeCall(depth: number): string {
    const random = this.#random;
    const range = this.#range(depth - 1);
    switch (random.below(12)) {
      case 0:
        return `quantile_over_time(${this.scalar(1)}, ${range})`;
      case 1:
        return `predict_linear(${range}, ${this.scalar(0)})`;
      default:
        return `${random.pick(RANGE_FUNCTIONS)}(${range})`;
    }
  }

  #simpleCall(depth: number): string {
    const random = this.#random;
    switch (random.below(8)) {
      case 0:
        return `clamp_min(${this.vector(depth - 1)}, ${this.scalar(depth - 1)})`;
      case 1:
        return `clamp_max(${this.vector(depth - 1)}, ${this.scalar(depth - 1)})`;
      case 2:
        return `vector(${this.scalar(depth - 1)})`;
      default:
        return `${random.pick(SIMPLE_FUNCTIONS)}(${this.vector(depth - 1)})`;
    }
  }

  #aggregation(depth: number): string {
    const random = this.#random;
    const grouping = random.pick(GROUPINGS);
    const inner = this.vector(depth - 1);
    switch (random.below(10)) {
      case 0:
        // As upstream, a parameter does not make an aggregation of a fixed operand depend on the step.
        return `quantile ${grouping}(${this.scalar(0)}, ${inner})`;
      case 1:
        // Which of equal values stay is no matter of right and wrong; their sum is.
        return `sum(topk ${grouping}(${1 + random.below(3)}, ${inner}))`;
      case 2:
        return `sum(bottomk ${grouping}(${1 + random.below(3)}, ${inner}))`;
      case 3:
        return `count(limitk ${grouping}(${1 + random.below(3)}, ${inner}))`;
      default:
        return `${random.pick(AGGREGATIONS)} ${grouping}(${inner})`;
    }
  }

  #withScalar(depth: number): string {
    const random = this.#random;
    const isComparison = random.below(2) === 0;
    const operator = isComparison
      ? `${random.pick(COMPARISONS)}${random.below(3) === 0 ? ' bool' : ''}`
      : random.pick(ARITHMETIC);
    const sides = [`(${this.vector(depth - 1)})`, `(${this.scalar(depth - 1)})`];
    if (random.below(2) === 0) sides.reverse();
    return `(${sides.join(` ${operator} `)})`;
  }

  #join(depth: number): string {
    const random = this.#random;
    const left = this.vector(depth - 1);
    if (random.below(3) === 0) {
      const isLeft = random.below(2) === 0;
      const one = random.pick(['one', 'sum by (a) (g)', 'max by (a) (c_total)']);
      const grouped = `on (a) group_${isLeft ? 'left' : 'right'} ${random.below(2) === 0 ? '(b)' : '()'} `;
      const sides = isLeft ? [left, one] : [one, left];
      return `((${sides[0]}) ${random.pick(ARITHMETIC)} ${grouped}(${sides[1]}))`;
    }
    const operator =
      random.below(2) === 0
        ? random.pick(ARITHMETIC)
        : `${random.pick(COMPARISONS)}${random.below(4) === 0 ? ' bool' : ''}`;
    return `((${left}) ${operator} ${random.pick(MATCHINGS)}(${this.vector(depth - 1)}))`;
  }

  #setOperation(depth: number): string {
    const random = this.#random;
    const operator = random.pick(['and', 'or', 'unless']);
    return `((${this.vector(depth - 1)}) ${operator} ${random.pick(MATCHINGS)}(${this.vector(depth - 1)}))`;
  }
}
