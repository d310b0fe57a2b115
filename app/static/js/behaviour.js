// What pages tell of how they are used: sums, nobody's name. Nothing where owners switched it off, where the browser
// asks not to be tracked, and while an owner looks at the site as somebody.
const { counted, viewing } = document.body.dataset;
const refused = navigator.doNotTrack === "1" || navigator.globalPrivacyControl === true;

export const counting = counted !== undefined && viewing === undefined && !refused;

/** This page was asked for, and not only shown anew or come back to. */
export const arrived = performance.getEntriesByType("navigation")[0]?.type === "navigate";

export function tell(what) {
  if (counting) navigator.sendBeacon("/behaviour", new Blob([JSON.stringify(what)], { type: "application/json" }));
}

/** What is searched for as one types counts once the typing has ended. ``empty(text)``: nothing was found. */
export function searches(place, field) {
  let waiting = "", timer = 0;
  const told = new Set();

  function now() {
    clearTimeout(timer);
    const text = waiting;
    waiting = "";
    if (!text || told.has(text)) return;
    told.add(text);
    tell({ search: { place, text } });
  }

  field.addEventListener("input", () => (waiting = ""));
  field.addEventListener("blur", now);
  addEventListener("pagehide", now);
  return (text) => {
    waiting = text;
    clearTimeout(timer);
    timer = setTimeout(now, 2500);
  };
}
