// Query results as templates see them.
import { type FloatHistogram, formatHistogram, type LabelSet } from '@prometheus-ts/model';
import { GoMap, GoSlice, GoStruct, type GoValue } from '../values/values.ts';

/** One element of a query's answer. */
export interface QuerySample {
  readonly labels: LabelSet;
  readonly value: number | FloatHistogram;
}

export const RESULT_TYPE = 'template.queryResult';
export const SAMPLE_TYPE = '*template.sample';

export function goSamples(samples: readonly QuerySample[]): GoSlice {
  const items = samples.map(
    ({ labels, value }) =>
      new GoStruct({
        type: 'template.sample',
        pointer: true,
        fields: { Labels: goLabels(labels), Value: goSampleValue(value) },
      }),
  );
  return new GoSlice(items, RESULT_TYPE);
}

export function goLabels(labels: LabelSet): GoMap {
  return GoMap.ofStrings(labels.toRecord());
}

export function goSampleValue(value: number | FloatHistogram): GoValue {
  if (typeof value === 'number') return value;
  return new GoStruct({
    type: 'histogram.FloatHistogram',
    pointer: true,
    text: () => formatHistogram(value),
    fields: {
      Schema: BigInt(value.schema),
      ZeroThreshold: value.zeroThreshold,
      ZeroCount: value.zeroCount,
      Count: value.count,
      Sum: value.sum,
      PositiveBuckets: new GoSlice(value.positiveBuckets, '[]float64'),
      NegativeBuckets: new GoSlice(value.negativeBuckets, '[]float64'),
      CustomValues: new GoSlice(value.customValues ?? [], '[]float64'),
    },
  });
}
