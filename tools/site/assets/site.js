// The search, and the buttons that copy code. Without this script the pages are whole.
(() => {
  "use strict";
  const base = document.currentScript.dataset.base;
  const form = document.querySelector(".search");
  const input = form.querySelector("input");
  const results = form.querySelector(".results");
  const most = 12;
  let loading, chosen = -1;

  // The index is a script of its own, so that it loads from a file too, and is fetched
  // when somebody searches.
  function load() {
    loading ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = base + "search-index.js";
      script.onload = () => done(window.searchIndex.map((place) => ({
        ...place, title: place.t.toLowerCase(), page: place.p.toLowerCase(), text: place.x.toLowerCase(),
      })));
      script.onerror = failed;
      document.head.append(script);
    });
    return loading;
  }

  // score says how well a place answers the words, 0 for not at all: each word must be
  // there, and counts most in a title.
  function score(place, words) {
    let sum = 0;
    for (const word of words) {
      if (place.title === word || place.title.endsWith("." + word)) sum += 100;
      else if (place.title.startsWith(word)) sum += 40;
      else if (place.title.includes(word)) sum += 20;
      else if (place.page.includes(word)) sum += 10;
      else if (place.text.includes(word)) sum += 5;
      else return 0;
      if (place.text.includes(word)) sum += 2;
    }
    return sum;
  }

  // marked adds a text to an element, with the words in it marked.
  function marked(element, text, words) {
    const lower = text.toLowerCase();
    for (let at = 0; at < text.length;) {
      let next = text.length, length = 0;
      for (const word of words) {
        const found = lower.indexOf(word, at);
        if (found >= 0 && found < next) [next, length] = [found, word.length];
      }
      element.append(text.slice(at, next));
      if (length) {
        const mark = document.createElement("mark");
        mark.textContent = text.slice(next, next + length);
        element.append(mark);
      }
      at = next + length;
    }
  }

  // excerpt is the part of a text around the first of the words.
  function excerpt(place, words) {
    const at = Math.max(0, Math.min(...words.map((w) => place.text.indexOf(w)).filter((i) => i >= 0), Infinity) - 40);
    const start = Number.isFinite(at) ? at : 0;
    return (start ? "…" : "") + place.x.slice(start, start + 140) + (place.x.length > start + 140 ? "…" : "");
  }

  function answer(place, words) {
    const link = document.createElement("a");
    link.href = base + place.u;
    const title = document.createElement("b");
    marked(title, place.t, words);
    link.append(title);
    if (place.t !== place.p) link.append(" · " + place.p);
    const small = document.createElement("small");
    marked(small, excerpt(place, words), words);
    link.append(small);
    return link;
  }

  async function search() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return close();
    const say = (text) => Object.assign(document.createElement("p"), { textContent: text, role: "status" });
    try {
      const places = await load();
      const found = places.map((place) => [score(place, words), place]).filter(([n]) => n > 0);
      found.sort(([a], [b]) => b - a);
      results.replaceChildren(...found.slice(0, most).map(([, place]) => answer(place, words)));
      if (!found.length) results.append(say("Nothing found."));
    } catch {
      results.replaceChildren(say("The index of the search could not be loaded."));
    }
    chosen = -1;
    results.hidden = false;
  }

  function close() {
    results.hidden = true;
    chosen = -1;
  }

  function choose(step) {
    const links = results.querySelectorAll("a");
    if (!links.length) return;
    links[chosen]?.classList.remove("chosen");
    chosen = (chosen + step + links.length) % links.length;
    links[chosen].classList.add("chosen");
    links[chosen].scrollIntoView({ block: "nearest" });
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    (results.querySelectorAll("a")[Math.max(chosen, 0)])?.click();
  });
  input.addEventListener("input", search);
  input.addEventListener("focus", () => { load().catch(() => {}); if (input.value) search(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(1);
    else if (event.key === "ArrowUp") choose(-1);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  results.addEventListener("click", close);
  document.addEventListener("click", (event) => { if (!form.contains(event.target)) close(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      input.focus();
    }
  });

  // Of a terminal only what was typed is copied.
  for (const block of document.querySelectorAll(".code")) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Copy" });
    button.addEventListener("click", async () => {
      let text = block.querySelector("code").textContent;
      if (block.dataset.language === "console") {
        text = text.split("\n").filter((line) => line.startsWith("$ ")).map((line) => line.slice(2) + "\n").join("");
      }
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Not allowed";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    block.append(button);
  }
})();
