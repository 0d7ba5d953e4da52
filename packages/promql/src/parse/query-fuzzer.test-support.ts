// Makes queries that are almost right, for the tests of the parser.
import type { Random } from '@prometheus-ts/testkit';

const SEEDS = [
  'sum by (a, b) (rate(http_requests_total{job=~"api.*", code!="200"}[5m] offset 1h)) > bool 0.5e3',
  'a{b="c"} / on (x, y) group_left (z) d @ end() unless ignoring () e[1h:5m] @ 1e9',
  'histogram_quantile(0.9, sum without (le) (x_bucket)) + -2 ^ 3 ^ foo % 0x1F atan2 inf',
  'label_replace(up, "dst", `$1`, \'src\', "(.*)") or vector(1_000) and topk(5, {"utf-8 näme", le="1"})',
  'x[step() + 2 * (5m - max_of(1m, range()))] anchored + fill_left (1) fill_right (-2) y smoothed # end',
  'count_values("v", m:n:o) == bool min_over_time((q offset -5m)[30m:]) >/ 3 </ nan',
];
const FRAGMENTS = [
  ...'(){}[],:+-*/%^=!<>@#"\'`\\_.$~;',
  ...['==', '!=', '=~', '!~', '>=', '<=', '</', '>/', '((', '))', '{{', '}}', '[[', ' ', '\n', '\t', '\r'],
  ...['5m', '1y2d', '0', '1e5', '0x', '1__0', '.5', '1.', 'inf', 'nan', '99999999999999999999', '1h-1'],
  ...['by ', 'without (', 'on(', 'ignoring', 'group_left', 'bool ', 'offset ', 'fill(', 'start()', 'end('],
  ...['step()', 'range', 'max_of(1,2)', 'anchored', 'smoothed', 'and ', 'or ', 'unless ', 'atan2 '],
  ...[
    'sum',
    'topk(',
    'rate(',
    'info(',
    'foo',
    'a:b',
    '"s"',
    '\u{1F600}',
    '\ud800',
    '\ufffd',
    '\0',
    '\\x',
    '\\400',
  ],
];

/** A known query with a few characters lost, doubled, moved or put in. */
export function mutateQuery(random: Random): string {
  let query = random.pick(SEEDS);
  for (let left = 1 + random.below(6); left > 0; left--) {
    const at = random.below(query.length + 1);
    switch (random.below(4)) {
      case 0:
        query = query.slice(0, at) + query.slice(at + 1 + random.below(8));
        break;
      case 1:
        query = query.slice(0, at) + random.pick(FRAGMENTS) + query.slice(at);
        break;
      case 2: {
        const other = random.pick(SEEDS);
        const from = random.below(other.length);
        query = query.slice(0, at) + other.slice(from, from + random.below(30)) + query.slice(at);
        break;
      }
      default:
        query = query.slice(0, at) + random.pick(FRAGMENTS).repeat(1 + random.below(40)) + query.slice(at);
    }
  }
  return query.slice(0, 2000);
}
