// histogram_quantile, histogram_quantiles and histogram_fraction.
import type { FloatHistogram, LabelSet } from '@prometheus-ts/model';
import { type Span, withoutParens } from '../ast.ts';
import {
  noteForcedMonotonicity,
  noteFractionNan,
  noteInvalidQuantile,
  noteQuantileNanResult,
  noteQuantileNanSkew,
} from '../engine/notes.ts';
import type { QueryState } from '../engine/query-state.ts';
import type { OperatorBuilder } from '../operators/build.ts';
import type { SampleCounter } from '../operators/sample-counter.ts';
import { timeAt } from '../plan/grid.ts';
import type { ScalarNode, VectorCallNode, VectorNode } from '../plan/plan.ts';
import type { ClassicBuckets } from './classic-buckets.ts';
import type { OperatorFunction } from './contract.ts';
import { type HistogramAnswer, HistogramCall, SAME_LABELS } from './histogram-call.ts';
import { NanNote, nativeFraction, nativeQuantile } from './native-quantile.ts';
import { formatQuantileLabel } from './quantile-label.ts';

export const histogramQuantile: OperatorFunction = {
  form: 'operator',
  create: (node, builder, counter) => {
    const scalar = builder.scalar(node.args[0] as ScalarNode, counter);
    const pos = posOf(node, 1);
    return new HistogramCall(vectorOf(node, 1, builder, counter), pos, (state) => {
      const quantiles = scalar.evaluate(state);
      const check = (at: QueryState): void => noteInvalid(quantiles, posOf(node, 0), at);
      return [{ ...SAME_LABELS, check, ...quantileAnswer(quantiles, pos, node) }];
    });
  },
};

export const histogramQuantiles: OperatorFunction = {
  form: 'operator',
  create: (node, builder, counter) => {
    const label = node.args[1]!.type === 'string' ? node.args[1].value : '';
    const scalars = builder.scalars(node.args, counter);
    const pos = posOf(node, 0);
    return new HistogramCall(vectorOf(node, 0, builder, counter), pos, (state) =>
      scalars.flatMap((scalar, i) => {
        const quantiles = scalar.evaluate(state);
        const check = (at: QueryState): void => noteInvalid(quantiles, posOf(node, i + 2), at);
        const texts = Array.from(quantiles, formatQuantileLabel);
        return [...new Set(texts)].map((text) => ({
          rename: (labels: LabelSet) => labels.with(label, text),
          answers: (step: number) => texts[step] === text,
          check,
          ...quantileAnswer(quantiles, pos, node),
        }));
      }),
    );
  },
};

export const histogramFraction: OperatorFunction = {
  form: 'operator',
  create: (node, builder, counter) => {
    const lowerScalar = builder.scalar(node.args[0] as ScalarNode, counter);
    const upperScalar = builder.scalar(node.args[1] as ScalarNode, counter);
    const pos = posOf(node, 2);
    return new HistogramCall(vectorOf(node, 2, builder, counter), pos, (state) => {
      const lower = lowerScalar.evaluate(state);
      const upper = upperScalar.evaluate(state);
      return [
        {
          ...SAME_LABELS,
          classic: (step, buckets) => buckets.fraction(lower[step]!, upper[step]!),
          native: (step, histogram, metric) => {
            const { value, holdsNan } = nativeFraction(lower[step]!, upper[step]!, histogram);
            if (holdsNan) noteFractionNan(state.annotations, metric, pos);
            return value;
          },
        },
      ];
    });
  },
};

function quantileAnswer(
  quantiles: Float64Array,
  pos: Span,
  { grid }: VectorCallNode,
): Pick<HistogramAnswer, 'classic' | 'native'> {
  return {
    classic: (step: number, buckets: ClassicBuckets, metric: string, state: QueryState) => {
      const before = buckets.raised;
      const value = buckets.quantile(quantiles[step]!);
      if (buckets.raised !== before) {
        const forced = { timeMs: timeAt(grid, step), ...buckets.raised! };
        noteForcedMonotonicity(state.annotations, metric, forced, pos);
      }
      return value;
    },
    native: (step: number, histogram: FloatHistogram, metric: string, state: QueryState) => {
      const { value, note } = nativeQuantile(quantiles[step]!, histogram);
      if (note === NanNote.result) noteQuantileNanResult(state.annotations, metric, pos);
      if (note === NanNote.skew) noteQuantileNanSkew(state.annotations, metric, pos);
      return value;
    },
  };
}

function noteInvalid(quantiles: Float64Array, pos: Span, state: QueryState): void {
  for (let step = 0; step < quantiles.length; step++) {
    const quantile = quantiles[step]!;
    if (!(quantile >= 0 && quantile <= 1)) noteInvalidQuantile(state.annotations, quantile, pos);
  }
}

function posOf(node: VectorCallNode, argument: number): Span {
  return withoutParens(node.expr.args[argument]!).pos;
}

function vectorOf(node: VectorCallNode, argument: number, builder: OperatorBuilder, counter: SampleCounter) {
  return builder.vector(node.args[argument] as VectorNode, counter);
}
