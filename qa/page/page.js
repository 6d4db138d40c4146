// Runs once for each interactive part of the page. `element`, `trigger`, `props` and `watch` are Gradio's.

// Which answer was just called right or wrong: what can be said of it takes the focus.
let judged = null;

// A button with data-event triggers that event of its part, carrying data-with.
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-event]");
  if (!button) return;
  if (button.dataset.confirm && !window.confirm(button.dataset.confirm)) return;
  if (button.dataset.event === "select" && !element.closest(".reader")) window.footnoteOpener = button;
  const carried = JSON.parse(button.dataset.with);
  if (button.dataset.prompt) {
    carried.text = window.prompt(button.dataset.prompt, carried.text);
    if (carried.text === null) return;
  }
  const field = button.parentElement.querySelector("[data-field]");
  if (field && button.previousElementSibling === field) carried[field.dataset.field] = field.value;
  trigger(button.dataset.event, carried);
  if (button.dataset.event === "like") judged = button.closest(".turn").dataset.number;
  // What was clicked is gone then, or its question is in the box now.
  if (["edit", "clear"].includes(button.dataset.event) && !button.dataset.prompt)
    document.querySelector(".question textarea")?.focus({ preventScroll: button.dataset.event === "clear" });
});

// Copied is what data-copy holds; a page that isn't of this machine may only use the old way.
element.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  if (navigator.clipboard) await navigator.clipboard.writeText(button.dataset.copy);
  else {
    const box = document.body.appendChild(document.createElement("textarea"));
    box.value = button.dataset.copy;
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  button.textContent = "Copied";
});

// The card of a footnote stands below its number, or above it where there is no room.
const place = (footnote) => {
  const card = footnote.querySelector(".card");
  const marker = footnote.querySelector(".marker").getBoundingClientRect();
  const left = Math.min(marker.left - 24, window.innerWidth - card.offsetWidth - 12);
  const below = marker.bottom + card.offsetHeight + 16 < window.innerHeight;
  card.style.left = `${Math.max(12, left)}px`;
  card.style.top = `${below ? marker.bottom + 4 : Math.max(8, marker.top - card.offsetHeight - 4)}px`;
};
const unfold = (event) => {
  const footnote = event.target.closest?.(".footnote");
  if (!footnote) return;
  footnote.classList.remove("hushed");
  place(footnote);
};
element.addEventListener("mouseover", unfold);
element.addEventListener("focusin", unfold);
window.addEventListener("scroll", () => element.querySelectorAll(".footnote:is(:hover, :focus-within)").forEach(place));

// A document that is closed leads back to where it was opened, without the card: that has been read.
const shut = () => {
  props.value = "";
  window.footnoteOpener?.focus();
  window.footnoteOpener?.closest(".footnote")?.classList.add("hushed");
};
element.addEventListener("click", (event) => event.target.closest("[data-close]") && shut());
element.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.dataset.field) event.target.nextElementSibling.click();
  if (event.key === "Escape") {
    event.target.closest(".footnote")?.classList.add("hushed");
    if (element.closest(".reader")) shut();
  }
  const step = { ArrowLeft: ".step.previous", ArrowRight: ".step.next" }[event.key];
  if (step && !event.altKey && !event.target.dataset.field) element.querySelector(`.document ${step}`)?.click();
});

// The page's address names its conversation, so that each tab finds its own again; one that isn't kept has no name.
const name = (conversation) => {
  const address = new URL(location.href);
  if (conversation) address.searchParams.set("conversation", conversation);
  else address.searchParams.delete("conversation");
  history.replaceState(history.state, "", address);
};

// An opened document is scrolled to its passage and takes the focus; a new question comes to the top.
const reveal = (mark, text) => {
  const [at, frame] = [mark.getBoundingClientRect(), text.getBoundingClientRect()];
  if (at.bottom > frame.top + text.clientHeight / 2) text.scrollTop = at.top - frame.top - text.clientHeight / 3;
  const grid = mark.closest(".grid");
  if (grid && at.right > grid.getBoundingClientRect().right)
    grid.scrollLeft = at.left - grid.getBoundingClientRect().left - 24;
};

// A question that waits for its turn is looked at again now and then.
if (element.closest("#current")) setInterval(() => element.querySelector(".waits") && trigger("tick", {}), 1000);

let opened = "";
const settle = () => {
  if (element.closest("#bar")) name(element.querySelector(".threadbar")?.dataset.conversation ?? "new");
  if (judged !== null) {
    const said = element.querySelector(`[data-number="${judged}"] .judging`);
    (said?.querySelector("[data-field]") ?? said?.querySelector("button"))?.focus();
    judged = null;
  }
  const shown = element.querySelector(".document");
  const turn = element.querySelector("[data-number]")?.dataset.number;
  if (shown && shown.dataset.opened !== opened) {
    opened = shown.dataset.opened;
    const text = shown.querySelector(".text");
    const mark = shown.querySelector("mark.here, .facsimile .box");
    text.scrollTop = 0;
    if (mark) reveal(mark, text);
    shown.querySelector("h2").focus({ preventScroll: true });
  } else if (turn && turn !== opened && element.closest(".current")) {
    opened = turn;
    // Once the question before it has moved up.
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    setTimeout(() => element.scrollIntoView({ block: "start", behavior: still ? "instant" : "smooth" }), 50);
  }
};
watch("value", settle);
