// Keeps --view-height at what the on-screen keyboard leaves of the window, so that the composer stays above it.
// iOS shrinks only the visual viewport; dvh units do not follow the keyboard there.
const view = window.visualViewport;

function fit() {
  if (view.scale > 1.01) return; // zoomed in by hand: that is not a keyboard
  document.documentElement.style.setProperty("--view-height", `${Math.round(view.height)}px`);
  if (window.scrollY) window.scrollTo(0, 0);
}

if (view) {
  view.addEventListener("resize", fit);
  view.addEventListener("scroll", fit);
  fit();
}
