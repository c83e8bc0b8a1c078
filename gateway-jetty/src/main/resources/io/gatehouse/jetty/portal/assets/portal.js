// Filters the desktops while the user types; without it, the form asks the server.
"use strict";
const search = document.getElementById("search");
if (search) {
  const cards = [...document.querySelectorAll("[data-search]")];
  const sections = [...document.querySelectorAll("section[aria-labelledby]")];
  const none = document.getElementById("none");
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const card of cards) {
      card.hidden = !words.every(word => card.dataset.search.toLowerCase().includes(word));
      shown += card.hidden ? 0 : 1;
    }
    for (const section of sections) {
      section.hidden = !section.querySelector("[data-search]:not([hidden])");
    }
    none.hidden = shown > 0;
  };
  search.addEventListener("input", filter);
}
