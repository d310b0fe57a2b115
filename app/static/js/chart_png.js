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

  text(text, x, y, { size = 14, weight = 400, color = "--ink-2", align = "left", most = WIDTH } = {}) {
    Object.assign(this.pen, { font: `${weight} ${size}px ${this.font}`, fillStyle: light(color), textAlign: align });
    this.pen.fillText(this.cut(text, most), x, y);
  }

  cut(text, most) {
    if (this.pen.measureText(text).width <= most) return text;
    let length = text.length;
    while (length && this.pen.measureText(`${text.slice(0, length)}…`).width > most) length--;
    return `${text.slice(0, length).trimEnd()}…`;
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
    const most = WIDTH - 2 * MARGIN;
    this.text(title, MARGIN, 48, { size: 24, weight: 650, color: "--ink", most });
    this.text(period, MARGIN, 74, { size: 15, most });
  }
}

const FACES = { all: ["--accent-soft", "--accent"], accepted: ["--accent", null] };

// Where upright bars and lines stand.
const [left, top, wide, high] = [MARGIN + 44, 100, WIDTH - 2 * MARGIN - 44, 290];

function scale(picture, card) {
  for (const tick of card.querySelectorAll(".stat-scale text")) {
    const y = top + high * per(tick, "y");
    picture.box(left, y, wide, 1, "--line");
    picture.text(words(tick), left - 10, y + 5, { align: "right" });
  }
  for (const name of card.querySelectorAll(".stat-names text")) {
    picture.text(words(name), left + wide * per(name, "x"), top + high + 24, { align: "center" });
  }
}

function bars(card) {
  const picture = new Picture(480);
  scale(picture, card);
  for (const [kind, [color, edge]] of Object.entries(FACES)) {
    for (const bar of card.querySelectorAll(`.stat-bars .${kind}`)) {
      const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => per(bar, name));
      picture.box(left + wide * x, top + high * y, wide * width, high * height, color, { edge });
    }
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
    const step = row.querySelector("th a") ?? row.querySelector("th").firstChild; // not the hint under it
    picture.text(words(step), MARGIN, y + 25, { size: 16, weight: 600, color: "--ink", most: 250 });
    picture.text(words(number), 360, y + 25, { size: 16, align: "right", color: "--ink" });
    picture.text(words(share), 450, y + 25, { size: 16, align: "right" });
    picture.box(480, y + 6, WIDTH - MARGIN - 480, 28, "--soft");
    picture.box(480, y + 6, (WIDTH - MARGIN - 480) * per(row.querySelector("rect"), "width"), 28, "--accent");
  });
  return picture;
}

// Fill and edge of each series of a report, told apart in print too; a line has a pattern of dashes besides.
const SERIES = [
  { color: "--accent", dash: [] },
  { color: "--accent", pale: true, line: "--warm", dash: [7, 5] },
  { color: "--warm", line: "--violet", dash: [2, 5] },
  { color: "--warm", pale: true, line: "--blue", dash: [12, 5, 2, 5] },
  { color: "--violet", line: "--ink-2", dash: [5, 3] },
];

const seriesOf = (shape) => SERIES[Number(/\bs(\d)\b/.exec(shape.getAttribute("class"))[1])];

function fill(picture, shape, x, y, width, height) {
  if (!width || !height) return; // an edge alone would be a hair
  const { color, pale } = seriesOf(shape);
  picture.box(x, y, width, height, color, pale ? { alpha: 0.38, edge: color } : { edge: "--paper" });
}

function line(picture, shape, from, to) {
  const { color, line: own, dash } = seriesOf(shape), { pen } = picture;
  Object.assign(pen, { strokeStyle: light(own ?? color), lineWidth: 2.5, lineCap: "round" });
  pen.setLineDash(dash);
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
  pen.setLineDash([]);
  pen.lineWidth = 1;
}

// The names of series below, as many lines of them as they need; how high the picture has to be.
function legend(card, draw) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `400 14px ${getComputedStyle(document.body).fontFamily}`;
  let [x, row] = [MARGIN, 0];
  for (const item of card.querySelectorAll(".stat-legend li")) {
    const width = 60 + pen.measureText(words(item)).width;
    if (x > MARGIN && x + width > WIDTH - MARGIN) [x, row] = [MARGIN, row + 1];
    draw?.(item, x, row * 26);
    x += width;
  }
  return x > MARGIN ? (row + 1) * 26 : 0;
}

function named(picture, card, top, isLines) {
  legend(card, (item, x, y) => {
    const mark = item.querySelector("i");
    if (isLines) line(picture, mark, [x, top + y + 7], [x + 16, top + y + 7]);
    else fill(picture, mark, x, top + y, 14, 14);
    picture.text(words(item), x + 24, top + y + 12);
  });
}

// A built report over time: bars or lines.
function series(card) {
  const picture = new Picture(440 + legend(card));
  const at = (x, y) => [left + wide * x, top + high * y];
  scale(picture, card);
  for (const bar of card.querySelectorAll(".stat-bars rect:not(.slot)")) {
    fill(picture, bar, ...at(per(bar, "x"), per(bar, "y")), wide * per(bar, "width"), high * per(bar, "height"));
  }
  for (const one of card.querySelectorAll(".stat-bars g line")) {
    line(picture, one, at(per(one, "x1"), per(one, "y1")), at(per(one, "x2"), per(one, "y2")));
  }
  const dots = card.querySelectorAll(".stat-bars circle");
  for (const dot of dots) {
    const place = at(per(dot, "cx"), per(dot, "cy"));
    line(picture, dot, place, place);
  }
  named(picture, card, 430, dots.length > 0);
  return picture;
}

// A built report of places or people: a line of text and a bar to each.
function slices(card) {
  const rows = [...card.querySelectorAll(".report-rows li")], wide = WIDTH - 2 * MARGIN;
  const bottom = 104 + 46 * rows.length;
  const picture = new Picture(bottom + 16 + legend(card));
  rows.forEach((row, n) => {
    const y = 104 + 46 * n;
    picture.text(words(row.querySelector("span")), MARGIN, y + 14, { size: 15, color: "--ink", most: wide - 140 });
    picture.text(words(row.querySelector("b")), WIDTH - MARGIN, y + 14, { size: 15, weight: 620, color: "--ink", align: "right" });
    picture.box(MARGIN, y + 22, wide, 12, "--soft");
    for (const part of row.querySelectorAll("rect")) {
      fill(picture, part, MARGIN + wide * per(part, "x"), y + 22, wide * per(part, "width"), 12);
    }
  });
  named(picture, card, bottom + 4);
  return picture;
}

const DRAW = { bars, heat, funnel, series, slices };

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

export function wire(root = document) {
  for (const button of root.querySelectorAll("[data-png][hidden]")) {
    button.hidden = false;
    button.addEventListener("click", () => save(button));
  }
}

wire();
