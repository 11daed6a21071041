// Follows the push and refreshes what stands in #live. Without JavaScript the page is read as it is.
const live = document.querySelector('#live');
const freshness = document.querySelector('#freshness');
let timer;
let skewMs = 0;

const duration = (ms) => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
};

async function refresh() {
  timer = undefined;
  try {
    const response = await fetch(location.href);
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const open = new Set(
      [...live.querySelectorAll('details[open]')].map(({ dataset }) => dataset.key),
    );
    const search = live.querySelector('#search');
    const isTyping = document.activeElement === search;
    const fresh = page.querySelector('#live');
    for (const details of fresh.querySelectorAll('details')) {
      details.open = open.has(details.dataset.key);
    }
    if (isTyping) fresh.querySelector('.search').replaceWith(search.closest('form'));
    live.replaceChildren(...fresh.childNodes);
    if (isTyping) search.focus();
    document.title = page.title;
    freshness.textContent = 'Live';
    freshness.className = 'live';
  } catch {
    // The push says that the registry is away.
  }
}

const soon = (delayMs) => {
  timer ??= setTimeout(refresh, delayMs);
};

function tick() {
  const now = Date.now() - skewMs;
  for (const age of live.querySelectorAll('[data-since]')) {
    age.textContent = duration(now - Number(age.dataset.since));
  }
  for (const left of live.querySelectorAll('[data-until]')) {
    const leftMs = Number(left.dataset.until) - now;
    left.textContent = leftMs < 0 ? `ran out ${duration(-leftMs)} ago, kept` : duration(leftMs);
  }
}

const events = new EventSource('/watch');
events.addEventListener('snapshot', () => soon(0));
events.addEventListener('change', () => soon(200));
events.addEventListener('error', () => {
  freshness.textContent = 'The registry does not answer; trying again';
  freshness.className = 'away';
});
setInterval(() => {
  if (events.readyState === EventSource.OPEN && !document.hidden) soon(0);
}, 5000);
setInterval(tick, 1000);
