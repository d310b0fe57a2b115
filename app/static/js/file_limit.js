// A file that is too large is told of at its field, before minutes of sending it end in a refusal and all else is lost.
import { tell } from "./field_errors.js";

document.addEventListener("change", ({ target }) => {
  if (!target.matches("input[type=file][data-most]")) return;
  const tooLarge = [...target.files].some((file) => file.size > Number(target.dataset.most));
  tell(target, tooLarge ? target.dataset.tooLarge : "", "alert");
  if (tooLarge) target.value = "";
});
