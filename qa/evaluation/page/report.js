"use strict";
const questions = [...document.querySelectorAll("main details.question")];
const search = document.querySelector("#search");
const count = document.querySelector("#count");

function refresh() {
  const wanted = document.querySelector("input[name=result]:checked").value;
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const question of questions) {
    const text = question.textContent.toLowerCase();
    const fits = (wanted === "all" || question.dataset.result === wanted) && words.every((word) => text.includes(word));
    question.hidden = !fits;
    shown += fits;
  }
  count.textContent = `${shown} of ${questions.length} ${questions.length === 1 ? "question" : "questions"}`;
}

document.querySelectorAll("input[name=result]").forEach((input) => input.addEventListener("change", refresh));
search.addEventListener("input", refresh);
document.querySelector("#open").addEventListener("click", () => {
  const visible = questions.filter((question) => !question.hidden);
  const open = visible.some((question) => !question.open);
  visible.forEach((question) => { question.open = open; });
});
refresh();
