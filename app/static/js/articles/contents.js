// The contents of a long article: open where there is room beside the text, and marking the chapter being read.
const box = document.querySelector(".reading-contents details");
const links = [...document.querySelectorAll(".reading-contents a")];
const beside = matchMedia("(min-width: 1100px)");

const place = () => (box.open = beside.matches);
beside.addEventListener("change", place);
place();
for (const link of links) link.addEventListener("click", () => !beside.matches && (box.open = false));

const chapters = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
const seen = new IntersectionObserver(mark, { rootMargin: "-80px 0px -70% 0px" });
for (const chapter of chapters) seen.observe(chapter);

function mark() {
  const passed = chapters.findLastIndex((chapter) => chapter.getBoundingClientRect().top < innerHeight * 0.3);
  links.forEach((link, n) => (n === passed ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
}
