// Random queries over the series of golden/promql-demo, of everything that both Prometheus 2.42 and 3.14 know.
//
// The two differ in whether a window takes the sample at its lower edge. Samples of the data lie at 345 ms past
// the second, so windows that begin at whole seconds never touch one. Subqueries step by 30 s or 60 s: their
// windows must not begin at such a multiple, which holds while queries are made at 7 s past one and all ranges
// and offsets are multiples of 30 s.
import type { Random } from '@prometheus-ts/testkit';

/** Seconds past a multiple of 30 at which queries and @ modifiers stand. */
export const PHASE_SECONDS = 7;

const COUNTERS = [
  'demo_cpu_usage_seconds_total',
  'demo_api_request_duration_seconds_count',
  'demo_api_request_duration_seconds_bucket{le=~"0.1.*"}',
  'demo_cpu_usage_seconds_total{mode="idle"}',
];
const GAUGES = [
  'demo_memory_usage_bytes',
  'demo_disk_usage_bytes',
  'demo_num_cpus',
  'demo_intermittent_metric',
  'demo_batch_last_success_timestamp_seconds',
  'demo_memory_usage_bytes{type!~"b.*"}',
  'demo_memory_usage_bytes{instance=~".*:1000[01]", type="free"}',
  'nonexistent_metric',
];
const RANGES = ['30s', '60s', '90s', '5m', '15m'];
const RANGE_FUNCTIONS = [
  ...['rate', 'increase', 'delta', 'irate', 'idelta', 'changes', 'resets', 'deriv'],
  ...['count', 'sum', 'avg', 'min', 'max', 'stddev', 'stdvar', 'last', 'present'].map(
    (n) => `${n}_over_time`,
  ),
];
const SIMPLE_FUNCTIONS = [
  ...['abs', 'ceil', 'floor', 'exp', 'sqrt', 'ln', 'log2', 'log10', 'sgn', 'timestamp', 'round'],
  ...[
    'sin',
    'cos',
    'tan',
    'asin',
    'acos',
    'atan',
    'sinh',
    'cosh',
    'tanh',
    'asinh',
    'acosh',
    'atanh',
    'deg',
    'rad',
  ],
  ...['day_of_month', 'day_of_week', 'day_of_year', 'days_in_month', 'hour', 'minute', 'month', 'year'],
  ...['absent', 'sort', 'sort_desc'],
];
const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar'];
const GROUPINGS = [
  '',
  'by (instance) ',
  'by (mode, type) ',
  'without (instance) ',
  'by (__name__) ',
  'by () ',
];
const ARITHMETIC = ['+', '-', '*', '/', '%', 'atan2'];
const COMPARISONS = ['==', '!=', '<', '>', '<=', '>='];
const MATCHINGS = [
  '',
  'on (instance) ',
  'on (instance, type) ',
  'ignoring (mode) ',
  'ignoring (type, mode) ',
];

export class DemoExpressions {
  readonly #random: Random;
  readonly #startSeconds: number;

  /** @param startSeconds a moment in the data, at the phase, that @ modifiers stay close to */
  constructor(random: Random, startSeconds: number) {
    this.#random = random;
    this.#startSeconds = startSeconds;
  }

  /** @param depth how far it may still nest */
  vector(depth: number): string {
    if (depth <= 0) return this.#selector();
    const makers = [
      () => this.#selector(),
      () => this.#rangeCall(depth - 1),
      () => this.#rangeCall(depth - 1),
      () => this.#simpleCall(depth - 1),
      () => this.#aggregation(depth - 1),
      () => this.#aggregation(depth - 1),
      () => this.#withScalar(depth - 1),
      () => this.#join(depth - 1),
      () => this.#join(depth - 1),
      () => this.#special(depth - 1),
    ];
    return this.#random.pick(makers)();
  }

  #scalar(depth: number): string {
    const random = this.#random;
    if (depth > 0 && random.below(4) === 0) return `scalar(${this.vector(depth - 1)})`;
    return random.pick(['2', '0.5', '-1', '1e3', '0', 'time()', '(7 + 2 * 3)', 'pi()', '100']);
  }

  #modifiers(): string {
    const random = this.#random;
    const at = random.below(8) === 0 ? random.pick([` @ ${this.#moment()}`, ' @ start()', ' @ end()']) : '';
    const offset = random.below(5) === 0 ? ` offset ${random.pick(['30s', '2m', '-60s', '-5m'])}` : '';
    return at + offset;
  }

  #moment(): number {
    return this.#startSeconds + 30 * this.#random.below(60);
  }

  #selector(): string {
    return this.#random.pick([...COUNTERS, ...GAUGES]) + this.#modifiers();
  }

  #range(depth: number): string {
    const random = this.#random;
    const range = random.pick(RANGES);
    if (depth > 0 && random.below(3) === 0) {
      return `(${this.vector(depth - 1)})[${range}:${random.pick(['30s', '60s', ''])}]${this.#modifiers()}`;
    }
    return `${random.pick([...COUNTERS, ...GAUGES])}[${range}]${this.#modifiers()}`;
  }

  #rangeCall(depth: number): string {
    const random = this.#random;
    const range = this.#range(depth);
    switch (random.below(12)) {
      case 0:
        return `quantile_over_time(${random.pick(['0', '0.3', '0.9', '1', '-1', '2'])}, ${range})`;
      case 1:
        return `predict_linear(${range}, ${random.pick(['60', '-600', '3600'])})`;
      case 2:
        return `absent_over_time(${range})`;
      default:
        return `${random.pick(RANGE_FUNCTIONS)}(${range})`;
    }
  }

  #simpleCall(depth: number): string {
    const random = this.#random;
    const inner = this.vector(depth);
    switch (random.below(12)) {
      case 0:
        return `clamp(${inner}, ${this.#scalar(0)}, ${this.#scalar(0)})`;
      case 1:
        return `clamp_min(${inner}, ${this.#scalar(depth)})`;
      case 2:
        return `round(${inner}, ${random.pick(['0.1', '5', '1e6'])})`;
      case 3:
        return `vector(${this.#scalar(depth)})`;
      case 4:
        return `-${inner}`;
      default:
        return `${random.pick(SIMPLE_FUNCTIONS)}(${inner})`;
    }
  }

  #aggregation(depth: number): string {
    const random = this.#random;
    const grouping = random.pick(GROUPINGS);
    const inner = this.vector(depth);
    switch (random.below(10)) {
      case 0:
        return `quantile ${grouping}(${random.pick(['0.1', '0.5', '0.99', '1.5'])}, ${inner})`;
      case 1:
        // Which of equal values stay may differ; their sum does not.
        return `sum(${random.pick(['topk', 'bottomk'])} ${grouping}(${random.pick(['1', '3'])}, ${inner}))`;
      case 2:
        return `count_values ${grouping}("value", round(${inner}, 1e8))`;
      default:
        return `${random.pick(AGGREGATIONS)} ${grouping}(${inner})`;
    }
  }

  #withScalar(depth: number): string {
    const random = this.#random;
    const sides = [`(${this.vector(depth)})`, `(${this.#scalar(depth)})`];
    if (random.below(2) === 0) sides.reverse();
    const bool = random.below(3) === 0 ? ' bool' : '';
    const operator = random.below(2) === 0 ? random.pick(ARITHMETIC) : random.pick(COMPARISONS) + bool;
    return `(${sides.join(` ${operator} `)})`;
  }

  #join(depth: number): string {
    const random = this.#random;
    const left = this.vector(depth);
    if (random.below(4) === 0) {
      const one = random.pick(['demo_num_cpus', 'sum by (instance) (demo_memory_usage_bytes)']);
      return `((${left}) ${random.pick(ARITHMETIC)} on (instance) group_left () (${one}))`;
    }
    const bool = random.below(4) === 0 ? ' bool' : '';
    const operator = random.pick([
      random.pick(ARITHMETIC),
      random.pick(COMPARISONS) + bool,
      random.pick(['and', 'or', 'unless']),
    ]);
    return `((${left}) ${operator} ${random.pick(MATCHINGS)}(${this.vector(depth)}))`;
  }

  #special(depth: number): string {
    const random = this.#random;
    const buckets = `rate(demo_api_request_duration_seconds_bucket[${random.pick(RANGES)}]${this.#modifiers()})`;
    switch (random.below(4)) {
      case 0:
        return `histogram_quantile(${random.pick(['0.1', '0.5', '0.99', '-1', '2'])}, ${buckets})`;
      case 1:
        return `histogram_quantile(0.9, sum by (le, ${random.pick(['instance', 'path', 'method'])}) (${buckets}))`;
      case 2:
        return `label_replace(${this.vector(depth)}, "made", "$1-x", "instance", "(.*):(.*)")`;
      default:
        return `label_join(${this.vector(depth)}, "made", "/", "job", "instance", "absent")`;
    }
  }
}
