"use strict";
(() => {
  const stage = document.getElementById("stage");
  const data = JSON.parse(document.getElementById("data").textContent);
  const details = document.getElementById("details");
  const told = document.getElementById("told");
  const find = document.getElementById("find");
  const count = document.getElementById("count");
  const boxes = [...stage.querySelectorAll(".box")];
  const wires = [...stage.querySelectorAll(".wire")];
  const boxOf = new Map(boxes.map((box) => [Number(box.dataset.box), box]));
  const leaving = new Map();
  const arriving = new Map();
  const keep = (index, key, wire) => index.set(key, [...(index.get(key) || []), wire]);
  const hang = (step) => { keep(leaving, step.from, step); keep(arriving, step.to, step); };
  wires.forEach((wire) => {
    const told = data.wires[wire.dataset.wire];
    const step = { wire, from: wire.dataset.from, to: wire.dataset.to, fromRow: told.from, toRow: told.to, unread: told.unread, whole: told.whole };
    hang(step);
    if (told.same) hang({ ...step, from: step.to, to: step.from });
  });
  const view = { x: 0, y: 0, width: data.width, height: data.height };
  let pinned = null;

  const show = () => stage.setAttribute("viewBox", [view.x, view.y, view.width, view.height].join(" "));

  const fit = () => {
    const room = stage.getBoundingClientRect();
    const margin = 24;
    const scale = Math.min(room.width / (data.width + 2 * margin), room.height / (data.height + 2 * margin), 1.25) || 1;
    view.width = room.width / scale;
    view.height = room.height / scale;
    view.x = (data.width - view.width) / 2;
    view.y = (data.height - view.height) / 2;
    show();
  };

  const zoom = (factor, clientX, clientY) => {
    const room = stage.getBoundingClientRect();
    const width = Math.min(Math.max(view.width * factor, 80), data.width * 20 + 2000);
    const real = width / view.width;
    const shareX = clientX === undefined ? 0.5 : (clientX - room.left) / room.width;
    const shareY = clientY === undefined ? 0.5 : (clientY - room.top) / room.height;
    view.x += view.width * shareX * (1 - real);
    view.y += view.height * shareY * (1 - real);
    view.width *= real;
    view.height *= real;
    show();
  };

  const goTo = (index) => {
    const box = boxOf.get(index).getBBox();
    const room = stage.getBoundingClientRect();
    if (view.width > room.width * 1.7) {
      view.height *= room.width / view.width;
      view.width = room.width;
    }
    view.x = box.x + box.width / 2 - view.width / 2;
    view.y = box.y + box.height / 2 - view.height / 2;
    show();
  };

  const begin = () => {
    fit();
    const room = stage.getBoundingClientRect();
    if (data.root !== null && room.width / view.width < 0.45) {
      view.height *= (room.width * 1.7) / view.width;
      view.width = room.width * 1.7;
      goTo(data.root);
      view.x = Math.max(-24, Math.min(view.x, data.width + 24 - view.width));
      view.y = data.height + 48 < view.height ? (data.height - view.height) / 2 : view.y;
      show();
    }
  };

  // Follows wires by column: what decides which rows a dataset has reaches every column of it, but not the other way round,
  // save where all of a dataset was taken in a way nobody could read.
  const reach = (start, forward) => {
    const near = (box) => (forward ? leaving : arriving).get(String(box)) || [];
    const met = new Set(near(start));
    const waiting = [...met];
    while (waiting.length) {
      const here = waiting.pop();
      for (const next of near(forward ? here.to : here.from)) {
        const goesOn = forward
          ? next.fromRow === here.toRow || here.toRow === -1 || next.unread
          : next.toRow === here.fromRow || next.toRow === -1 || (here.fromRow === -1 && here.whole);
        if (goesOn && !met.has(next)) {
          met.add(next);
          waiting.push(next);
        }
      }
    }
    return new Set([...met].map((step) => step.wire));
  };

  const light = (litBoxes, isLit) => {
    stage.classList.add("tracing");
    boxes.forEach((box) => box.classList.toggle("lit", litBoxes.has(Number(box.dataset.box))));
    wires.forEach((wire) => wire.classList.toggle("lit", isLit(wire)));
  };

  const lightBox = (index) => {
    const lit = new Set([...reach(index, false), ...reach(index, true)]);
    const ends = [...lit].flatMap((wire) => [Number(wire.dataset.from), Number(wire.dataset.to)]);
    light(new Set([index, ...ends]), (wire) => lit.has(wire));
  };

  const lightWire = (index) => {
    const chosen = wires.find((wire) => Number(wire.dataset.wire) === index);
    light(new Set([Number(chosen.dataset.from), Number(chosen.dataset.to)]), (wire) => Number(wire.dataset.wire) === index);
  };

  const dim = () => stage.classList.remove("tracing");

  const element = (name, text) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const list = (pairs) => {
    const made = element("dl");
    for (const [term, text] of pairs) {
      if (text === "" || text === null || text === undefined || text.length === 0) continue;
      made.append(element("dt", term), element("dd", Array.isArray(text) ? text.join(", ") : String(text)));
    }
    return made;
  };

  const section = (derivation) => {
    const made = element("section");
    made.append(list([
      ["job", derivation.job], ["evidence", derivation.evidence], ["status", derivation.status], ["reasons", derivation.reasons],
      ["said by", derivation.origin], ["held", derivation.valid], ["runs", derivation.runs], ["entries", derivation.entries],
    ]));
    return made;
  };

  const tell = (item, derivations) => {
    told.replaceChildren(element("h2", item.title), list(item.facts), ...derivations.map((id) => data.derivations[id]).filter(Boolean).map(section));
    details.hidden = false;
  };

  const point = (kind, index) => {
    const item = kind === "box" ? data.boxes[index] : data.wires[index];
    (kind === "box" ? lightBox : lightWire)(index);
    tell(item, item.derivations);
  };

  const rest = () => {
    if (pinned) { point(...pinned); return; }
    details.hidden = true;
    dim();
  };

  const pin = (kind, index) => {
    pinned = pinned && pinned[0] === kind && pinned[1] === index ? null : [kind, index];
    rest();
  };

  const under = (event) => {
    const group = event.target.closest(".box, .wire");
    if (!group) return null;
    return group.classList.contains("box") ? ["box", Number(group.dataset.box)] : ["wire", Number(group.dataset.wire)];
  };

  let grip = null;
  let dragged = false;
  stage.addEventListener("pointerdown", (event) => {
    grip = { x: event.clientX, y: event.clientY };
    dragged = false;
  });
  window.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const scale = view.width / stage.getBoundingClientRect().width;
    if (!dragged && Math.hypot(event.clientX - grip.x, event.clientY - grip.y) < 4) return;
    dragged = true;
    stage.classList.add("moving");
    view.x -= (event.clientX - grip.x) * scale;
    view.y -= (event.clientY - grip.y) * scale;
    grip = { x: event.clientX, y: event.clientY };
    show();
  });
  window.addEventListener("pointerup", () => { grip = null; stage.classList.remove("moving"); });
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.004), event.clientX, event.clientY);
  }, { passive: false });
  stage.addEventListener("pointerover", (event) => {
    const met = under(event);
    if (met && !grip && !pinned) point(...met);
  });
  stage.addEventListener("pointerout", (event) => { if (under(event) && !grip && !pinned) rest(); });
  stage.addEventListener("click", (event) => {
    if (dragged) return;
    const met = under(event);
    if (met) pin(...met); else { pinned = null; rest(); }
  });
  boxes.forEach((box) => {
    box.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pin("box", Number(box.dataset.box)); } });
    box.addEventListener("focus", () => { if (!pinned && box.matches(":focus-visible")) point("box", Number(box.dataset.box)); });
  });

  let hits = [];
  let turn = 0;
  const search = () => {
    const wanted = find.value.trim().toLowerCase();
    hits = wanted ? boxes.filter((box) => data.boxes[Number(box.dataset.box)].text.toLowerCase().includes(wanted)) : [];
    turn = 0;
    boxes.forEach((box) => box.classList.toggle("found", hits.includes(box)));
    count.textContent = wanted ? `${hits.length} found` : "";
  };
  find.addEventListener("input", search);
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && hits.length) goTo(Number(hits[turn++ % hits.length].dataset.box));
  });
  document.getElementById("close").addEventListener("click", () => { pinned = null; rest(); });
  document.getElementById("nearer").addEventListener("click", () => zoom(0.8));
  document.getElementById("farther").addEventListener("click", () => zoom(1.25));
  document.getElementById("fit").addEventListener("click", fit);
  document.addEventListener("keydown", (event) => {
    if (event.target === find) { if (event.key === "Escape") { find.value = ""; search(); find.blur(); } return; }
    if (event.key === "Escape") { pinned = null; rest(); }
    if (event.key === "+" || event.key === "=") zoom(0.8);
    if (event.key === "-") zoom(1.25);
    if (event.key === "0") fit();
    if (event.key === "/") { event.preventDefault(); find.focus(); }
  });
  window.addEventListener("resize", () => {
    const room = stage.getBoundingClientRect();
    view.height = (view.width * room.height) / room.width;
    show();
  });
  begin();
})();
