/* The list of mails by keyboard, and what was chosen and focused in it when its rows are renewed. */
"use strict";
(() => {
  const rows = () => [...document.querySelectorAll("#list a.whole")];
  const boxes = () => [...document.querySelectorAll("#list .pick")];
  const keys = document.getElementById("keys");

  function countChosen() {
    const label = document.querySelector(".act-count");
    if (!label) return;
    const count = boxes().filter((box) => box.checked).length;
    label.textContent = count === 1 ? label.dataset.one : label.dataset.many.replace("#", count);
  }

  function move(step) {
    const all = rows();
    const here = all.indexOf(rowOfFocus());
    const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step];
    if (next) next.focus();
  }

  function rowOfFocus() {
    const row = document.activeElement && document.activeElement.closest("#list tr, #list li");
    return row && row.querySelector("a.whole");
  }

  function choose() {
    const link = rowOfFocus();
    const box = link && link.closest("tr") && link.closest("tr").querySelector(".pick");
    if (!box) return;
    box.checked = !box.checked;
    countChosen();
    const news = document.getElementById("news");
    if (news) news.textContent = document.querySelector(".act-count").textContent;
  }

  const actions = {
    j: () => move(1),
    k: () => move(-1),
    x: choose,
    "/": () => document.getElementById("search").focus(),
    "?": () => keys.showModal(),
  };

  const isTyping = (element) => element.closest("input:not([type=checkbox]), select, textarea, dialog, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    action();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches(".pick")) countChosen();
  });

  for (const button of document.querySelectorAll("[data-opens]")) {
    button.hidden = false;
    button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
  }

  let chosen = new Set();
  document.addEventListener("htmx:beforeSwap", () => {
    chosen = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const box of boxes()) box.checked = box.checked || chosen.has(box.value);
    countChosen();
  });
  countChosen();
})();
