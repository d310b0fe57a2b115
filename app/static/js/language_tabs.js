/**
 * One language at a time: each of ``panes`` (``data-language``: its name, with a heading ``data-language-name``) gets a
 * tab in ``bar``. ``isWrong(pane)``: whether something in it has to be mended; the first such one is shown. Returns a
 * function that looks for that again.
 */
export function languageTabs(bar, panes, isWrong) {
  const tabs = panes.map((pane) => tabOf(pane, () => show(pane)));
  bar.append(...tabs);
  bar.hidden = false;
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length;
    show(panes[next]);
    tabs[next].focus();
  });
  show(panes.find(isWrong) ?? panes[0]);
  mark();
  return mark;

  function show(chosen) {
    panes.forEach((pane, n) => {
      pane.hidden = pane !== chosen;
      tabs[n].setAttribute("aria-selected", String(pane === chosen));
      tabs[n].tabIndex = pane === chosen ? 0 : -1;
    });
  }

  function mark() {
    panes.forEach((pane, n) => tabs[n].classList.toggle("wrong", isWrong(pane)));
  }
}

function tabOf(pane, show) {
  const tab = document.createElement("button");
  Object.assign(tab, { type: "button", id: `tab-${pane.id}`, textContent: pane.dataset.language });
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", pane.id);
  tab.addEventListener("click", show);
  pane.setAttribute("role", "tabpanel");
  pane.setAttribute("aria-labelledby", tab.id);
  pane.removeAttribute("aria-label");
  pane.querySelector("[data-language-name]").classList.add("sr");
  return tab;
}
