// The number on the app's icon is the bell's. Without an installed app browsers do nothing with it.
const count = document.getElementById("bell-count");

function show() {
  const unread = parseInt(count.textContent, 10) || 0;
  (unread ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => {});
}

if ("setAppBadge" in navigator && document.body.dataset.viewing === undefined) {
  if (count) {
    show();
    new MutationObserver(show).observe(count, { childList: true, characterData: true, subtree: true });
  } else if (!document.body.dataset.person) {
    navigator.clearAppBadge().catch(() => {}); // nobody is signed in
  }
}
