// Work that may wait for a moment in which the browser has nothing else to do.

const LATEST = 400; // ms until it is done, however busy the browser is

export function whenIdle(work) {
  const wait = window.requestIdleCallback ?? ((then) => setTimeout(then, 50)); // Safari has none
  return wait(work, { timeout: LATEST });
}
