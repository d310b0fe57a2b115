// A chart of the page as a picture, drawn anew from what stands in it: with its title, its period and what its colours
// mean, twice as fine as the screen, and in light colours whatever the page wears now.
const [WIDTH, MARGIN, SCALE] = [1000, 32, 2];
const SHADES = [0, 0.14, 0.26, 0.38, 0.5, 1];

// Tokens as :root has them outside of any @media: those of the light page.
function light(name) {
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      const value = rule.selectorText === ":root" && rule.style.getPropertyValue(name);
      if (value) return value.trim();
    }
  }
  return "black";
}

const per = (element, name) => parseFloat(element.getAttribute(name)) / 100;
const words = (element) => element?.textContent.trim() ?? "";

class Picture {
  constructor(height) {
    this.canvas = document.createElement("canvas");
    [this.canvas.width, this.canvas.height] = [WIDTH * SCALE, height * SCALE];
    this.pen = this.canvas.getContext("2d");
    this.pen.scale(SCALE, SCALE);
    this.font = getComputedStyle(document.body).fontFamily;
    this.box(0, 0, WIDTH, height, "--paper");
  }

  text(text, x, y, { size = 14, weight = 400, color = "--ink-2", align = "left" } = {}) {
    Object.assign(this.pen, { font: `${weight} ${size}px ${this.font}`, fillStyle: light(color), textAlign: align });
    this.pen.fillText(text, x, y);
  }

  box(x, y, width, height, color, { alpha = 1, edge = null } = {}) {
    this.pen.globalAlpha = alpha;
    this.pen.fillStyle = light(color);
    this.pen.fillRect(x, y, width, height);
    this.pen.globalAlpha = 1;
    if (edge && height > 0) {
      this.pen.strokeStyle = light(edge);
      this.pen.strokeRect(x + 0.5, y + 0.5, Math.max(width - 1, 0), Math.max(height - 1, 0));
    }
  }

  head(title, period) {
    this.text(title, MARGIN, 48, { size: 24, weight: 650, color: "--ink" });
    this.text(period, MARGIN, 74, { size: 15 });
  }
}

const FACES = { all: ["--accent-soft", "--accent"], accepted: ["--accent", null] };

function bars(card) {
  const picture = new Picture(480);
  const [left, top, wide, high] = [MARGIN + 44, 100, WIDTH - 2 * MARGIN - 44, 290];
  for (const tick of card.querySelectorAll(".stat-scale text")) {
    const y = top + high * per(tick, "y");
    picture.box(left, y, wide, 1, "--line");
    picture.text(words(tick), left - 10, y + 5, { align: "right" });
  }
  for (const [kind, [color, edge]] of Object.entries(FACES)) {
    for (const bar of card.querySelectorAll(`.stat-bars .${kind}`)) {
      const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => per(bar, name));
      picture.box(left + wide * x, top + high * y, wide * width, high * height, color, { edge });
    }
  }
  for (const name of card.querySelectorAll(".stat-names text")) {
    picture.text(words(name), left + wide * per(name, "x"), top + high + 24, { align: "center" });
  }
  let x = left;
  for (const item of card.querySelectorAll(".stat-legend li")) {
    const [color, edge] = FACES[item.querySelector("i").className];
    picture.box(x, 440, 14, 14, color, { edge });
    picture.text(words(item), x + 22, 452);
    x += 60 + picture.pen.measureText(words(item)).width;
  }
  return picture;
}

function heat(card) {
  const rows = [...card.querySelector(".heat-wide table, table.heat").rows];
  const columns = rows[0].cells.length - 1;
  const [left, top, high] = [MARGIN + 130, 104, 36];
  const wide = (WIDTH - MARGIN - left) / columns;
  const picture = new Picture(top + high * rows.length + MARGIN);
  rows.forEach((row, line) => {
    const y = top + high * line;
    picture.text(words(row.cells[0]), MARGIN, y + 23);
    [...row.cells].slice(1).forEach((cell, n) => {
      const shade = Number(/heat-(\d)/.exec(cell.className)?.[1] ?? 0);
      if (line) picture.box(left + wide * n, y, wide - 2, high - 2, "--soft");
      if (line) picture.box(left + wide * n, y, wide - 2, high - 2, "--accent", { alpha: SHADES[shade] });
      const color = shade === 5 ? "--on-accent" : "--ink";
      picture.text(words(cell), left + wide * (n + 0.5) - 1, y + 23, { size: 13, align: "center", color });
    });
  });
  return picture;
}

function funnel(card) {
  const rows = [...card.querySelector("table").tBodies[0].rows];
  const picture = new Picture(104 + 52 * rows.length + MARGIN);
  rows.forEach((row, line) => {
    const y = 104 + 52 * line;
    const [number, share] = row.querySelectorAll(".num");
    picture.text(words(row.querySelector("th a")), MARGIN, y + 25, { size: 16, weight: 600, color: "--ink" });
    picture.text(words(number), 360, y + 25, { size: 16, align: "right", color: "--ink" });
    picture.text(words(share), 450, y + 25, { size: 16, align: "right" });
    picture.box(480, y + 6, WIDTH - MARGIN - 480, 28, "--soft");
    picture.box(480, y + 6, (WIDTH - MARGIN - 480) * per(row.querySelector("rect"), "width"), 28, "--accent");
  });
  return picture;
}

const DRAW = { bars, heat, funnel };

function save(button) {
  const card = button.closest(".card");
  const title = words(card.querySelector("h2"));
  const picture = DRAW[button.dataset.png](card);
  picture.head(title, button.dataset.period);
  picture.canvas.toBlob((file) => {
    const link = Object.assign(document.createElement("a"), {
      href: URL.createObjectURL(file),
      download: `${title}, ${button.dataset.period}.png`,
    });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
}

for (const button of document.querySelectorAll("[data-png]")) {
  button.hidden = false;
  button.addEventListener("click", () => save(button));
}
