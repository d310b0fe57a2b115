// The colour and corners being chosen, shown on parts of the site by day and by night before they are saved.
import { inTurn } from "./in_turn.js";

const CORNERS = { soft: [8, 12, 20], straight: [3, 5, 8], round: [12, 20, 28] }; // as services/brand/palette.py
const preview = document.querySelector("[data-look]");
const form = preview.closest("form");
const { accent, corners } = form.elements;
const picker = form.querySelector("[data-picks='accent']");
const screens = [...preview.querySelectorAll("[data-scheme]")];
const COLOUR = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i;

const draw = inTurn(async () => {
  if (!COLOUR.test(accent.value.trim())) return;
  const address = `${preview.dataset.palette}?accent=${encodeURIComponent(accent.value.trim())}`;
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return;
  const palette = await answer.json();
  preview.querySelector("[data-note]").textContent = palette.note;
  for (const screen of screens) paint(screen, palette[screen.dataset.scheme]);
  preview.hidden = false;
});

function paint(screen, tokens) {
  const { style } = screen.querySelector(".look-box");
  for (const [token, colour] of Object.entries(tokens)) style.setProperty(token, colour);
  const sizes = CORNERS[corners.value];
  ["--r-s", "--r", "--r-l"].forEach((name, n) => style.setProperty(name, `${sizes[n]}px`));
  style.colorScheme = screen.dataset.scheme === "day" ? "light" : "dark";
}

picker.hidden = false;
picker.addEventListener("input", () => {
  accent.value = picker.value;
  accent.dispatchEvent(new Event("input", { bubbles: true }));
});
accent.addEventListener("input", () => {
  const typed = accent.value.trim();
  if (/^#[0-9a-f]{6}$/i.test(typed)) picker.value = typed.toLowerCase();
  draw();
});
corners.addEventListener("change", draw);
for (const field of [form.elements.name_ru, form.elements.name_en]) {
  if (!field.name.endsWith(document.documentElement.lang)) continue;
  field.addEventListener("input", () => preview.querySelectorAll("[data-name]").forEach((one) => (one.textContent = field.value)));
}
draw();
