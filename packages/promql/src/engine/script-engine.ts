// Our engine as test scripts see one.
import type { Queryable } from '@prometheus-ts/model';
import { Kind } from '../operators/column.ts';
import type { MatrixSeries, QueryResult } from '../result/value.ts';
import type { ScriptEngine, ScriptPoint, ScriptResult, ScriptValue } from '../script/engine.ts';
import type { Engine } from './engine.ts';

export function scriptEngine(engine: Engine): ScriptEngine {
  return {
    instant: async (storage: Queryable, query, timeMs) =>
      toScriptResult(await engine.instant(storage, query, timeMs)),
    range: async (storage: Queryable, query, startMs, endMs, stepMs) =>
      toScriptResult(await engine.range(storage, query, startMs, endMs, stepMs)),
  };
}

function toScriptResult({ value, annotations }: QueryResult): ScriptResult {
  return { value: toScriptValue(value), ...annotations };
}

function toScriptValue(value: QueryResult['value']): ScriptValue {
  switch (value.type) {
    case 'scalar':
    case 'string':
      return { kind: value.type, value: value.value } as ScriptValue;
    case 'vector':
      return { kind: 'vector', samples: value.samples };
    case 'matrix':
      return {
        kind: 'matrix',
        series: value.series.map((series) => ({ labels: series.labels, points: pointsOf(series) })),
      };
  }
}

/** The points of a series as records, for tests and tools; everything fast works on the columns. */
export function pointsOf({ times, kinds, values, histograms }: MatrixSeries): ScriptPoint[] {
  const points: ScriptPoint[] = [];
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i] === Kind.absent) continue;
    const histogram = kinds[i] === Kind.histogram ? histograms![i] : undefined;
    points.push({ timeMs: times[i]!, value: values[i]!, histogram });
  }
  return points;
}
