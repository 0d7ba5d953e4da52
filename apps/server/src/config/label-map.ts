// Maps of labels in configuration files.
import { converted, map, type Schema, string } from '@prometheus-ts/config';
import { LabelSet } from '@prometheus-ts/model';

/** A label set. What is wrong with its names is for the caller to say. */
export function labels(): Schema<LabelSet> {
  return converted(map(string()), {
    zero: () => LabelSet.empty,
    to: (entries) => LabelSet.from(entries),
    back: (set) => new Map(Object.entries(set.toRecord())),
  });
}
