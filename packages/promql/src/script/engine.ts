// What a script needs of an engine. Any engine that speaks PromQL can run scripts through this face.
import type { FloatHistogram, LabelSet, Queryable } from '@prometheus-ts/model';

export interface ScriptEngine {
  /** Throws where the query fails; the message is compared with what the script expects. */
  instant(storage: Queryable, query: string, timeMs: number): ScriptResult | Promise<ScriptResult>;
  range(
    storage: Queryable,
    query: string,
    startMs: number,
    endMs: number,
    stepMs: number,
  ): ScriptResult | Promise<ScriptResult>;
}

export interface ScriptResult {
  readonly value: ScriptValue;
  /** As the HTTP API prints them, with positions. */
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

export type ScriptValue =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  /** In the order of the answer. */
  | { readonly kind: 'vector'; readonly samples: readonly ScriptSample[] }
  | { readonly kind: 'matrix'; readonly series: readonly ScriptSeries[] };

export interface ScriptSample {
  readonly labels: LabelSet;
  /** A float, or a native histogram where `histogram` is set. */
  readonly value: number;
  readonly histogram: FloatHistogram | undefined;
}

export interface ScriptPoint {
  readonly timeMs: number;
  readonly value: number;
  readonly histogram: FloatHistogram | undefined;
}

export interface ScriptSeries {
  readonly labels: LabelSet;
  /** In order of time. */
  readonly points: readonly ScriptPoint[];
}
