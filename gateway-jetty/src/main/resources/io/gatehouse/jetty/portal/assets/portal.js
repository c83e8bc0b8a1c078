"use strict";
// Filters the desktops while the user types; without it, the form asks the server.
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

// Asks for the page again every few seconds, and puts its parts that are live in the place of the old ones; without it,
// the user loads the page again. A page that does not exist any more has ended for this user.
const live = document.querySelector("[data-live]");
const lost = document.getElementById("lost");
if (live && lost) {
  const pause = 3000;
  const tell = why => {
    lost.hidden = why === "";
    for (const text of lost.children) {
      text.hidden = text.dataset.when !== why;
    }
  };
  const isBeingUsed = part => {
    const selection = getSelection();
    return !selection.isCollapsed && part.contains(selection.anchorNode);
  };
  const replace = (old, part) => {
    const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
    for (const open of old.querySelectorAll("details[id][open]")) {
      part.querySelector("#" + CSS.escape(open.id))?.setAttribute("open", "");
    }
    old.replaceWith(document.adoptNode(part));
    if (focused) {
      document.getElementById(focused)?.focus({ preventScroll: true });
    }
  };
  // Of what came while the page is in the background the browser tells, if the user allows it.
  const notifies = () => "Notification" in window && Notification.permission === "granted";
  const asked = page => [...page.querySelectorAll("[data-question]")];
  const known = new Set(asked(document).map(each => each.dataset.question));
  const tellNew = () => {
    for (const each of asked(document)) {
      if (!known.has(each.dataset.question)) {
        known.add(each.dataset.question);
        if (document.hidden && notifies()) {
          new Notification(document.title, { body: each.dataset.text, tag: each.dataset.question });
        }
      }
    }
  };
  const offer = document.getElementById("notify");
  if (offer && "Notification" in window && Notification.permission === "default") {
    offer.hidden = false;
    offer.addEventListener("click", () => Notification.requestPermission().then(() => {
      offer.hidden = true;
    }));
  }
  const ask = () => {
    if (document.hidden && !(offer && notifies())) {
      setTimeout(ask, pause);
      return;
    }
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.timeout = 10000;
    request.setRequestHeader("Gatehouse-Refresh", "1");
    request.onload = () => {
      if (request.status === 404 || request.status === 403) {
        tell("ended");
        return;
      }
      // 400: the filter of the page cannot be read, and the page says so.
      if ((request.status === 200 || request.status === 400) && request.response) {
        tell("");
        for (const old of document.querySelectorAll("[data-live]")) {
          const part = request.response.getElementById(old.id);
          if (part && !part.isEqualNode(old) && !isBeingUsed(old)) {
            replace(old, part);
          }
        }
        tellNew();
      } else {
        tell("unreachable");
      }
      setTimeout(ask, pause);
    };
    request.onerror = request.ontimeout = () => {
      tell("unreachable");
      setTimeout(ask, pause);
    };
    request.send();
  };
  setTimeout(ask, pause);
}
