// The pinned reports of the overview draw themselves one after the other: the page itself does not wait for them.
for (const tile of document.querySelectorAll("[data-report-tile]")) {
  try {
    const answer = await fetch(tile.dataset.reportTile, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) tile.querySelector("[data-report-body]").innerHTML = await answer.text();
  } catch {
    break; // no network: the links stay
  }
  tile.ariaBusy = "false";
}
