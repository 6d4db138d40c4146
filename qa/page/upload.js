// Runs once: until the first of a folder's files is read, this alone says that they come in. `props` is Gradio's.

document.addEventListener("change", ({ target }) => {
  if (target.webkitdirectory) props.value = `<p class="status" role="status">${target.files.length} files come in…</p>`;
});
