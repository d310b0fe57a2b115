// Long work that an owner watches: its part of the page is drawn anew until the work is over, then the whole page.
const PAUSE = 1500;

async function look() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return setTimeout(look, PAUSE * 4);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-progress]");
  if (!fresh?.querySelector("[data-going]")) return location.reload();
  document.querySelector("[data-progress]").replaceWith(fresh);
  return setTimeout(look, PAUSE);
}

if (document.querySelector("[data-going]")) setTimeout(look, PAUSE);
