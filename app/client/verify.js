// Compares a file with the hashes that the page shows. The file is read here and sent nowhere.
for (const field of document.querySelectorAll(".field[data-verify]")) {
  // Only over https, and on this machine: elsewhere browsers compute no digests, and the page says how to do it by hand.
  if (!globalThis.crypto?.subtle) break;
  const answer = field.querySelector("[role=status]");
  const say = (text, tone) => {
    answer.textContent = text;
    answer.className = `notice ${tone}`;
    answer.hidden = false;
  };
  let last = 0;
  field.hidden = false;
  field.querySelector("input").addEventListener("change", async ({ target }) => {
    const [file] = target.files;
    const turn = ++last;
    for (const row of document.querySelectorAll("tr[data-sha256]")) row.removeAttribute("aria-current");
    if (!file) return (answer.hidden = true);
    say(field.dataset.working, "info");
    try {
      const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
      // Another file was chosen meanwhile.
      if (turn !== last) return;
      const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      const row = document.querySelector(`tr[data-sha256="${hex}"]`);
      row?.setAttribute("aria-current", "true");
      if (row) say(`${field.dataset.is} ${row.dataset.what}`, "good");
      else say(`${field.dataset.isNot} (${hex})`, "danger");
    } catch {
      if (turn === last) say(field.dataset.failed, "attention");
    }
  });
}
