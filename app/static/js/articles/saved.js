// The article is saved: what this browser kept of it while it was new is not needed any more.
const place = sessionStorage.getItem("otklik.saving");
if (place) localStorage.removeItem(place);
sessionStorage.removeItem("otklik.saving");
