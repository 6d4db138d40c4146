// Runs once: says when the program can't be reached, and brings the page back as it was when it is there again.
// `element` is Gradio's.

const KEPT = "footnote-page";
const EVERY = 2000;
const PATIENCE = 30000; // milliseconds: a machine that is busy isn't gone

// Which run of the program this page is of; another one knows neither the page nor the answers that were on their way.
let run = null;
const look = async () => {
  let there = null;
  try {
    const reply = await fetch("gradio_api/app_id", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (reply.ok) there = (await reply.json()).app_id;
  } catch {
    // Nobody answers: neither the program nor, offline, the browser itself.
  }
  const notice = element.querySelector(".lost");
  const back = there !== null && !notice.hidden;
  notice.hidden = there !== null;
  run ??= there;
  if ((there !== null && there !== run) || (back && document.querySelector("[aria-busy='true']"))) location.reload();
  else setTimeout(look, EVERY);
};
look();

// What a reload would lose is kept for this tab alone, and comes back once the conversation is there.
const box = () => document.querySelector(".question textarea");
const tabs = () => [...document.querySelectorAll(".tabs [role='tab']")];
const places = () => [...document.querySelectorAll("[data-event='select']")];
window.addEventListener("pagehide", () => {
  const kept = {
    question: box()?.value,
    tab: tabs().find((tab) => tab.ariaSelected === "true")?.textContent,
    opened: document.querySelector(".document") && window.footnoteOpener?.dataset.with,
    scrolled: window.scrollY,
  };
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
});
window.footnoteReturn = () => {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  sessionStorage.removeItem(KEPT);
  // Into the question, unless the reader has gone elsewhere or typed something in the meantime.
  if (document.activeElement === document.body) box()?.focus({ preventScroll: true });
  if (kept.question && box() && !box().value) {
    box().value = kept.question;
    box().dispatchEvent(new Event("input"));
  }
  tabs().find((tab) => tab.textContent === kept.tab)?.click();
  if (kept.scrolled !== undefined) window.scrollTo({ top: kept.scrolled, behavior: "instant" });
  places().find((place) => place.dataset.with === kept.opened)?.click();
};
