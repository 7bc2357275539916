// Drawing a box over the page fills in the four numbers of the form; the numbers alone are enough without this file.
(() => {
  "use strict";
  const sheet = document.querySelector(".gk-sheet--open");
  const draft = document.getElementById("gk-draft");
  const form = document.getElementById("gk-place-form");
  if (!sheet || !draft || !form) return;
  const board = draft.ownerSVGElement;
  const { width, height } = board.viewBox.baseVal;
  const names = ["left", "top", "width", "height"];
  const fields = names.map((name) => form.elements[name]);
  const show = () => {
    const [left, top, wide, high] = fields.map((field) => Number(field.value) || 0);
    draft.setAttribute("x", left);
    draft.setAttribute("y", top);
    draft.setAttribute("width", Math.max(0, wide));
    draft.setAttribute("height", Math.max(0, high));
  };
  const place = (event) => {
    const frame = board.getBoundingClientRect();
    const clamp = (value, most) => Math.min(Math.max(value, 0), most);
    return [
      clamp(((event.clientX - frame.left) / frame.width) * width, width),
      clamp(((event.clientY - frame.top) / frame.height) * height, height),
    ];
  };
  let from = null;
  board.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    from = place(event);
    board.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  board.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = place(event);
    const values = [
      Math.min(from[0], to[0]),
      Math.min(from[1], to[1]),
      Math.abs(from[0] - to[0]),
      Math.abs(from[1] - to[1]),
    ];
    fields.forEach((field, index) => { field.value = values[index].toFixed(1); });
    show();
  });
  for (const name of ["pointerup", "pointercancel"]) {
    board.addEventListener(name, () => {
      if (from && Number(fields[2].value) >= 1) form.elements.reason.focus({ preventScroll: true });
      from = null;
    });
  }
  fields.forEach((field) => field.addEventListener("input", show));
  sheet.classList.add("gk-sheet--ready");
  show();
})();
