/**
 * ``work`` made safe to ask for at any time: one run at a time, and whatever is asked during a run makes one more after
 * it. Two requests under way at once may be answered in the wrong order, and the page would keep the older answer.
 */
export function inTurn(work) {
  let running = null, again = false;
  return () => {
    again = Boolean(running);
    running ??= repeat();
    return running;
  };

  async function repeat() {
    try {
      do {
        again = false;
        await work();
      } while (again);
    } finally {
      running = null;
    }
  }
}
