// Counter resets as start timestamps tell them. All times in milliseconds; a start time of 0 is unknown.

/**
 * Whether the counter was reset between two consecutive samples. A start time equal to the previous sample's
 * time is a reset for delta series, but not where the previous start time says nothing (unknown, or equal to or
 * after its own sample).
 */
export function isStartTimeReset(
  previousStart: number,
  previousTime: number,
  start: number,
  time: number,
): boolean {
  // Unknown, after its own sample, or OpenTelemetry's mark for unknown (equal to it).
  if (start === 0 || start >= time || start < previousTime) return false;
  if (start > previousTime) return true;
  return previousStart !== 0 && previousStart < previousTime;
}

/** Whether a sample claims to have started before the previous sample without sharing its start. */
export function overlapsPrevious(previousStart: number, previousTime: number, start: number): boolean {
  return start !== 0 && start < previousTime && start !== previousStart;
}

/** A start time that lies in the window before its sample; 0 for one that does not. */
export function startInside(start: number, windowStart: number, time: number): number {
  return start > windowStart && start < time ? start : 0;
}
