// Runs once: until the first of the files is read, this alone says that they come in. `props` is Gradio's.

document.addEventListener("change", ({ target }) => {
  if (!target.closest(".drop") && !target.webkitdirectory) return;
  const files = target.files.length === 1 ? "1 file comes" : `${target.files.length} files come`;
  props.value = `<p class="status" role="status">${files} in…</p>`;
});
