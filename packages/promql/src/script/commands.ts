// A test script as data: a list of commands, each with the line it starts on.
import { CodedError, type LabelSet } from '@prometheus-ts/model';
import type { SequenceValue } from '../parse/series-grammar.ts';

export type ScriptCommand = LoadCommand | ClearCommand | EvalCommand;

/** Forgets all series. */
export interface ClearCommand {
  readonly kind: 'clear';
  readonly line: number;
}

/** Adds series, whose values stand one step apart from time 0 on. */
export interface LoadCommand {
  readonly kind: 'load';
  readonly line: number;
  readonly stepMs: number;
  /** Also adds the native histograms with custom buckets that the classic ones amount to. */
  readonly withNativeHistograms: boolean;
  readonly series: readonly LoadedSeries[];
}

export interface LoadedSeries {
  readonly labels: LabelSet;
  readonly values: readonly SequenceValue[];
  /** One per value where start times are given: milliseconds relative to the sample, undefined for none. */
  readonly startOffsetsMs: readonly (number | undefined)[] | undefined;
}

/** Runs a query and compares its answer. */
export interface EvalCommand {
  readonly kind: 'eval';
  readonly line: number;
  readonly query: string;
  readonly when: EvalTime;
  readonly expected: Expectations;
}

export type EvalTime =
  | { readonly kind: 'instant'; readonly timeMs: number }
  | { readonly kind: 'range'; readonly startMs: number; readonly endMs: number; readonly stepMs: number };

export interface Expectations {
  readonly fail: TextExpectation | undefined;
  readonly ordered: boolean;
  readonly warnings: AnnotationExpectation;
  readonly infos: AnnotationExpectation;
  readonly value: ExpectedValue;
}

/** A message to be equal to, or a pattern found in it; `any` accepts all. */
export type TextExpectation =
  | { readonly kind: 'any' }
  | { readonly kind: 'equal'; readonly text: string }
  | { readonly kind: 'pattern'; readonly source: string; readonly matches: (text: string) => boolean };

export interface AnnotationExpectation {
  /** None may occur. */
  readonly none: boolean;
  /** Each must be met, and none may occur that meets no one of them. */
  readonly texts: readonly TextExpectation[];
  /** At least one must occur (the older `eval_warn` and `eval_info`). */
  readonly some: boolean;
}

export type ExpectedValue =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  /** The times of a range vector that an instant query returns. */
  | { readonly kind: 'range-vector'; readonly times: TimeGrid; readonly series: readonly ExpectedSeries[] }
  /** A vector; over a range, a matrix. */
  | { readonly kind: 'series'; readonly series: readonly ExpectedSeries[] };

export interface TimeGrid {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

export interface ExpectedSeries {
  readonly labels: LabelSet;
  readonly values: readonly SequenceValue[];
  /** Counted from 1, for answers whose order counts. */
  readonly position: number;
}

/** A script that is none; the place has the line. */
export class ScriptError extends CodedError {
  constructor(line: number, message: string) {
    super('promql/script', message, { place: { line } });
    this.name = 'ScriptError';
  }
}
