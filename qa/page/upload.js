// Runs once: until the first of the files is read, this alone says that they come in. `props` is Gradio's.

const say = (files) => {
  const words = files.length === 1 ? "1 file comes" : `${files.length} files come`;
  props.value = `<p class="status coming" role="status">${words} in…</p>`;
};
document.addEventListener("change", ({ target }) => {
  if (target.closest(".drop") || target.webkitdirectory) say(target.files);
});

// A folder that is dropped stands for the files in it, at any depth; Gradio would take it for a file.
const within = async (entry) => {
  if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
  const [reader, found] = [entry.createReader(), []];
  for (let some = null; some?.length !== 0; found.push(...some)) // it gives a hundred at a time
    some = await new Promise((done, failed) => reader.readEntries(done, failed));
  return (await Promise.all(found.map(within))).flat();
};
const drop = async (event) => {
  if (!event.target.closest(".drop")) return;
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return say(event.dataTransfer.files);
  event.preventDefault();
  event.stopPropagation();
  event.target.dispatchEvent(new DragEvent("dragleave", { bubbles: true }));
  const files = new DataTransfer();
  for (const file of (await Promise.all(entries.map(within))).flat()) files.items.add(file);
  const input = document.querySelector(".drop input[type='file']");
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
};
document.addEventListener("drop", drop, true);
