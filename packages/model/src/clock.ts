// Time comes from outside, so that tests can move it.

export interface Timer {
  cancel(): void;
}

/** Wall clock and timers. Everything that waits or reads the time takes one of these. */
export interface Clock {
  /** Milliseconds since the epoch, an integer. */
  nowMs(): number;
  /** Calls back once after `delayMs`; the timer does not keep the process alive by itself. */
  after(delayMs: number, callback: () => void): Timer;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, callback) {
    const handle = setTimeout(callback, delayMs);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};
