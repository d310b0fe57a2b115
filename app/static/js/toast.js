// toast("Сохранено") or toast(text, {kind: "bad", action: {label, run}, link: {label, url}, seconds}): a short message in
// the page's live region. It stays while somebody points at it or stands in it.

function region() {
  const found = document.getElementById("toasts");
  if (found) return found;
  const made = document.createElement("div");
  made.id = "toasts";
  made.className = "toasts";
  made.setAttribute("role", "status");
  document.body.append(made);
  return made;
}

export function toast(text, { kind = "", action = null, link = null, seconds = 6 } = {}) {
  const box = document.createElement("div");
  box.className = `toast ${kind}`;
  const words = document.createElement("span");
  words.className = "grow";
  words.textContent = text;
  box.append(words);
  if (action) box.append(actionButton(action, box));
  if (link) box.append(linkTo(link));
  region().append(box);
  const leave = () => (box.matches(":hover, :focus-within") ? setTimeout(leave, 1000) : box.remove());
  setTimeout(leave, seconds * 1000);
  return box;
}

function linkTo({ label, url }) {
  const made = document.createElement("a");
  made.href = url;
  made.textContent = label;
  return made;
}

function actionButton({ label, run }, box) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", () => {
    box.remove();
    run();
  });
  return button;
}
