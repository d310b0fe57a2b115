// A search of the knowledge base that found nothing is worth an article.
import { arrived, tell } from "./behaviour.js";

const nothing = document.querySelector("[data-nothing]");
if (nothing && arrived) tell({ search: { place: "help", text: nothing.dataset.nothing } });
