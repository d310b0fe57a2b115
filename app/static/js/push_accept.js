// «Принять» on a push message opens the page of the inquiry (worker/push.js), where it presses the page's own button: the
// ordinary door, with all its checks. Where there is no button any more, the page says why. Nobody but our own worker
// can speak here.
const button = document.querySelector(`form[action="${location.pathname}/accept"] button`);
const conversation = document.querySelector(".answers > a");

navigator.serviceWorker?.addEventListener("message", ({ data }) => {
  if (data?.pressed === "accept") (button ?? conversation)?.click();
});
navigator.serviceWorker?.startMessages();
