const form = document.querySelector("form"), sections = document.querySelectorAll("section");
const has = (list, word) => !word || list.split(" ").includes(word);
const filter = () => {
  const chosen = Object.fromEntries(new FormData(form));
  let shown = 0;
  for (const section of sections) {
    let left = 0;
    for (const one of section.querySelectorAll(".c")) {
      const is = has(section.dataset.s, chosen.suite) && has(one.dataset.f, chosen.flag) &&
        has(one.dataset.l, chosen.layer) && has(one.dataset.v, chosen.verdict) && one.id.includes(chosen.id.trim());
      one.hidden = !is;
      left += is;
    }
    for (const group of section.querySelectorAll(".g")) {
      const count = group.querySelectorAll(".c:not([hidden])").length;
      group.hidden = !count;
      group.querySelector("b>span").textContent = count;
    }
    section.hidden = !left;
    section.querySelector("h2>small").textContent = left;
    shown += left;
  }
  form.querySelector("output").textContent = shown + " cases";
};
const open = () => {
  for (let at = document.getElementById(decodeURIComponent(location.hash.slice(1))); at; at = at.parentElement)
    if (at.localName === "details") at.open = true;
};
form.hidden = false;
form.addEventListener("input", filter);
form.addEventListener("submit", event => event.preventDefault());
addEventListener("hashchange", open);
filter();
open();
